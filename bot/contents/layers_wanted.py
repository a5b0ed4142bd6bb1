"""Which files of an image are looked into, and what each is read by."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

from bot.contents.layers_bounds import Bounds
from bot.contents.tar_unpacking import Unpacking
from bot.errors import EvidenceError
from bot.model import Package
from bot.packages import apk, chisel, dpkg, os_release, rpm

Database = Callable[[bytearray, Bounds], tuple[Package, ...]]

STATUS_FOLDER = "var/lib/dpkg/status.d"
ACCOUNTS = {"etc/passwd": "users", "etc/group": "groups"}
RPM_FOLDERS = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")
RPM_FILES = ("rpmdb.sqlite", "Packages.db", "Packages")
"""The kinds of one rpm database, that which a newer rpm writes first."""

PROGRAM_FOLDERS = {"bin", "sbin", "busybox"}
"""Where programs are: folders of these names, wherever they are."""


def _chisel(manifest: bytearray, bounds: Bounds) -> tuple[Package, ...]:
    small = Bounds(unpacked=bounds.database)
    return chisel.packages(b"".join(Unpacking(io.BytesIO(manifest), len(manifest), small)))


def _unmerged(log: bytearray, _bounds: Bounds) -> tuple[Package, ...]:
    """A write-ahead log of SQLite: empty where the database was closed."""
    if log:
        raise EvidenceError("it holds changes that are not in the database yet")
    return ()


def _plainly(read: Callable[[bytes], tuple[Package, ...]]) -> Database:
    return lambda database, _bounds: read(bytes(database))


def _rpm(database: bytearray, _bounds: Bounds) -> tuple[Package, ...]:
    """Without a copy: these are the large ones."""
    return rpm.packages(database)


_DATABASES: dict[str, Database] = {
    "var/lib/dpkg/status": _plainly(dpkg.packages),
    "lib/apk/db/installed": _plainly(apk.packages),
    "usr/lib/apk/db/installed": _plainly(apk.packages),
    "var/lib/apk/db/installed": _plainly(apk.packages),
    "var/lib/rpmmanifest/container-manifest-2": _plainly(rpm.packages_of_manifest),
    "var/lib/chisel/manifest.wall": _chisel,
}
for _folder in RPM_FOLDERS:
    _DATABASES |= {f"{_folder}/{file}": _rpm for file in RPM_FILES}
    _DATABASES[f"{_folder}/rpmdb.sqlite-wal"] = _unmerged

_STATUS = _plainly(partial(dpkg.packages, status_needed=False))
_TEXTS = {*os_release.FILES, *ACCOUNTS}

SINGLE_FILES = tuple(path for path in _DATABASES if not path.endswith("-wal"))
"""The databases that are whole where one is found: no layer below adds to it."""

WANTED = frozenset({*_DATABASES, *_TEXTS})


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


ON_THE_WAY = frozenset(
    folder for path in (*WANTED, f"{STATUS_FOLDER}/x") for folder in _above(path)
)
"""The folders above what is wanted: where a link or a file stands instead, it matters."""


def wanted(path: str) -> Literal["text", "database"] | None:
    """What is made of a file at that path."""
    if path in _TEXTS or path.startswith(("usr/lib/os-release-", "usr/lib/os.release.d/")):
        return "text"
    return "database" if database_at(path) else None


def database_at(path: str) -> Database | None:
    """What reads the package database at a path; None where none is looked for."""
    folder, _, name = path.rpartition("/")
    if folder == STATUS_FOLDER and not name.endswith(".md5sums"):
        return _STATUS
    return _DATABASES.get(path)
