"""Bring blobs from registries to the store: each once, taken up again where it broke off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import NamedTuple

from bot.contents.arriving import Arrival
from bot.contents.claims import Claim, claimed
from bot.contents.store import Store
from bot.errors import EvidenceError, PiecedError, RegistryError
from bot.image import ImageRef
from bot.model import Layer
from bot.once import Once
from bot.ports import Registry

MIB = 1 << 20
Progress = Callable[[str, int, int], None]


class Piece(NamedTuple):
    """A blob of an image's repository: its digest, and its size in bytes."""

    image: ImageRef
    digest: str
    size: int

    @property
    def key(self) -> Hashable:
        """What makes it one question: what one registry lacks, another may well have."""
        return self.image.repository, self.digest, self.size

    @classmethod
    def of(cls, image: ImageRef, layer: Layer) -> Piece:
        """The blob of a layer."""
        return cls(image, layer.digest, layer.size)


class Fetching:
    """
    Blobs, from the store or from their registry; `at_once` of them at a time.

    `progress` is told the MiB that came, of those that are wanted so far. Raises `EvidenceError`.
    """

    def __init__(
        self, registry: Registry, store: Store, progress: Progress, at_once: int = 4
    ) -> None:
        self._registry = registry
        self._store = store
        self._progress = progress
        self._room = asyncio.Semaphore(at_once)
        self._once = Once()
        self._arrivals: dict[Hashable, Arrival] = {}
        self._wanted = 0
        self._came = 0

    async def fetch(self, piece: Piece) -> Path:
        """The file that holds a blob; it is asked for once, whoever wants it."""
        if found := self._store.find(piece.digest, piece.size):
            self.arrival(piece).whole(found, piece.size)
            return found
        path = await self._once.answer(piece.key, lambda: self._fetched(piece))
        if not path.exists():  # another run has removed it since
            self._forget(piece)
            path = await self._once.answer(piece.key, lambda: self._fetched(piece))
        return path

    def arrival(self, piece: Piece) -> Arrival:
        """A blob on its way, which is being fetched or is about to be."""
        return self._arrivals.setdefault(piece.key, Arrival())

    async def again(self, piece: Piece) -> Path:
        """A blob anew, as the one that is here is damaged."""
        self._store.drop(piece.digest)
        self._forget(piece)
        return await self.fetch(piece)

    def close(self) -> None:
        """Drop what nobody waits for any more; what has come stays for the next run."""
        self._once.close()
        for arrival in self._arrivals.values():
            arrival.fail()  # a thread that waits for more would hold up the end of the program

    def _forget(self, piece: Piece) -> None:
        self._once.forget(piece.key)
        self._arrivals.pop(piece.key, None)

    async def _fetched(self, piece: Piece) -> Path:
        arrival = self.arrival(piece)
        try:
            path = await self._brought(piece)
            arrival.whole(path, piece.size)
        finally:
            arrival.fail()  # for whoever waits for more, unless it is whole
        return path

    async def _brought(self, piece: Piece) -> Path:
        self._tell(wanted=piece.size)
        async with self._room:
            with self._store.trouble():
                self._store.prepare()
                self._store.make_room(piece.size)
                async with claimed(self._store.partial(piece.digest)) as claim:
                    return await self._filled(piece, claim)

    async def _filled(self, piece: Piece, claim: Claim) -> Path:
        if found := self._store.find(piece.digest, piece.size):
            self._tell(came=piece.size)
            return found  # while we waited, another run has brought it
        try:
            await self._fill(piece, claim)
        except RegistryError as error:
            raise EvidenceError(str(error)) from error
        return self._store.admit(claim.path, piece.digest)

    async def _fill(self, piece: Piece, claim: Claim) -> None:
        """Let the rest be written to a claim; one whose parts prove wrong is begun anew."""
        if claim.size > piece.size:
            claim.clear()
        had = claim.size
        self._tell(came=had)
        self.arrival(piece).begin(claim.path, had)
        try:
            await self._write(piece, claim)
        except RegistryError as error:
            if claim.size < piece.size:
                raise  # it broke off: what has come is as good as ever
            self._tell(came=-claim.size)
            claim.clear()
            if not (had or isinstance(error, PiecedError)):
                raise
            await self._anew(piece, claim)

    async def _anew(self, piece: Piece, claim: Claim) -> None:
        self.arrival(piece).begin(claim.path, 0)
        try:
            await self._write(piece, claim)
        except RegistryError:
            if claim.size == piece.size:
                claim.clear()
            raise

    async def _write(self, piece: Piece, claim: Claim) -> None:
        arrival = self.arrival(piece)

        def write(chunk: bytes) -> None:
            with self._store.trouble():
                claim.write(chunk)
            arrival.grow(len(chunk))
            self._tell(came=len(chunk))

        await self._registry.blob(piece.image, piece.digest, piece.size, write, claim.chunks())

    def _tell(self, *, wanted: int = 0, came: int = 0) -> None:
        self._wanted += wanted
        self._came += came
        if self._came or came:
            self._progress("MiB of images", self._came // MIB, -(-self._wanted // MIB))
