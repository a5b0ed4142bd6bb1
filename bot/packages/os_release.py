"""Which operating system it is: os-release(5), and the files that say so where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.model import OsRelease, Package

_ASSIGNMENT = re.compile(r"^[ \t]*([A-Z][A-Z0-9_]*)=(.{0,2000})", re.MULTILINE)
_ESCAPED = re.compile(r"\\([\\\"$`])")
_LAST_NUMBER = re.compile(r"\brelease (\d+(?:\.\d+)*)")
_RED_HATS = {
    "red hat enterprise linux": "rhel",
    "centos": "centos",
    "fedora": "fedora",
    "rocky linux": "rocky",
    "almalinux": "almalinux",
    "amazon linux": "amzn",
    "oracle linux": "ol",
}

FILES = (
    "etc/os-release",
    "usr/lib/os-release",
    "etc/alpine-release",
    "etc/debian_version",
    "etc/redhat-release",
)
"""Where it is written, the best first."""


def os_release(files: Mapping[str, str]) -> OsRelease | None:
    """What `FILES` say, by their paths: the first of them that says something."""
    for path in FILES:
        if path in files and (said := _READERS[path](files[path])):
            return said
    return None


def from_packages(packages: Iterable[Package]) -> OsRelease | None:
    """
    What Debian's `base-files` and Alpine's `alpine-release` tell by their versions.

    `12.4+deb12u11` is Debian 12; Ubuntu's numbers tell nothing, nor do those of Debian testing.
    """
    for package in packages:
        if package.family == "deb" and package.name == "base-files":
            return _of_base_files(package.version)
        if package.family == "apk" and package.name == "alpine-release":
            return _alpine(package.version.partition("-")[0])
    return None


def _of_base_files(version: str) -> OsRelease | None:
    update = re.search(r"\+deb(\d{1,3})u\d", version)
    return OsRelease("debian", update[1]) if update else None


def _assignments(text: str) -> OsRelease | None:
    said = {name: _unquoted(value.strip()) for name, value in _ASSIGNMENT.findall(text)}
    if not said.get("ID"):
        return None
    return OsRelease(
        id=said["ID"].lower(),
        version_id=said.get("VERSION_ID", ""),
        codename=said.get("VERSION_CODENAME", ""),
        name=said.get("PRETTY_NAME") or said.get("NAME", ""),
        id_like=tuple(said.get("ID_LIKE", "").lower().split()),
        cpe_name=said.get("CPE_NAME", ""),
    )


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote == "'":
        return value[1:].partition("'")[0]
    if quote == '"':
        end = re.match(r'"((?:[^"\\]|\\.)*)', value)
        return _ESCAPED.sub(r"\1", end[1]) if end else ""
    return value.partition(" ")[0]


def _alpine(text: str) -> OsRelease | None:
    version = text.strip()
    return OsRelease("alpine", version) if re.fullmatch(r"\d[\w.]{0,40}", version) else None


def _debian(text: str) -> OsRelease | None:
    """`12.5` is Debian 12; `trixie/sid` has no number yet; Ubuntu has that file as well."""
    version = re.match(r"(\d{1,3})(?:\.\d+)?\s*$", text)
    return OsRelease("debian", version[1]) if version else None


def _red_hat(text: str) -> OsRelease | None:
    line = text.strip()[:200]
    version = _LAST_NUMBER.search(line)
    for name, system in _RED_HATS.items():
        if line.lower().startswith(name):
            return OsRelease(system, version[1] if version else "", name=line)
    return None


_READERS = {
    "etc/os-release": _assignments,
    "usr/lib/os-release": _assignments,
    "etc/alpine-release": _alpine,
    "etc/debian_version": _debian,
    "etc/redhat-release": _red_hat,
}
