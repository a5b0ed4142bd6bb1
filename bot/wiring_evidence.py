"""Builds what looks into images, as the operator's `evidence` says."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.config import CosignConfig, EvidenceConfig, ForgeConfig, NotesConfig
    from bot.contents.store import Store
    from bot.http import Http, Limits
    from bot.notes import Places
    from bot.notes.forges import Forge
    from bot.ports import Images, Inspectors, Notes, Registry
    from bot.provenance import Cosign


@asynccontextmanager
async def inspectors(
    registry: Registry,
    *,
    said: EvidenceConfig,
    places: Places,
    limits: Limits,
    progress: Callable[[str, int, int], None],
) -> AsyncIterator[Inspectors | None]:
    """Who looks into the images of a run; None where the operator wants nobody to."""
    if not said.enabled:
        yield None
        return
    from bot.http import client
    from bot.ports import Inspectors
    from bot.provenance import Origins
    from bot.scanning import scanners

    async with images(said, registry, progress) as opened, client(limits) as http:
        yield Inspectors(
            opened,
            scanners(said, http, os.environ),
            _notes(said.notes, http, places),
            Origins(registry, _cosign(said.cosign)) if said.provenance else None,
            said.platform,
            progress=progress,
        )


def _cosign(said: CosignConfig) -> Cosign | None:
    if not said.signers:
        return None
    from bot import programs
    from bot.provenance import Cosign, Expected

    program = programs.found(str(said.program) if said.program else "cosign")
    if not program:
        raise ConfigError("evidence.cosign: signers are named, and the program is not there")
    signers = [Expected(each.images, each.identity, each.issuer) for each in said.signers]
    return Cosign(program, signers, said.timeout_seconds)


def _notes(said: NotesConfig, http: Http, places: Places) -> tuple[Notes, ...]:
    from bot.notes import NOTES, Sources

    forges = {host: _forge(host, forge, http) for host, forge in said.forges.items()}
    sources = Sources(http, forges, places)
    return tuple(NOTES[name](sources) for name in said.sources)


def _forge(host: str, said: ForgeConfig, http: Http) -> Forge:
    from bot.notes import GitHub, GitLab

    token = os.environ.get(said.token_env) if said.token_env else None
    if said.kind == "gitlab":
        return GitLab(http, token, url=said.api or f"https://{host}")
    return GitHub(http, token, api=said.api) if said.api else GitHub(http, token)


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
