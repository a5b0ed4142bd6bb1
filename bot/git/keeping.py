"""A folder of clones that are kept from run to run: one user of each at a time, and bounded."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import RepoError
from bot.git.program import DamageError, printable

_LOOK = 0.05  # seconds between looks at whether a clone is free
_PLAIN = re.compile(r"[^A-Za-z0-9.-]+")
_SOUND = b"sound"


@dataclass(frozen=True, slots=True)
class Held:
    """
    A clone that nobody else changes as long as this is held: a folder, and a lock file beside.

    `lock` is the lock file's descriptor: what has it open goes on holding the clone.
    """

    folder: Path
    lock: int

    def is_sound(self) -> bool:
        """Whether whoever changed it last was done with it."""
        return os.pread(self.lock, 16, 0) == _SOUND

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """
        It is not sound from now on, until this ends.

        A host that said no is such an end, told as `RepoError`: git did nothing then, or undid it.
        """
        os.ftruncate(self.lock, 0)
        try:
            yield
        except DamageError:
            raise
        except RepoError:
            os.pwrite(self.lock, _SOUND, 0)
            raise
        os.pwrite(self.lock, _SOUND, 0)

    def throw_away(self) -> None:
        """Remove what there is of it. Raises `OSError`."""
        os.ftruncate(self.lock, 0)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.folder)


@dataclass(slots=True)
class Shelf:
    """Where clones are kept: at most `limit` bytes of them, the one used last the longest."""

    root: Path
    limit: int
    _sizes: dict[str, int] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def folder(self, url: str) -> Path:
        """Where the clone of this URL is, if it is."""
        return self.root / f"{name_for(url)}.git"

    @contextlib.contextmanager
    def hold(self, url: str, patience: float) -> Iterator[Held]:
        """
        The place of this URL's clone, empty or not, once no other run is at it.

        Raises `RepoError` after `patience` seconds, or where the disk does not let us.
        """
        name = name_for(url)
        try:
            with self._locked(name, time.monotonic() + patience) as lock:
                os.utime(lock)  # used now
                held = Held(self.folder(url), lock)
                yield held
                takes = size(held.folder)
        except OSError as error:
            why = printable(error.strerror or "it cannot be used")
            raise RepoError(f"the cache of clones, {printable(str(self.root))}: {why}") from error
        with self._guard:
            self._sizes[name] = takes
            self._make_room(name)

    @contextlib.contextmanager
    def _locked(self, name: str, until: float) -> Iterator[int]:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.root / f"{name}.lock"
        while True:
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                if _taken(lock, path):
                    yield lock
                    return
            finally:
                os.close(lock)
            if time.monotonic() > until:
                raise RepoError(f"{printable(name)}: another run is at this clone; try again later")
            time.sleep(_LOOK)

    def _make_room(self, but: str) -> None:
        """Throw clones away, those first that were not used for longest, until the rest fits."""
        if not self._sizes.keys() - {but}:
            self._sizes |= {path.stem: size(path) for path in self.root.glob("*.git")}
        if sum(self._sizes.values()) <= self.limit:
            return
        for name in sorted(self._sizes.keys() - {but}, key=self._used):
            self._drop(name)
            if sum(self._sizes.values()) <= self.limit:
                return

    def _used(self, name: str) -> float:
        try:
            return (self.root / f"{name}.lock").stat().st_mtime
        except OSError:
            return -1.0  # before whatever is known

    def _drop(self, name: str) -> None:
        # One that is being used, or that cannot be removed, stays.
        with contextlib.suppress(RepoError, OSError), self._locked(name, 0.0) as lock:
            Held(self.root / f"{name}.git", lock).throw_away()
            (self.root / f"{name}.lock").unlink()
            self._sizes.pop(name, None)


def name_for(url: str) -> str:
    """A name for the clone of a URL that a person recognises and no other URL has."""
    plain = _PLAIN.sub("-", url.partition("//")[2].removesuffix(".git"))[-60:].strip("-.")
    return f"{plain}-{hashlib.sha256(url.encode()).hexdigest()[:24]}"


def _taken(lock: int, path: Path) -> bool:
    """Whether we have the lock now, and it is still the one that everybody sees."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(lock), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def size(folder: Path) -> int:
    """Bytes of the files below; what vanishes meanwhile counts for nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - many files
    return total
