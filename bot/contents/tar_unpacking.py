"""A layer's bytes as its tar archive: whatever it is compressed with, within bounds, verified."""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO, NoReturn, Protocol

from bot.contents.layers_bounds import MIB, Bounds
from bot.errors import EvidenceError

if sys.version_info >= (3, 14):  # pragma: no cover -- not among the Pythons of the tests
    from compression import zstd
else:
    from backports import zstd

try:
    _gzip: Any = import_module("isal.isal_zlib")  # zlib as fast as it can be, where it is built for
except ImportError:  # pragma: no cover -- other machines than those of the tests
    _gzip = zlib
_BROKEN: tuple[type[Exception], ...] = (_gzip.error, zstd.ZstdError)

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"  # after a byte from 0x50 to 0x5f: RFC 8878, 3.1.2
_READ = 256 << 10
_STEP = 1 * MIB
_WINDOW: dict[int, int] = {
    zstd.DecompressionParameter.window_log_max: 27
}  # 128 MiB, what `zstd -d` takes
_HASHES = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}


class Unpacking:
    """
    The tar archive in `file`, a chunk of at most a mebibyte at a time.

    By magic, never by media type: gzip of one member or more, zstd of one frame or more (those to
    be skipped are), anything else as it is. `size` is what `file` may be long at most. Raises
    `EvidenceError` where it is longer, cut off or broken, or exceeds the bounds.
    """

    def __init__(self, file: BinaryIO, size: int, bounds: Bounds, diff_id: str = "") -> None:
        self._file = file
        self._size = size
        self._bounds = bounds
        self._diff_id = diff_id
        self._taken = 0
        self._given = 0

    def __iter__(self) -> Iterator[bytes]:
        algorithm, _, expected = self._diff_id.partition(":")
        digest = _HASHES[algorithm]() if algorithm in _HASHES else None
        for chunk in self._chunks():
            self._given += len(chunk)
            self._check()
            if digest:
                digest.update(chunk)
            yield chunk
        if digest and digest.hexdigest() != expected:
            raise EvidenceError(f"its archive is not the one its image names ({self._diff_id})")

    def _chunks(self) -> Iterator[bytes]:
        first = self._read()
        if first.startswith(_GZIP):
            return self._unpacked(first, _Member)
        if first.startswith(_ZSTD) or _is_skippable(first):
            return self._unpacked(first, _Frame)
        return self._plain(first)

    def _plain(self, data: bytes) -> Iterator[bytes]:
        while data:
            yield data
            data = self._read()

    def _unpacked(self, data: bytes, begin: type[_Member | _Frame]) -> Iterator[bytes]:
        """Each member or frame in turn; after the last there may be zeros, as gzip allows."""
        parts = 0
        while data := self._past_zeros(data):
            parts += 1
            if parts > self._bounds.members:
                raise EvidenceError(f"it is packed in more than {self._bounds.members} pieces")
            part = begin()
            try:
                while not part.eof:
                    data = data or self._more(part)
                    if chunk := part.feed(data):
                        yield chunk
                    data = b""
            except _BROKEN as error:
                raise EvidenceError(f"it cannot be unpacked: {error}") from error
            data = part.rest

    def _past_zeros(self, data: bytes) -> bytes:
        data = data.lstrip(b"\0") or self._read()
        while data and not data.strip(b"\0"):
            data = self._read()
        return data.lstrip(b"\0")

    def _more(self, part: _Member | _Frame) -> bytes:
        if not part.hungry:
            return b""
        return self._read() or _cut_off()

    def _read(self) -> bytes:
        data = self._file.read(_READ)
        self._taken += len(data)
        if self._taken > self._size:
            raise EvidenceError(f"it is longer than the {self._size} bytes its image names")
        return data

    def _check(self) -> None:
        bounds = self._bounds
        if self._given > bounds.unpacked:
            raise EvidenceError(f"it unpacks to more than {bounds.unpacked >> 20} MiB")
        if self._given > max(bounds.unsuspected, bounds.ratio * self._taken):
            raise EvidenceError(f"it unpacks to more than {bounds.ratio} times its size")


class _Inflating(Protocol):
    """What zlib and isal have in common."""

    eof: bool
    unconsumed_tail: bytes
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Member:
    """One gzip member: takes what is packed, gives at most a step of what was."""

    def __init__(self) -> None:
        self._zlib: _Inflating = _gzip.decompressobj(wbits=31)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def hungry(self) -> bool:
        """Whether it has given all that it can of what it was fed."""
        return not self._full and not self._zlib.unconsumed_tail

    @property
    def rest(self) -> bytes:
        """What was fed beyond the end."""
        return self._zlib.unused_data

    def feed(self, data: bytes) -> bytes:
        """Only where it is hungry may there be new data."""
        chunk = self._zlib.decompress(data or self._zlib.unconsumed_tail, _STEP)
        self._full = len(chunk) == _STEP
        return chunk


class _Frame:
    """One zstd frame; what it has in common with a gzip member means the same."""

    def __init__(self) -> None:
        self._zstd = zstd.ZstdDecompressor(options=_WINDOW)

    @property
    def eof(self) -> bool:
        return self._zstd.eof

    @property
    def hungry(self) -> bool:
        return self._zstd.needs_input

    @property
    def rest(self) -> bytes:
        return self._zstd.unused_data

    def feed(self, data: bytes) -> bytes:
        return self._zstd.decompress(data, _STEP)


def _is_skippable(data: bytes) -> bool:
    return data[1:4] == _SKIPPABLE and 0x50 <= data[0] <= 0x5F


def _cut_off() -> NoReturn:
    raise EvidenceError("it is cut off")
