"""The images of one run: open as long as the run is, in a folder that outlives it or does not."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from bot.contents.images import CachedImages, Reader, Settings
from bot.contents.store import GIB, Store
from bot.ports import Registry

FOLDER = "images"


def store_in(folder: Path, most: int = 2 * GIB) -> Store:
    """The store of blobs in basewatch's cache folder; `most` bounds it, in bytes."""
    return Store(folder / FOLDER, most)


@asynccontextmanager
async def opened(
    registry: Registry,
    read: Callable[[Store], Reader],
    folder: Path | None,
    settings: Settings | None = None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> AsyncIterator[CachedImages]:
    """
    Images, as long as the context and the registry are open.

    `read` makes the reader of layers, which may keep its results in the store. Without a `folder`
    everything is gone in the end.
    """
    settings = settings or Settings()
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as name:
        store = store_in(Path(name), settings.cache_size)
        images = CachedImages(registry, store, read(store), settings, progress)
        try:
            yield images
        finally:
            images.close()
