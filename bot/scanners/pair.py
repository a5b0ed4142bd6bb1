"""Scan two images with one program so that both get the same version, data and options."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from bot.errors import EvidenceError
from bot.model import Opened, Scan, Scanned
from bot.scanners import doubts
from bot.scanners.kept import Identity, Kept
from bot.scanners.settings import Means
from bot.scanners.silencing import Silence, silence

_TRIES = 2


class Program(Protocol):
    """A scanner that is a program. Raises `EvidenceError`."""

    @property
    def NAME(self) -> str: ...
    @property
    def options(self) -> tuple[str, ...]:
        """What else decides on its results, files it is given included."""

    async def prepare(self) -> None:
        """Bring its data up to date; nothing where it is to ask nobody."""

    async def identity(self) -> Identity:
        """What it is now; an error where it has no data."""

    async def scan(self, opened: Opened, identity: Identity, home: Path) -> Scan:
        """What it says of an image; `home` is an empty folder for what it writes on the way."""


class ProgramScanner:
    """The `Scanner` that a program is; results are kept, so that no pair is scanned twice."""

    def __init__(self, program: Program, means: Means) -> None:
        self.NAME = program.NAME
        self._program = program
        self._means = means
        # One at a time: a database file may be for one process only, as Trivy's is.
        self._turn = asyncio.Lock()
        self._prepared = False
        self._broken = ""

    async def compare(self, old: Opened, new: Opened) -> Scanned:
        """
        Both images by the same version, data and options; neither is scanned where it was before.

        Raises `EvidenceError`, also where the data changed again while both were scanned anew.
        """
        means, now = self._means, self._means.clock()
        quiet = silence(means.vex, means.ignore, now.date())
        async with self._turn:
            await self._prepare()
            identity, scans = await self._both((old, new))
        doubt = tuple(
            doubts.of_age(self.NAME.capitalize(), identity.built, now, means.database_days)
        )
        sides = zip(scans, (old, new), strict=True)
        first, second = (_finished(scan, opened, quiet, doubt) for scan, opened in sides)
        return Scanned(first, second)

    async def _prepare(self) -> None:
        """Once in a run; where that fails, the data that is there may do."""
        if self._broken:
            raise EvidenceError(self._broken)
        if not self._prepared:
            try:
                await self._program.prepare()
            except EvidenceError as error:
                await self._make_do(error)
            self._prepared = True

    async def _make_do(self, error: EvidenceError) -> None:
        try:
            await self._program.identity()
        except EvidenceError:
            self._broken = str(error)
            raise error from None

    async def _both(self, sides: tuple[Opened, ...]) -> tuple[Identity, list[Scan]]:
        before = await self._program.identity()
        for _ in range(_TRIES):
            kept = Kept(self._means.store, self.NAME, before, self._program.options)
            scans = [await self._one(side, before, kept) for side in sides]
            if not kept.fresh:
                return before, scans
            after = await self._program.identity()
            if after == before:
                kept.write()
                return after, scans
            before = after
        raise EvidenceError(f"the data of {self.NAME} changes while it scans: try again later")

    async def _one(self, side: Opened, identity: Identity, kept: Kept) -> Scan:
        if scan := kept.read(side):
            return scan
        scan = await self._scanned(side, identity)
        kept.add(side, scan)
        return scan

    async def _scanned(self, side: Opened, identity: Identity) -> Scan:
        try:
            with TemporaryDirectory(prefix="basewatch-scan-", ignore_cleanup_errors=True) as home:
                return await self._program.scan(side, identity, Path(home))
        except OSError as error:
            raise EvidenceError(f"no room to scan in: {error.strerror or error}") from error


def _finished(scan: Scan, opened: Opened, quiet: Silence, doubt: tuple[str, ...]) -> Scan:
    told = quiet.over(scan, opened.contents.image)
    return told._replace(doubts=(*told.doubts, *doubt))


def fingerprint(path: Path) -> str:
    """What stands for a file's text in a key; raises `EvidenceError` where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be read: {error.strerror}") from error
