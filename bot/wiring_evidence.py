"""Builds what looks into images, as the operator's `evidence` says."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.config import EvidenceConfig
    from bot.contents.store import Store
    from bot.ports import Images, Registry


def images(
    said: EvidenceConfig, registry: Registry, progress: Callable[[str, int, int], None]
) -> AbstractAsyncContextManager[Images]:
    """Images, opened as the operator says, as long as the registry is open."""
    from bot.config import size_in_bytes
    from bot.contents import cache_folder
    from bot.contents.images import Settings
    from bot.contents.opening import opened

    wanted = Settings(
        said.platform,
        most=size_in_bytes(said.max_image_size),
        cache_size=size_in_bytes(said.cache_size),
    )
    return opened(registry, cache_folder(said.cache, os.environ), wanted, progress)


def image_store(said: EvidenceConfig) -> Store:
    """What was fetched of images; raises `ConfigError` where nothing is kept."""
    from bot.config import size_in_bytes
    from bot.contents import cache_folder
    from bot.contents.store import store_in

    if folder := cache_folder(said.cache, os.environ):
        return store_in(folder, size_in_bytes(said.cache_size))
    raise ConfigError("nothing is kept of images: `evidence.cache` can name a folder")
