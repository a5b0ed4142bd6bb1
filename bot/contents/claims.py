"""One file, written by one task of one process at a time, on whatever machine shares the disk."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

PATIENCE = 60.0  # seconds in which who holds a file is to have written something to it
_LOOK = 0.05
_STEP = 1 << 20


class Claim:
    """A file that is being written to, at its end; what it has is kept if this program dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("ab+", buffering=0)

    @property
    def size(self) -> int:
        """The bytes that it has."""
        return os.fstat(self.file.fileno()).st_size

    def chunks(self) -> Iterator[bytes]:
        """What it has, from the start."""
        self.file.seek(0)
        while chunk := self.file.read(_STEP):
            yield chunk

    def write(self, chunk: bytes) -> None:
        """Add these bytes."""
        left = memoryview(chunk)
        while left:  # without a buffer, a part of them may be written
            left = left[self.file.write(left) :]

    def clear(self) -> None:
        """Begin anew."""
        self.file.truncate(0)

    def locked(self) -> bool:
        """Whether nobody else holds it, and it is still the one that its path names."""
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self.file.fileno()))
        except FileNotFoundError:
            return False

    def close(self) -> None:
        """Let others have it; an empty one is taken away."""
        with contextlib.suppress(FileNotFoundError):
            if not self.size and os.path.samestat(self.path.stat(), os.fstat(self.file.fileno())):
                self.path.unlink()
        self.file.close()


@contextlib.asynccontextmanager
async def claimed(path: Path, patience: float = PATIENCE) -> AsyncIterator[Claim]:
    """
    The file at `path`, once nobody else writes to it.

    Where who holds it has written nothing for `patience` seconds, or where the disk knows no locks,
    another file beside it, which is taken away in the end. Raises `OSError`.
    """
    claim = await _shared(path, patience) or Claim(path.with_name(secrets.token_hex(8)))
    try:
        yield claim
    finally:
        claim.close()
        if claim.path != path:
            claim.path.unlink(missing_ok=True)


async def _shared(path: Path, patience: float) -> Claim | None:
    size, until = -1, time.monotonic() + patience
    while time.monotonic() < until:
        claim = Claim(path)
        try:
            if claim.locked():
                return claim
        except BlockingIOError:
            if claim.size != size:
                size, until = claim.size, time.monotonic() + patience
        except OSError:
            claim.close()
            return None
        claim.file.close()
        await asyncio.sleep(_LOOK)
    return None
