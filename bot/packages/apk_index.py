"""
The index of a repository of apk packages, `APKINDEX.tar.gz`: who signed it, what it has.

A signature and a tar archive, each compressed by itself, one behind the other
(https://wiki.alpinelinux.org/wiki/Apk_spec#Index_Format_V2). It comes from outside: what it
unpacks to streams by, and only the packages that were asked about are kept.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Collection, Iterator
from typing import NamedTuple

from bot.errors import RegistryError
from bot.model import Published
from bot.packages.entries import LONGEST_FIELD

MOST_UNPACKED = 1 << 30  # bytes; Wolfi's, the largest known, has some 200 MiB
MOST_OF_ONE = 10_000  # versions of one package
_LONGEST_RECORD = 4 << 20  # bytes; `coq` has 72 KiB of files in one line
_LONGEST_SIGNATURE = 16 << 10
_MOST_STREAMS = 16  # two, in every index that there is; each costs a chunk to begin
_MOST_SIGNATURES = 16
_CHUNK = 1 << 20
_BLOCK = 512
_SIGNATURE = re.compile(r"\.SIGN\.(RSA|RSA256)\.([A-Za-z0-9@+_.-]{1,200})")
_SIZE = re.compile(rb"[ \0]*([0-7]{1,12})[ \0]*")
_FIELD = re.compile(rb"^([Votc]):(.*)$", re.MULTILINE)
_NAME = re.compile(rb"^P:(.*)$", re.MULTILINE)
_MOMENT = re.compile(r"[0-9]{1,11}")


class Signature(NamedTuple):
    """A signature: `RSA` (by SHA-1) or `RSA256`, the name of its key, and its bytes."""

    kind: str
    key: str
    value: bytes


class Index(NamedTuple):
    """
    What an index says: `published` by name, of the packages that were asked about.

    `signed_from`: the offset of the first byte that the signatures are about.
    """

    published: dict[str, tuple[Published, ...]]
    signatures: tuple[Signature, ...]
    signed_from: int


def read(data: bytes, names: Collection[str]) -> Index:
    """Read the bytes of an `APKINDEX.tar.gz`; raises `RegistryError` where they are none."""
    signatures, start = _signed(data)
    unpacked = _Unpacked(data, start)
    wanted = {name.encode() for name in names}
    found: dict[bytes, list[Published]] = {}
    seen = False
    for name, _size in unpacked.members():
        if name == "APKINDEX":
            seen = True
            for record in _records(unpacked.body()):
                _keep(record, wanted, found)
    if not seen:
        raise RegistryError("there is no index in it")
    published = {name.decode("utf-8", "replace"): tuple(rows) for name, rows in found.items()}
    return Index(published, signatures, start)


def _signed(data: bytes) -> tuple[tuple[Signature, ...], int]:
    """
    The signatures that the first stream has, and where it ends; none where it has anything else.

    Nothing is read of what stands before the bytes that they are about.
    """
    head = _Unpacked(data, alone=True)
    signatures: list[Signature] = []
    for name, size in head.members():
        signed = _SIGNATURE.fullmatch(name)
        if not signed and not name.startswith(".SIGN."):
            return (), 0
        if size > _LONGEST_SIGNATURE or len(signatures) == _MOST_SIGNATURES:
            raise RegistryError("the index has more of signatures than any has")
        if signed:
            signatures.append(Signature(signed[1], signed[2], b"".join(head.body())))
    return (tuple(signatures), head.ends) if signatures else ((), 0)


class _Unpacked:
    """
    The members of a tar archive that is several gzip streams, one behind the other.

    It begins at an offset; `alone`: it is the one stream there, and `ends` where that does.
    """

    def __init__(self, data: bytes, at: int = 0, *, alone: bool = False) -> None:
        self.ends = at
        self._alone = alone
        self._data = memoryview(data)
        self._chunks = self._inflated()
        self._chunk = b""
        self._body = 0  # what is left of the member that was given last
        self._padding = 0

    def members(self) -> Iterator[tuple[str, int]]:
        """Each file's name and size; `body` has its bytes, and is passed over if nobody asks."""
        while True:
            for _ in self.body():
                pass
            self._take(self._padding)
            self._padding = 0
            block = self._take(_BLOCK, or_nothing=True)
            if not block:
                return
            if block.count(0) == _BLOCK:  # the end of an archive, behind which another may follow
                continue
            size = _SIZE.fullmatch(block[124:136])
            if not size:
                raise RegistryError("it is no index of packages, or a broken one")
            self._body = int(size[1], 8)
            self._padding = -self._body % _BLOCK
            if block[156:157] in {b"0", b"\0"}:
                yield block[:100].partition(b"\0")[0].decode("utf-8", "replace"), self._body

    def body(self) -> Iterator[bytes]:
        """The bytes of the member that was given last, once."""
        while self._body:
            chunk = self._some(self._body)
            self._body -= len(chunk)
            yield chunk

    def _take(self, count: int, *, or_nothing: bool = False) -> bytes:
        parts: list[bytes] = []
        while count:
            if not self._chunk and or_nothing and not parts:
                self._chunk = next(self._chunks, b"")
                if not self._chunk:
                    return b""
            parts.append(self._some(count))
            count -= len(parts[-1])
        return b"".join(parts)

    def _some(self, most: int) -> bytes:
        """As many of the next bytes as there are at once, at most `most`."""
        if not self._chunk:
            self._chunk = next(self._chunks, b"")
        if not self._chunk:
            raise RegistryError("the index ends too early")
        taken, self._chunk = self._chunk[:most], self._chunk[most:]
        return taken

    def _inflated(self) -> Iterator[bytes]:
        came = streams = 0
        at = self.ends
        while at < len(self._data) and not (self._alone and streams):
            streams += 1
            if streams > _MOST_STREAMS:
                raise RegistryError("the index is in more pieces than any is")
            inflate = zlib.decompressobj(31)
            while not inflate.eof:
                if at >= len(self._data) and not inflate.unconsumed_tail:
                    raise RegistryError("the index ends too early")
                chunk, at = self._piece(inflate, at)
                came += len(chunk)
                if came > MOST_UNPACKED:
                    raise RegistryError(f"the index unpacks to more than {MOST_UNPACKED} bytes")
                if chunk:
                    yield chunk
            at -= len(inflate.unused_data)
            self.ends = at

    def _piece(self, inflate: zlib._Decompress, at: int) -> tuple[bytes, int]:
        given = inflate.unconsumed_tail
        if not given:
            given = bytes(self._data[at : at + _CHUNK])
            at += len(given)
        try:
            return inflate.decompress(given, _CHUNK), at
        except zlib.error:
            raise RegistryError(
                "it is no index of packages: it is not compressed by gzip"
            ) from None


def _records(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The stretches between empty lines."""
    parts: list[bytes] = []
    came = 0
    for chunk in chunks:
        parts.append(chunk)
        came += len(chunk)
        if came >= _CHUNK:  # a record is put together seldom, however small the chunks are
            *whole, rest = b"".join(parts).split(b"\n\n")
            if len(rest) > _LONGEST_RECORD:
                raise RegistryError("a record of the index is longer than any package's")
            yield from whole
            parts, came = [rest], 0
    yield from b"".join(parts).split(b"\n\n")


def _keep(record: bytes, wanted: Collection[bytes], found: dict[bytes, list[Published]]) -> None:
    name = _NAME.search(record)
    if not name or name[1] not in wanted:
        return
    fields: dict[bytes, str] = {}
    for field in _FIELD.finditer(record):
        if len(field[2]) <= LONGEST_FIELD:
            fields.setdefault(field[1], field[2].decode("utf-8", "replace").strip())
    rows = found.setdefault(name[1], [])
    if fields.get(b"V"):
        rows.append(
            Published(
                fields[b"V"],
                fields.get(b"o") or name[1].decode("utf-8", "replace"),
                _moment(fields.get(b"t", "")),
                fields.get(b"c", ""),
            )
        )
    if len(rows) > MOST_OF_ONE:
        raise RegistryError("the index has more versions of one package than any has")


def _moment(seconds: str) -> dt.datetime | None:
    if not _MOMENT.fullmatch(seconds):
        return None
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)
