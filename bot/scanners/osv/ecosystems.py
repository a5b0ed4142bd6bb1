"""
What OSV calls distributions and their packages.

https://ossf.github.io/osv-schema/#defined-ecosystems. Records are on source packages and their
versions, but for a few distributions whose records name binaries as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.model import Contents, OsRelease, Package, PackageFamily

_MAJOR = re.compile(r"([0-9]+)(?:[.][0-9.]+)?")
_MAJOR_MINOR = re.compile(r"([0-9]+\.[0-9]+)(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True, order=True)
class Query:
    """One question: what is known of this version of a package."""

    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The ecosystems that hold for a distribution, and whether records may name binaries."""

    ecosystems: tuple[str, ...]
    family: PackageFamily
    binaries: bool = False


Queries = dict[Query, tuple[Package, ...]]
"""What to ask, with the packages that each question is about: of one source and version."""


def feed(os: OsRelease) -> Feed | None:
    """The feed of a distribution; None where OSV has none, or none that is known to fit."""
    known = _FEEDS.get(os.id)
    return known(os.version_id) if known else None


def queries(contents: Contents, of: Feed) -> Queries:
    """Each question once, whatever the number of binaries that a source package has."""
    asked: dict[Query, list[Package]] = {}
    for package in contents.packages:
        if package.family != of.family:
            continue
        names = {(package.source, package.source_version)}
        if of.binaries:
            names.add((package.name, package.version))
        for name, version in sorted(names):
            for ecosystem in of.ecosystems:
                asked.setdefault(Query(ecosystem, name, version), []).append(package)
    return {query: tuple(packages) for query, packages in sorted(asked.items()) if query.version}


def same(told: str, asked: str) -> bool:
    """Whether a record's ecosystem is the one asked for: `:LTS` may stand behind Ubuntu's."""
    return told.removesuffix(":LTS") == asked.removesuffix(":LTS")


def _debian(version: str) -> Feed | None:
    major = _MAJOR.fullmatch(version)
    return Feed((f"Debian:{major[1]}",), "deb") if major else None


def _ubuntu(version: str) -> Feed | None:
    if not re.fullmatch(r"[0-9]{2}\.[0-9]{2}", version):
        return None
    has_long_support = version.endswith(".04") and int(version[:2]) % 2 == 0
    return Feed((f"Ubuntu:{version}{':LTS' if has_long_support else ''}",), "deb")


def _alpine(version: str) -> Feed | None:
    release = _MAJOR_MINOR.fullmatch(version)  # not `3.23_alpha20250612`, which is edge
    return Feed((f"Alpine:v{release[1]}",), "apk") if release else None


def _red_hat(version: str) -> Feed | None:
    # What os-release has as its CPE is of the base alone; most packages are of the other.
    major = _MAJOR.fullmatch(version)
    parts = ("baseos", "appstream")
    names = tuple(f"Red Hat:enterprise_linux:{major[1]}::{part}" for part in parts) if major else ()
    return Feed(names, "rpm", binaries=True) if names else None


def _by_major(name: str, *, binaries: bool = False) -> Callable[[str], Feed | None]:
    def known(version: str) -> Feed | None:
        major = _MAJOR.fullmatch(version)
        return Feed((f"{name}:{major[1]}",), "rpm", binaries) if major else None

    return known


def _leap(version: str) -> Feed | None:
    release = _MAJOR_MINOR.fullmatch(version)
    return Feed((f"openSUSE:Leap {release[1]}",), "rpm") if release else None


_FEEDS: dict[str, Callable[[str], Feed | None]] = {
    "debian": _debian,
    "ubuntu": _ubuntu,
    "alpine": _alpine,
    "wolfi": lambda _: Feed(("Wolfi",), "apk", binaries=True),
    "chainguard": lambda _: Feed(("Chainguard",), "apk", binaries=True),
    "rhel": _red_hat,
    "rocky": _by_major("Rocky Linux"),
    "almalinux": _by_major("AlmaLinux", binaries=True),
    "azurelinux": _by_major("Azure Linux"),
    "mageia": _by_major("Mageia"),
    "opensuse-leap": _leap,
    "opensuse-tumbleweed": lambda _: Feed(("openSUSE:Tumbleweed",), "rpm"),
}
