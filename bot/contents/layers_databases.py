"""What reads the package databases of an image; each reader is loaded for the first it reads."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeAlias

from bot.contents.layers_bounds import Bounds
from bot.contents.layers_wanted import (
    APK,
    CHISEL,
    DPKG,
    RPM_FILES,
    RPM_FOLDERS,
    RPM_LOG,
    RPM_MANIFEST,
    is_status,
)
from bot.errors import EvidenceError
from bot.model import Package

Database: TypeAlias = Callable[[bytearray, Bounds], tuple[Package, ...]]


def _chisel(manifest: bytearray, bounds: Bounds) -> tuple[Package, ...]:
    from bot.contents.tar_unpacking import Unpacking
    from bot.packages import chisel

    small = Bounds(unpacked=bounds.database)
    return chisel.packages(b"".join(Unpacking(io.BytesIO(manifest), len(manifest), small)))


def _unmerged(log: bytearray, _bounds: Bounds) -> tuple[Package, ...]:
    """A write-ahead log of SQLite: empty where the database was closed."""
    if log:
        raise EvidenceError("it holds changes that are not in the database yet")
    return ()


def _dpkg(database: bytearray, _bounds: Bounds) -> tuple[Package, ...]:
    from bot.packages import dpkg

    return dpkg.packages(bytes(database))


def _status(database: bytearray, _bounds: Bounds) -> tuple[Package, ...]:
    from bot.packages import dpkg

    return dpkg.packages(bytes(database), status_needed=False)


def _apk(database: bytearray, _bounds: Bounds) -> tuple[Package, ...]:
    from bot.packages import apk

    return apk.packages(bytes(database))


def _rpm(database: bytearray, _bounds: Bounds) -> tuple[Package, ...]:
    """Without a copy: these are the large ones."""
    from bot.packages import rpm

    return rpm.packages(database)


def _rpm_manifest(manifest: bytearray, _bounds: Bounds) -> tuple[Package, ...]:
    from bot.packages import rpm

    return rpm.packages_of_manifest(bytes(manifest))


_DATABASES: dict[str, Database] = {
    DPKG: _dpkg,
    **dict.fromkeys(APK, _apk),
    RPM_MANIFEST: _rpm_manifest,
    CHISEL: _chisel,
}
for _folder in RPM_FOLDERS:
    _DATABASES |= {f"{_folder}/{file}": _rpm for file in RPM_FILES}
    _DATABASES[f"{_folder}/{RPM_LOG}"] = _unmerged


def database_at(path: str) -> Database | None:
    """What reads the package database at a path; None where none is looked for."""
    return _status if is_status(path) else _DATABASES.get(path)
