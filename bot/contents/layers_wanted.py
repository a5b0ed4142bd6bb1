"""Which files of an image are looked into, by their paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.packages import os_release

STATUS_FOLDER = "var/lib/dpkg/status.d"
ACCOUNTS = {"etc/passwd": "users", "etc/group": "groups"}
DPKG = "var/lib/dpkg/status"
APK = ("lib/apk/db/installed", "usr/lib/apk/db/installed", "var/lib/apk/db/installed")
RPM_MANIFEST = "var/lib/rpmmanifest/container-manifest-2"
CHISEL = "var/lib/chisel/manifest.wall"
RPM_FOLDERS = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")
RPM_FILES = ("rpmdb.sqlite", "Packages.db", "Packages")
"""The kinds of one rpm database, that which a newer rpm writes first."""

RPM_LOG = "rpmdb.sqlite-wal"
PROGRAM_FOLDERS = {"bin", "sbin", "busybox"}
"""Where programs are: folders of these names, wherever they are."""

_TEXTS = {*os_release.FILES, *ACCOUNTS}
_RPM = tuple(f"{folder}/{file}" for folder in RPM_FOLDERS for file in RPM_FILES)
_LOGS = tuple(f"{folder}/{RPM_LOG}" for folder in RPM_FOLDERS)

SINGLE_FILES = (DPKG, *APK, RPM_MANIFEST, CHISEL, *_RPM)
"""The databases that are whole where one is found: no layer below adds to it."""

WANTED = frozenset({*SINGLE_FILES, *_LOGS, *_TEXTS})


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
    return "database" if path in WANTED or is_status(path) else None


def is_status(path: str) -> bool:
    """Whether it is one of the files in which distroless images have a package each."""
    folder, _, name = path.rpartition("/")
    return folder == STATUS_FOLDER and not name.endswith(".md5sums")
