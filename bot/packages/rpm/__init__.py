"""rpm's databases: SQLite, "ndb" and Berkeley DB files of package headers, and plain manifests."""

from __future__ import annotations

from bot.errors import EvidenceError
from bot.model import Package
from bot.packages.rpm import berkeley, ndb, sqlite
from bot.packages.rpm.header import Installed, packages_of, read_header

_KINDS = (sqlite, ndb, berkeley)


def packages(database: bytes | bytearray) -> tuple[Package, ...]:
    """
    What is installed, by the bytes of an rpm database of whichever kind.

    The keys that packages are signed with stand in it as `gpg-pubkey`; they are no packages.
    A bytearray may be written to. Raises `EvidenceError` where it is none, or a broken one.
    """
    for kind in _KINDS:
        if kind.matches(database):
            return packages_of(read_header(blob) for blob in kind.headers(database))
    raise EvidenceError("it is no rpm database of a known kind")


def packages_of_manifest(manifest: bytes) -> tuple[Package, ...]:
    """
    What CBL-Mariner's distroless images say in `var/lib/rpmmanifest/container-manifest-2`.

    A line a package, its fields between tabs: name, version-release, times, vendor, epoch, size,
    architecture, epoch as a number, source package. Raises `EvidenceError` where it is none.
    """
    lines = [line.split(b"\t") for line in manifest.splitlines() if line.strip()]
    if any(len(fields) != 10 for fields in lines):
        raise EvidenceError("a line of it has not the ten fields of an rpm manifest")
    return packages_of(Installed.of_manifest(fields) for fields in lines)
