"""A blob on its way, read while it comes; its end is not there before it is verified."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import EvidenceError

_BUFFER = 256 << 10


class Arrival:
    """
    A file that one thread writes to and others read.

    Who writes tells of it by `begin`, `grow`, and in the end by `whole` or `fail`. Who reads waits
    for the bytes; the end of the file comes after `whole` only, so that nobody has read all of a
    blob that is not what its digest says. Where it fails or is begun anew, that is an
    `EvidenceError`.
    """

    def __init__(self) -> None:
        self.times = 0  # that it was begun
        self._news = threading.Condition()
        self._path: Path | None = None
        self._size = 0
        self._whole = False
        self._failed = False

    # ------------------------------------------------------------ for who writes

    def begin(self, path: Path, size: int) -> None:
        """There is a file now, with so many bytes in it; what was read of another is void."""
        with self._news:
            self.times += 1
            self._path, self._size = path, size
            self._news.notify_all()

    def grow(self, count: int) -> None:
        """There are so many bytes more."""
        with self._news:
            self._size += count
            self._news.notify_all()

    def whole(self, path: Path, size: int) -> None:
        """All is there, and verified."""
        with self._news:
            self._path, self._size, self._whole = path, size, True
            self._news.notify_all()

    def fail(self) -> None:
        """There will be no more, unless all is there already."""
        with self._news:
            self._failed = not self._whole
            self._news.notify_all()

    # ------------------------------------------------------------ for who reads

    def open(self) -> BinaryIO:
        """The file, from its start; waits until there is one."""
        self._wait(lambda: self._path is not None)
        try:
            return self._opened()
        except FileNotFoundError:  # it has just been given its name among the whole ones
            self._wait(lambda: self._whole)
            return self._opened()

    def wait(self, times: int, at: int, count: int) -> int:
        """How many bytes there are from `at` on: `count` of them, or all up to the end."""
        self._wait(lambda: self._whole or self.times != times or self._size >= at + count)
        if self.times != times:
            raise EvidenceError("it was begun anew")
        return min(count, self._size - at)

    def _opened(self) -> BinaryIO:
        with self._news:
            path, times, whole = self._path, self.times, self._whole
        assert path is not None
        if whole:
            return path.open("rb")
        # Opened before there is a reader: one that could not be made would still be closed.
        file = path.open("rb", buffering=0)
        return io.BufferedReader(_Growing(self, file, times), _BUFFER)

    def _wait(self, there: Callable[[], bool]) -> None:
        with self._news:
            self._news.wait_for(lambda: self._failed or there())
            if self._failed:
                raise EvidenceError("it broke off")


class _Growing(io.RawIOBase):
    """The bytes of an arrival, as they come."""

    def __init__(self, arrival: Arrival, file: io.FileIO, times: int) -> None:
        super().__init__()
        self._arrival = arrival
        self._times = times
        self._at = 0
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 -- `Buffer` is Python 3.12's
        view = memoryview(buffer)
        there = self._arrival.wait(self._times, self._at, len(view))
        count = self._file.readinto(view[:there]) if there else 0
        self._at += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
