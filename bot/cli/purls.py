"""Write package URLs, by which other tools know packages and images."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from bot.image import ImageRef
from bot.model import Description, OsRelease, Package

_VENDORS = {"rhel": "redhat", "opensuse-leap": "opensuse", "opensuse-tumbleweed": "opensuse"}
"""Namespaces that differ from os-release's `ID`: purl's known types have them so."""

_LOWER_CASE = frozenset({"apk", "deb", "oci"})
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def purl(kind: str, path: tuple[str, ...], version: str, qualifiers: Mapping[str, str]) -> str:
    """
    A package URL as the specification builds it; `path` is the namespace's parts and the name.

    https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst: qualifiers without a
    value are left out, the others sorted; whatever is no letter, digit, `.`, `-`, `_`, `~` or `:`
    is percent-encoded.
    """
    parts = [_encoded(part.lower() if kind in _LOWER_CASE else part) for part in path if part]
    said = sorted(f"{key}={_encoded(value)}" for key, value in qualifiers.items() if value)
    at = f"@{_encoded(version)}" if version else ""
    return f"pkg:{kind}/{'/'.join(parts)}{at}{'?' if said else ''}{'&'.join(said)}"


def of_package(package: Package, system: OsRelease | None) -> str:
    """The package URL of an installed package; an rpm's epoch is a qualifier, a deb's is not."""
    epoch, version = "", package.version
    if package.family == "rpm":
        epoch, version = without_epoch(version)
    namespace = _VENDORS.get(system.id, system.id) if system else ""
    qualifiers = {
        "arch": package.architecture,
        "distro": _distro(system),
        "epoch": epoch,
        "upstream": _upstream(package),
    }
    return purl(package.family, (namespace, package.name), version, qualifiers)


def of_image(image: ImageRef, found: Description) -> str:
    """The package URL of the image of one platform, by the digest of its manifest."""
    qualifiers = {
        "arch": found.platform.split("/")[1] if "/" in found.platform else "",
        "repository_url": str(image.repository),
        "tag": image.effective_tag or "",
    }
    return purl("oci", (image.repository.path.rpartition("/")[2],), found.digest, qualifiers)


def without_epoch(version: str) -> tuple[str, str]:
    """The epoch of a version, empty where it has none, and the rest."""
    epoch, colon, rest = version.partition(":")
    return (epoch, rest) if colon and epoch.isascii() and epoch.isdigit() else ("", version)


def _distro(system: OsRelease | None) -> str:
    """As Grype reads it: `debian-12`."""
    return "-".join(filter(None, (system.id, system.version_id))) if system else ""


def _upstream(package: Package) -> str:
    """
    What it was built from, as Grype reads it; empty where that is the package itself.

    `name@version`; of an rpm the name of the source package's file, which has no epoch.
    https://github.com/anchore/grype/blob/main/grype/pkg/purl_provider.go
    """
    if (package.source, package.source_version) == (package.name, package.version):
        return ""
    if package.family == "rpm":
        return f"{package.source}-{without_epoch(package.source_version)[1]}.src.rpm"
    return f"{package.source}@{package.source_version}"


def _encoded(text: str) -> str:
    return quote(_SURROGATE.sub("\ufffd", text), safe=":")
