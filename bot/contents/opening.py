"""The images of one run: open as long as the run is, in a folder that outlives it or does not."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path

from bot.contents.images import CachedImages, Settings
from bot.contents.reading import Bounds, LayerCache, read
from bot.contents.store import store_in
from bot.ports import Registry


@asynccontextmanager
async def opened(
    registry: Registry,
    folder: Path | None,
    settings: Settings | None = None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> AsyncIterator[CachedImages]:
    """
    Images, as long as the context and the registry are open.

    Without a `folder` to keep it in, what was fetched is gone in the end.
    """
    settings = settings or Settings()
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as name:
        store = store_in(Path(name), settings.cache_size)
        reader = partial(
            read,
            cache=LayerCache(store.made_of_layers),
            bounds=Bounds(compressed=settings.most),
        )
        images = CachedImages(registry, store, reader, settings, progress)
        try:
            yield images
        finally:
            images.close()
