"""apk's database of what is installed: https://wiki.alpinelinux.org/wiki/Apk_spec ."""

from __future__ import annotations

import re

from bot.model import Package
from bot.packages.entries import check_count, check_named, text

_BLANK_LINES = re.compile(rb"\n[ \t\r]*\n")
_NAMED = re.compile(rb"^P:", re.MULTILINE)
_FIELD = re.compile(rb"^([PVoAcm]):(.*)$", re.MULTILINE)


def packages(database: bytes) -> tuple[Package, ...]:
    """
    What is installed, by `lib/apk/db/installed`, in its order.

    Its origin (`o:`) is the source; both are built as one, so they share their version.
    Raises `EvidenceError` where no such database can have these sizes, or it holds no package.
    """
    blocks = _BLANK_LINES.split(database)
    check_count(len(blocks))
    check_named(database, _NAMED)
    found = (_package(block) for block in blocks)
    return tuple(package for package in found if package)


def _package(block: bytes) -> Package | None:
    fields: dict[bytes, str] = {}
    for name, value in _FIELD.findall(block):
        fields.setdefault(name, text(value))
    name, version = fields.get(b"P"), fields.get(b"V")
    if not name or not version:
        return None
    return Package(
        family="apk",
        name=name,
        version=version,
        source=fields.get(b"o") or name,
        source_version=version,
        architecture=fields.get(b"A", ""),
        commit=fields.get(b"c", ""),
        maintainer=fields.get(b"m", ""),
    )
