"""Builds what looks into images, as the operator's `evidence` says."""

from __future__ import annotations

import os
from asyncio import Lock
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.config import CosignSettings, EvidenceSettings, ForgeSettings, NotesSettings
    from bot.contents.store import Store
    from bot.http import Answer, Asks, Limits, Question
    from bot.notes import Places
    from bot.notes.forges import Forge
    from bot.ports import Images, Inspectors, Notes, Registry, Scanner
    from bot.provenance import Cosign, Origins


@asynccontextmanager
async def inspectors(
    registry: Registry,
    *,
    said: EvidenceSettings,
    places: Places,
    limits: Callable[[], Limits],
    progress: Callable[[str, int, int], None],
) -> AsyncIterator[Inspectors | None]:
    """Who looks into the images of a run; None where the operator wants nobody to."""
    if not said.enabled:
        yield None
        return
    from bot.ports import Inspectors

    async with images(said, registry, progress) as opened, AsyncExitStack() as until:
        http = _Lazily(limits, until)
        yield Inspectors(
            opened,
            _scanners(said, http),
            _notes(said.notes, http, places),
            _origins(said, registry) if said.provenance else None,
            said.platform,
            progress=progress,
        )


class _Lazily:
    """A client that is opened for the first question: to load one takes time."""

    def __init__(self, limits: Callable[[], Limits], until: AsyncExitStack) -> None:
        self._limits = limits
        self._until = until
        self._opening = Lock()
        self._opened: Asks | None = None

    async def ask(self, question: Question) -> Answer:
        async with self._opening:
            if self._opened is None:
                from bot.http import client

                self._opened = await self._until.enter_async_context(client(self._limits()))
        return await self._opened.ask(question)


def _scanners(said: EvidenceSettings, http: Asks) -> tuple[Scanner, ...]:
    if said.scanners == ():
        return ()
    from bot.wiring.scanning import scanners

    return scanners(said, http, os.environ)


def _origins(said: EvidenceSettings, registry: Registry) -> Origins:
    from bot.provenance import Origins

    return Origins(registry, _cosign(said.cosign))


def _cosign(said: CosignSettings) -> Cosign | None:
    if not said.signers:
        return None
    from bot import programs
    from bot.provenance import Cosign, Expected

    program = programs.found(str(said.program) if said.program else "cosign")
    if not program:
        raise ConfigError("evidence.cosign: signers are named, and the program is not there")
    signers = [Expected(each.images, each.identity, each.issuer) for each in said.signers]
    return Cosign(program, signers, said.timeout_seconds)


def _notes(said: NotesSettings, http: Asks, places: Places) -> tuple[Notes, ...]:
    if not said.sources:
        return ()
    from bot.notes import NOTES, Sources

    forges = {host: _forge(host, forge, http) for host, forge in said.forges.items()}
    sources = Sources(http, forges, places)
    return tuple(NOTES[name](sources) for name in said.sources)


def _forge(host: str, said: ForgeSettings, http: Asks) -> Forge:
    from bot.notes import GitHub, GitLab

    token = os.environ.get(said.token_env) if said.token_env else None
    if said.kind == "gitlab":
        return GitLab(http, token, url=said.api or f"https://{host}")
    return GitHub(http, token, api=said.api) if said.api else GitHub(http, token)


def images(
    said: EvidenceSettings, registry: Registry, progress: Callable[[str, int, int], None]
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


def remembering(registry: Registry, said: EvidenceSettings) -> Registry:
    """A registry that is not asked for documents that are here already."""
    from bot.contents import cache_folder
    from bot.contents.store import store_in
    from bot.registries.remembered import Remembered

    folder = cache_folder(said.cache, os.environ)
    return Remembered(registry, store_in(folder).read) if folder else registry


def image_store(said: EvidenceSettings) -> Store:
    """What was fetched of images; raises `ConfigError` where nothing is kept."""
    from bot.config import size_in_bytes
    from bot.contents import cache_folder
    from bot.contents.store import store_in

    if folder := cache_folder(said.cache, os.environ):
        return store_in(folder, size_in_bytes(said.cache_size))
    raise ConfigError("nothing is kept of images: `evidence.cache` can name a folder")
