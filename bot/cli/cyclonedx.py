"""An image's packages as a CycloneDX document, which Trivy, Grype and others read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bot import __version__
from bot.cli import purls
from bot.cli.carried import carried

if TYPE_CHECKING:
    from bot.cli.payload import Document
    from bot.image import ImageRef
    from bot.model import Contents, Opened, OsRelease, Package

_TRIVY = "aquasecurity:trivy:"
_SYFT = "syft:distro:"
_FAMILIES = {
    "almalinux": "alma",
    "amzn": "amazon",
    "mariner": "cbl-mariner",
    "ol": "oracle",
    "rhel": "redhat",
}
"""What Trivy calls systems, where that is not os-release's `ID`."""

_SYSTEM = "operating-system"
"""The reference of the component that all packages hang from."""

NO_DATABASE = "It has no package database."


def cyclonedx(image: ImageRef, opened: Opened) -> Document:
    """
    CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): the packages of the operating system.

    Two calls with the same image give the same document: there is no time in it, and its serial
    number is made of the image's digest. It claims no licences, and never to be all that is in the
    image (`compositions`); what could not be read is said in the image's properties.
    """
    contents = opened.contents
    root = purls.of_image(image, contents.image)
    packages = _packages(contents)
    system = [_system(contents.os)] if contents.os else []
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, root).urn,
        "version": 1,
        "metadata": {
            "tools": {"components": [_ourselves()]},
            "component": _image(image, contents, root),
        },
        "components": [*system, *packages],
        "dependencies": _dependencies(root, system, packages),
        "compositions": [
            {"aggregate": "incomplete" if packages else "unknown", "assemblies": [root]}
        ],
    }
    return carried(document)


def _ourselves() -> Document:
    return {"type": "application", "name": "basewatch", "version": __version__}


def _image(image: ImageRef, contents: Contents, root: str) -> Document:
    return {
        "bom-ref": root,
        "type": "container",
        "name": str(image.at(image.effective_tag)),
        "version": contents.image.digest,
        "purl": root,
        "properties": _properties(
            [
                ("basewatch:index", contents.image.index),
                ("basewatch:platform", contents.image.platform),
                *(("basewatch:unread", sentence) for sentence in _unread(contents)),
            ]
        ),
    }


def _unread(contents: Contents) -> Iterator[str]:
    yield from contents.missing
    if not contents.databases and not contents.packages:
        yield NO_DATABASE


def _system(system: OsRelease) -> Document:
    """By Trivy's name for it, and with os-release's own words for Syft and Grype."""
    family = _FAMILIES.get(system.id, system.id)
    return {
        "bom-ref": _SYSTEM,
        "type": "operating-system",
        "name": family,
        **({"version": system.version_id} if system.version_id else {}),
        "properties": _properties(
            [
                (f"{_TRIVY}Class", "os-pkgs"),
                (f"{_TRIVY}Type", family),
                (f"{_SYFT}id", system.id),
                (f"{_SYFT}prettyName", system.name),
                (f"{_SYFT}versionCodename", system.codename),
                (f"{_SYFT}versionID", system.version_id),
                *((f"{_SYFT}idLike:{n}", name) for n, name in enumerate(system.id_like)),
            ]
        ),
    }


def _packages(contents: Contents) -> list[Document]:
    """Each once, in the order of their package URLs."""
    found = {purls.of_package(each, contents.os): each for each in sorted(contents.packages)}
    return [_package(ref, found[ref], contents.os) for ref in sorted(found)]


def _package(ref: str, package: Package, system: OsRelease | None) -> Document:
    return {
        "bom-ref": ref,
        "type": "library",
        "name": package.name,
        "version": package.version,
        "purl": ref,
        **({"supplier": {"name": package.maintainer}} if package.maintainer else {}),
        "properties": _properties(_source(package, system)),
    }


def _source(package: Package, system: OsRelease | None) -> Iterator[tuple[str, str]]:
    """
    What it was built from, in the parts that Trivy puts together again.

    https://github.com/aquasecurity/trivy/blob/main/pkg/sbom/io/decode.go
    """
    epoch, version = purls.without_epoch(package.source_version)
    release = ""
    if package.family != "apk" and "-" in version:
        version, _, release = version.rpartition("-")
    if system:
        yield f"{_TRIVY}PkgType", _FAMILIES.get(system.id, system.id)
    yield f"{_TRIVY}SrcEpoch", epoch
    yield f"{_TRIVY}SrcName", package.source
    yield f"{_TRIVY}SrcRelease", release
    yield f"{_TRIVY}SrcVersion", version


def _properties(said: Iterable[tuple[str, str]]) -> list[Document]:
    return [{"name": name, "value": value} for name, value in said if value]


def _dependencies(root: str, system: list[Document], packages: list[Document]) -> list[Document]:
    """Packages hang from the system, and that from the image; without a system, from the image."""
    refs = [package["bom-ref"] for package in packages]
    top = [_SYSTEM] if system else refs
    below = [{"ref": _SYSTEM, "dependsOn": refs}] if system else []
    return [{"ref": root, "dependsOn": top}, *below]
