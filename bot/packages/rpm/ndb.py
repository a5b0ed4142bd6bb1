"""rpm databases of its own "ndb" kind (`Packages.db`): SUSE. rpm's lib/backend/ndb/rpmpkg.c."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.errors import EvidenceError

_MAGIC = b"RpmP"
_SLOT, _BLOB = b"Slot", b"BlbS"
_PAGE, _BLOCK = 4096, 16


def matches(database: bytes | bytearray) -> bool:
    """By its magic."""
    return database.startswith(_MAGIC)


def headers(database: bytes | bytearray) -> Iterator[bytes]:
    """
    The headers, in the order of their slots. Raises `EvidenceError` where it is broken.

    A header of the file (32 bytes; the number of slot pages is its fourth), then slots of 16 bytes
    to the end of those pages; each says at which block of 16 bytes its package stands.
    """
    if len(database) < 32:
        raise EvidenceError("it is cut off")
    _, version, _, pages = struct.unpack_from("<4sIII", database)
    end = pages * _PAGE
    if version != 0 or not 0 < end <= len(database):
        raise EvidenceError("it is cut off, or of a version that rpm does not write")
    left = len(database)  # packages do not overlap, so together they are no longer than the file
    for magic, number, block, _ in struct.iter_unpack("<4sIII", database[32:end]):
        if magic != _SLOT:
            raise EvidenceError("a slot of it is broken")
        if number:
            blob = _blob(database, number, block * _BLOCK)
            left -= len(blob)
            if left < 0:
                raise EvidenceError("packages in it overlap")
            yield blob


def _blob(database: bytes | bytearray, number: int, start: int) -> bytes:
    if start + 16 > len(database):
        raise EvidenceError("it is cut off")
    magic, found, _, size = struct.unpack_from("<4sIII", database, start)
    blob = bytes(database[start + 16 : start + 16 + size])
    if magic != _BLOB or found != number or len(blob) != size:
        raise EvidenceError("a package in it is broken")
    return blob
