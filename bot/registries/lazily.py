"""A registry that is opened when it is first asked: to load an HTTP client takes time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from bot.image import ImageRef
from bot.ports import Registry
from bot.registries.through import Through

Opener = Callable[[], AbstractAsyncContextManager[Registry]]


class Lazily(Through):
    """A `Registry` that is opened for the first question, and closed with `until`."""

    def __init__(self, opener: Opener, until: AsyncExitStack) -> None:
        self._opener = opener
        self._until = until
        self._opening = asyncio.Lock()
        self._opened: Registry | None = None

    async def _for(self, _image: ImageRef) -> Registry:
        async with self._opening:
            if self._opened is None:
                self._opened = await self._until.enter_async_context(self._opener())
        return self._opened


@asynccontextmanager
async def lazily(opener: Opener) -> AsyncIterator[Registry]:
    """What `opener` opens, as long as the context is; nothing is opened where nobody asks."""
    async with AsyncExitStack() as until:
        yield Lazily(opener, until)
