"""dpkg's databases: `var/lib/dpkg/status`, and distroless's `var/lib/dpkg/status.d`."""

from __future__ import annotations

import re

from bot.model import Package
from bot.packages.entries import check_count, check_named, text, without_zero_epoch

_BLANK_LINES = re.compile(rb"\n[ \t\r]*\n")
_FIELD = re.compile(
    rb"^(package|status|version|source|architecture|maintainer):[ \t]*(.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_NAMED = re.compile(rb"^package:", re.MULTILINE | re.IGNORECASE)
_SOURCE = re.compile(r"(\S+)(?:\s+\((\S+)\))?")


def packages(database: bytes, *, status_needed: bool = True) -> tuple[Package, ...]:
    """
    What is installed, by a file of stanzas (deb822(5)), in its order.

    A package whose `Status` does not end in the word `installed` (it was removed and left its
    configuration, say) is none. The files of `status.d` have no `Status`: not `status_needed`
    (https://github.com/GoogleContainerTools/distroless/blob/main/PACKAGE_METADATA.md).
    Raises `EvidenceError` where no such database can have these sizes, and where what should be
    `status` holds something, and no package.
    """
    stanzas = _BLANK_LINES.split(database)
    check_count(len(stanzas))
    if status_needed:
        check_named(database, _NAMED)
    found = (_package(stanza, status_needed) for stanza in stanzas)
    return tuple(package for package in found if package)


def _package(stanza: bytes, status_needed: bool) -> Package | None:  # noqa: FBT001 -- private
    fields: dict[bytes, bytes] = {}
    for name, value in _FIELD.findall(stanza):
        fields.setdefault(name.lower(), value)
    status = fields.get(b"status", b"" if status_needed else b"installed").split()
    if not status or status[-1] != b"installed":
        return None
    name, version = text(fields.get(b"package", b"")), text(fields.get(b"version", b""))
    if not name or not version:
        return None
    version = without_zero_epoch(version)
    source = _SOURCE.match(text(fields.get(b"source", b"")))
    return Package(
        family="deb",
        name=name,
        version=version,
        source=source[1] if source else name,
        source_version=without_zero_epoch(source[2] or version) if source else version,
        architecture=text(fields.get(b"architecture", b"")),
        maintainer=text(fields.get(b"maintainer", b"")),
    )
