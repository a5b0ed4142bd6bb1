"""Only the registries that the operator lets be asked."""

from __future__ import annotations

from collections.abc import Collection

from bot.errors import RegistryError
from bot.image import ImageRef
from bot.policy import host_allowed
from bot.ports import Registry
from bot.registries.through import Through


class Allowed(Through):
    """A `Registry` that asks another one, about hosts that one of the patterns covers."""

    def __init__(self, registry: Registry, patterns: Collection[str]) -> None:
        self._registry = registry
        self._patterns = patterns

    async def _for(self, image: ImageRef) -> Registry:
        if host_allowed(self._patterns, image.registry):
            return self._registry
        raise RegistryError(
            f"{image.repository}: the operator's `allow_hosts` leaves out this host"
        )
