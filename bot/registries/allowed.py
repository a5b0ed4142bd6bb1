"""Only the registries that the operator lets be asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from bot.errors import RegistryError
from bot.image import ImageRef
from bot.model import Document, ImageFacts, Outline, Referrer, TagList
from bot.policy import host_allowed
from bot.ports import Registry


class Allowed:
    """A `Registry` that asks another one, about hosts that one of the patterns covers."""

    def __init__(self, registry: Registry, patterns: Collection[str]) -> None:
        self._registry = registry
        self._patterns = patterns

    async def tags(self, image: ImageRef) -> TagList:
        """As the other one; raises `RegistryError` where the host may not be asked."""
        return await self._for(image).tags(image)

    async def digest(self, image: ImageRef) -> str:
        """As the other one; raises `RegistryError` where the host may not be asked."""
        return await self._for(image).digest(image)

    async def outline(self, image: ImageRef) -> Outline:
        """As the other one; raises `RegistryError` where the host may not be asked."""
        return await self._for(image).outline(image)

    async def facts(self, image: ImageRef) -> ImageFacts:
        """As the other one; raises `RegistryError` where the host may not be asked."""
        return await self._for(image).facts(image)

    async def document(self, image: ImageRef) -> Document:
        """As the other one; raises `RegistryError` where the host may not be asked."""
        return await self._for(image).document(image)

    async def blob(
        self,
        image: ImageRef,
        digest: str,
        size: int,
        write: Callable[[bytes], object],
        have: Iterable[bytes] = (),
    ) -> None:
        """As the other one; raises `RegistryError` where the host may not be asked."""
        await self._for(image).blob(image, digest, size, write, have)

    async def referrers(self, image: ImageRef) -> tuple[Referrer, ...]:
        """As the other one; raises `RegistryError` where the host may not be asked."""
        return await self._for(image).referrers(image)

    def _for(self, image: ImageRef) -> Registry:
        if host_allowed(self._patterns, image.registry):
            return self._registry
        raise RegistryError(
            f"{image.repository}: the operator's `allow_hosts` leaves out this host"
        )
