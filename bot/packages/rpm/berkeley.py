"""rpm databases of Berkeley DB (`Packages`, a hash): Red Hat up to 8, Amazon Linux 2, CentOS 7."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import EvidenceError

# https://github.com/berkeleydb/libdb/blob/v5.3.28/src/dbinc/db_page.h
_MAGIC = 0x061561
_PAGE_HEADER = 26
_UNSORTED_HASH, _OVERFLOW, _HASH = 2, 7, 13
_INLINE, _ELSEWHERE = 1, 3
_PAGE_SIZES = {1 << power for power in range(9, 17)}
_SMALLEST_HEADER = 24  # one entry and its count; the record of the next number is shorter


def matches(database: bytes | bytearray) -> bool:
    """By its magic, in either order of bytes."""
    return len(database) >= 512 and _order(database) is not None


def _order(database: bytes | bytearray) -> str | None:
    for order in "<>":
        if struct.unpack_from(f"{order}I", database, 12) == (_MAGIC,):
            return order
    return None


def headers(database: bytes | bytearray) -> Iterator[bytes]:
    """The headers, in the order of the pages. Raises `EvidenceError` where it is broken."""
    order = _order(database) or "<"
    (size,) = struct.unpack_from(f"{order}I", database, 20)
    if size not in _PAGE_SIZES or database[24]:
        raise EvidenceError("it is encrypted, or of no size that Berkeley DB has")
    return _Reader(database, order, size).headers()


@dataclass(slots=True)
class _Reader:
    database: bytes | bytearray
    order: str
    size: int
    followed: int = 0  # pages of values: each belongs to one value, so there is an end to them

    def headers(self) -> Iterator[bytes]:
        for page in range(1, len(self.database) // self.size):
            start = page * self.size
            if self.database[start + 25] in {_HASH, _UNSORTED_HASH}:
                yield from self.values(start)

    def values(self, start: int) -> Iterator[bytes]:
        """Of a page of the hash: keys and values in turn, each told by where it begins."""
        count = self.number("H", start + 20)
        index = start + _PAGE_HEADER
        if _PAGE_HEADER + 2 * count > self.size:
            raise EvidenceError("a page of it is broken")
        places = [self.number("H", index + 2 * each) for each in range(count)]
        for key, value in zip(places[::2], places[1::2], strict=False):
            if value >= self.size:
                raise EvidenceError("a page of it is broken")
            blob = self.value(start, value, key)
            if len(blob) >= _SMALLEST_HEADER:
                yield blob

    def value(self, start: int, place: int, end: int) -> bytes:
        """One that is small stands before its key on the page; the others on pages of their own."""
        kind = self.database[start + place]
        if kind == _ELSEWHERE and place + 12 <= self.size:
            return self.elsewhere(self.number("I", start + place + 4), start + place + 8)
        return bytes(self.database[start + place + 1 : start + end]) if kind == _INLINE else b""

    def elsewhere(self, page: int, length_at: int) -> bytes:
        length = self.number("I", length_at)
        parts: list[bytes] = []
        while page:
            self.followed += 1
            start = page * self.size
            if start + self.size > len(self.database) or self.followed * self.size > len(
                self.database
            ):
                raise EvidenceError("pages of it lead nowhere")
            if self.database[start + 25] != _OVERFLOW:
                raise EvidenceError("a page of it is broken")
            used = self.number("H", start + 22)
            parts.append(bytes(self.database[start + _PAGE_HEADER : start + self.size][:used]))
            page = self.number("I", start + 16)
        blob = b"".join(parts)
        if len(blob) != length:
            raise EvidenceError("a package in it is cut off")
        return blob

    def number(self, kind: str, at: int) -> int:
        (number,) = struct.unpack_from(self.order + kind, self.database, at)
        return int(number)
