"""A registry that is asked by way of another object, which has a say in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

from bot.image import ImageRef
from bot.model import Document, ImageFacts, Outline, Referrer, TagList
from bot.ports import Registry


class Through(ABC):
    """A `Registry` that hands each question to the one that `_for` gives for its image."""

    @abstractmethod
    async def _for(self, image: ImageRef) -> Registry:
        """Who is to answer; raises `RegistryError` where nobody is."""

    async def tags(self, image: ImageRef) -> TagList:
        """As the other one."""
        return await (await self._for(image)).tags(image)

    async def digest(self, image: ImageRef) -> str:
        """As the other one."""
        return await (await self._for(image)).digest(image)

    async def outline(self, image: ImageRef) -> Outline:
        """As the other one."""
        return await (await self._for(image)).outline(image)

    async def facts(self, image: ImageRef) -> ImageFacts:
        """As the other one."""
        return await (await self._for(image)).facts(image)

    async def document(self, image: ImageRef) -> Document:
        """As the other one."""
        return await (await self._for(image)).document(image)

    async def blob(
        self,
        image: ImageRef,
        digest: str,
        size: int,
        write: Callable[[bytes], object],
        have: Iterable[bytes] = (),
    ) -> None:
        """As the other one."""
        await (await self._for(image)).blob(image, digest, size, write, have)

    async def referrers(self, image: ImageRef) -> tuple[Referrer, ...]:
        """As the other one."""
        return await (await self._for(image)).referrers(image)
