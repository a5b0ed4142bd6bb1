"""Package headers, the records of every rpm database: rpm's docs/manual/format_header.md."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import EvidenceError
from bot.model import Package
from bot.packages.entries import check_count, text

_STRINGS = {  # tag numbers: https://github.com/rpm-software-management/rpm include/rpm/rpmtag.h
    1000: "name",
    1001: "version",
    1002: "release",
    1011: "vendor",
    1022: "architecture",
    1044: "source_rpm",
}
_EPOCH = 1003
_INT32, _STRING, _I18N = 4, 6, 9
_MOST_ENTRIES = 0xFFFF
_NOTHING = "(none)"


@dataclass(frozen=True, slots=True)
class Installed:
    """What a header says of its package, and the manifest of an image without a database."""

    name: str
    version: str
    release: str
    epoch: int = 0
    architecture: str = ""
    vendor: str = ""
    source_rpm: str = ""

    @classmethod
    def of_manifest(cls, fields: Sequence[bytes]) -> Installed:
        """As `packages_of_manifest` has it."""
        words = [_said(text(field)) for field in fields]
        version, _, release = words[1].rpartition("-")
        epoch = int(words[8]) if words[8].isascii() and words[8].isdigit() else 0
        return cls(words[0], version, release, epoch, words[7], words[4], words[9])

    @property
    def version_release(self) -> str:
        """Without the epoch."""
        return f"{self.version}-{self.release}" if self.release else self.version

    @property
    def source(self) -> tuple[str, str]:
        """Name and version of `NAME-VERSION-RELEASE.src.rpm`; its own where that is not said."""
        parts = self.source_rpm.removesuffix(".rpm").rpartition(".")[0].rsplit("-", 2)
        if len(parts) != 3 or not all(parts):
            return self.name, self.version_release
        return parts[0], f"{parts[1]}-{parts[2]}"


def packages_of(headers: Iterable[Installed]) -> tuple[Package, ...]:
    """
    As packages, in their order.

    The name of a source package has no epoch: it is that of a package built from it that has the
    source's own version (`perl-interpreter` 4:5.32.1-481 of perl), or else each package's own.
    Raises `EvidenceError` where there are too many.
    """
    found: list[Installed] = []
    for header in headers:
        if header.name and header.version and header.name != "gpg-pubkey":
            found.append(header)
            check_count(len(found))
    epochs = {each.source: each.epoch for each in found if each.source[1] == each.version_release}
    return tuple(_package(each, epochs) for each in found)


def _package(header: Installed, epochs: Mapping[tuple[str, str], int]) -> Package:
    source, source_version = header.source
    return Package(
        family="rpm",
        name=header.name,
        version=_with_epoch(header.epoch, header.version_release),
        source=source,
        source_version=_with_epoch(epochs.get(header.source, header.epoch), source_version),
        architecture=header.architecture,
        maintainer=header.vendor,
    )


def _with_epoch(epoch: int, version: str) -> str:
    return f"{epoch}:{version}" if epoch else version


def read_header(blob: bytes) -> Installed:
    """
    One header as databases hold it: how many entries, how many bytes of data, both.

    Raises `EvidenceError` where what it says does not fit into it.
    """
    if len(blob) < 8:
        raise EvidenceError("a package header in it is cut off")
    entries, size = struct.unpack_from(">II", blob)
    start = 8 + 16 * entries
    if entries > _MOST_ENTRIES or start + size > len(blob):
        raise EvidenceError("a package header in it is cut off")
    return _fields(blob[8:start], blob[start : start + size])


def _fields(index: bytes, data: bytes) -> Installed:
    strings: dict[str, str] = {}
    epoch = 0
    for tag, kind, offset, _count in struct.iter_unpack(">IIII", index):
        if tag in _STRINGS and kind in {_STRING, _I18N}:
            strings.setdefault(_STRINGS[tag], _said(_string(data, offset)))
        elif tag == _EPOCH and kind == _INT32 and offset + 4 <= len(data):
            (epoch,) = struct.unpack_from(">I", data, offset)
    wanted = {"name": "", "version": "", "release": ""} | strings
    return Installed(epoch=epoch, **wanted)


def _string(data: bytes, offset: int) -> str:
    end = data.find(b"\0", offset)
    if end < 0:
        raise EvidenceError("a package header in it is cut off")
    return text(data[offset:end])


def _said(word: str) -> str:
    return "" if word == _NOTHING else word
