"""Blobs on this machine's disk, by digest: an OCI image layout that runs share, within a bound."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.errors import EvidenceError
from bot.image import Repository
from bot.manifests import DIGEST, digest_of

GIB = 1 << 30
FOLDER = "images"
LAYOUT = json.dumps({"imageLayoutVersion": "1.0.0"})
_INDEX = json.dumps({"schemaVersion": 2, "manifests": []})
_STEP = 1 << 20
_LARGE = 1 << 20
"""Bytes of what can be missed least: a manifest or what was read of a layer is worth more."""

_RESERVE = 16
"""The part of the bound that is made free at once where the store is full."""

_RESTING = 600.0  # seconds


class Kept(NamedTuple):
    """One file of the store: its size in bytes, and when it was last used."""

    path: Path
    size: int
    used: float


@dataclass(frozen=True, slots=True)
class Sum:
    """So many files, and their bytes in all."""

    count: int = 0
    size: int = 0


class Store:
    """
    Blobs under `root` (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).

    What is here was verified when it was written; it is found again by digest and size. `most`
    bounds all of it, in bytes: large blobs go first, what was longest unused before the others, but
    nothing that was used by this run. What is gone nevertheless, another run has removed. `views`
    is where the folders are that show one image each, `made_of_layers` where readers keep files by
    layer, within the same bound. Raises `EvidenceError`.
    """

    def __init__(self, root: Path, most: int = 2 * GIB) -> None:
        self.root = root
        self.most = most
        self.views = root / "views"
        self.made_of_layers = root / "made" / "layers"
        self._used: set[Path] = set()
        self._sure = 0
        """Bytes for which there is room without looking again."""

    def path(self, digest: str) -> Path:
        """Where a blob is, or would be."""
        if not DIGEST.fullmatch(digest):
            raise EvidenceError(f"{digest[:100]!r} is no digest")
        algorithm, _, value = digest.partition(":")
        return self.root / "blobs" / algorithm / value

    def partial(self, digest: str) -> Path:
        """Where a blob is as long as it is not whole."""
        return self.root / "partial" / self.path(digest).name

    def find(self, digest: str, size: int) -> Path | None:
        """A blob that is here in that size; it stays as long as this run."""
        path = self.path(digest)
        try:
            if path.stat().st_size != size:
                return None
        except OSError:
            return None
        with contextlib.suppress(OSError):  # a folder that is only to be read is as good
            os.utime(path)  # the file system may not note when a file is read
        self._used.add(path)
        return path

    def admit(self, partial: Path, digest: str) -> Path:
        """Take in a file, which was verified, as the blob of this digest."""
        path = self.path(digest)
        with self.trouble():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(path)
        self._used.add(path)
        return path

    def drop(self, digest: str) -> None:
        """Remove a blob."""
        with self.trouble():
            self._remove(self.path(digest))

    def damaged(self, digest: str) -> bool:
        """Whether a blob is not what its digest says, or not here at all; all of it is read."""
        seen = hashlib.new(digest.partition(":")[0])
        try:
            with self.path(digest).open("rb") as file:
                while chunk := file.read(_STEP):
                    seen.update(chunk)
        except OSError:
            return True
        return seen.hexdigest() != digest.partition(":")[2]

    # ------------------------------------------------------------ documents

    def read(self, repository: Repository, digest: str) -> bytes | None:
        """
        A document that this repository was seen to have, verified.

        Not that of another: who knows a digest from a public file need not be allowed to see what
        it stands for.
        """
        path = self.path(digest)
        try:
            if not self._seen(repository, digest).exists():
                return None
            body = path.read_bytes()
            found = self.find(digest, len(body))
        except OSError:
            return None
        return body if found and digest_of(body, digest) == digest else None

    def keep(self, repository: Repository, digest: str, body: bytes) -> Path:
        """Keep a document of a repository, which was verified."""
        with self.trouble():
            if (path := self.find(digest, len(body))) is None:
                self.prepare()
                partial = self.root / "partial" / secrets.token_hex(8)
                partial.write_bytes(body)
                path = self.admit(partial, digest)
            seen = self._seen(repository, digest)
            seen.parent.mkdir(parents=True, exist_ok=True)
            seen.touch()
        return path

    def _seen(self, repository: Repository, digest: str) -> Path:
        name = hashlib.sha256(str(repository).encode()).hexdigest()
        return self.root / "seen" / self.path(digest).name / name[:32]

    # ------------------------------------------------------------ room

    def prepare(self) -> None:
        """Make the folder an image layout, if it is none yet."""
        with self.trouble():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in ("blobs/sha256", "partial"):
                (self.root / name).mkdir(parents=True, exist_ok=True)
            for name, text in (("oci-layout", LAYOUT), ("index.json", _INDEX)):
                if not (self.root / name).exists():
                    (self.root / name).write_text(text)

    def make_room(self, size: int) -> Sum:
        """
        Remove what was longest unused until so many more bytes fit; gives what was removed.

        To look at all that is here takes longer the more there is. So what is free is believed to
        stay free to a quarter: others write here too, and not each of them asks for room. Where
        something has to go, a little more goes, for what comes next.
        """
        if 0 < size <= self._sure:
            self._sure -= size
            return Sum()
        reserve = self.most // _RESERVE
        spared = frozenset(self._used)
        gone, left = self._shrunk(self.most - size, spared=spared, reserve=reserve)
        free = self.most - size - left
        # Below zero all that is left is this run's own: to look again at once would find no more.
        self._sure = (free if free >= 0 else reserve) // 4
        return gone

    def shrink(self) -> Sum:
        """Come back within the bound, whatever this run has used; gives what was removed."""
        return self._shrunk(self.most, spared=frozenset())[0]

    def clear(self) -> Sum:
        """Remove all of it."""
        return self._shrunk(-1, spared=frozenset())[0]

    def blobs(self) -> list[Kept]:
        """Every blob, what was longest unused first."""
        return _by_use(_in_folders(self.root / "blobs"))

    def made(self) -> list[Kept]:
        """Everything that was made of blobs."""
        return _by_use(_in_folders(self.root / "made"))

    def partials(self) -> list[Kept]:
        """Every blob that is not whole."""
        return _by_use(_kept(self.root / "partial"))

    def _shrunk(self, most: int, *, spared: frozenset[Path], reserve: int = 0) -> tuple[Sum, int]:
        """
        What was removed to come down to `most` bytes, and how many are left.

        Where anything has to go, `reserve` bytes more do.
        """
        blobs, partials = [*self.blobs(), *self.made()], self.partials()
        there = total(blobs).size + total(partials).size
        excess = there - most + (reserve if there > most else 0)
        # What was written to just now, somebody may be writing to.
        resting = [each for each in partials if each.used < time.time() - _RESTING]
        kept = sorted([*resting, *blobs], key=_worth)
        count = size = 0
        with self.trouble():
            for each in kept:
                if size >= excess:
                    break
                if each.path not in spared:
                    self._remove(each.path)
                    count, size = count + 1, size + each.size
        return Sum(count, size), there - size

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        shutil.rmtree(self.root / "seen" / path.name, ignore_errors=True)

    @contextlib.contextmanager
    def trouble(self) -> Iterator[None]:
        """Say in one line where the disk is full, or not to be written to."""
        try:
            yield
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise EvidenceError(f"the cache of images in {self.root}: {why}") from error


def _worth(each: Kept) -> tuple[bool, float]:
    """What is to stay longest comes last: small blobs and what was made of large ones."""
    layer = each.size >= _LARGE and each.path.parent.name != "layers"
    return not layer, each.used


def _by_use(files: Iterable[Kept]) -> list[Kept]:
    return sorted(files, key=lambda each: each.used)


def _in_folders(folder: Path) -> Iterator[Kept]:
    for each in _names(folder):
        yield from _kept(folder / each.name)


def _kept(folder: Path) -> Iterator[Kept]:
    for each in _names(folder):
        with contextlib.suppress(OSError):  # another run has just removed it
            told = each.stat()
            yield Kept(folder / each.name, told.st_size, told.st_mtime)


def _names(folder: Path) -> list[os.DirEntry[str]]:
    """What a folder holds; nothing where it is none. There may be many thousands of files."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def total(files: list[Kept]) -> Sum:
    """How many these are, and their bytes in all."""
    return Sum(len(files), sum(each.size for each in files))


def store_in(folder: Path, most: int = 2 * GIB) -> Store:
    """The store of blobs in basewatch's cache folder; `most` bounds it, in bytes."""
    return Store(folder / FOLDER, most)
