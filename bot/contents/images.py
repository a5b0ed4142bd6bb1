"""Images, opened: their documents and layers from registry or store, each once, read in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias

from bot import manifests
from bot.contents.arriving import Arrival
from bot.contents.describing import child_of, described, described_by
from bot.contents.fetching import Fetching, Piece
from bot.contents.store import GIB, Store
from bot.contents.views import Views
from bot.errors import EvidenceError, LayerError, RegistryError
from bot.image import ImageRef
from bot.model import Contents, Description, Document, Layer, Opened
from bot.once import Once
from bot.ports import Registry

Reader: TypeAlias = Callable[[Description, Callable[[Layer], BinaryIO]], Contents]
"""Reads an image's layers, each from a file that it opens and closes; raises `EvidenceError`."""

_MOST_LAYERS = 500
_MOST_OPEN = 64  # images whose contents are held in memory
_FOREIGN = ("foreign", "nondistributable")


class Settings(NamedTuple):
    """
    What the operator says about opening images.

    `platform` is the one that is read where nobody asks for another; `most` bounds the layers of
    one image, compressed, in bytes; `at_once` how many blobs are fetched at a time; `cache_size`
    what is kept between runs, in bytes.
    """

    platform: str = "linux/amd64"
    most: int = 2 * GIB
    at_once: int = 4
    cache_size: int = 2 * GIB


class CachedImages:
    """The `bot.ports.Images` of one run; `read` is what makes contents of layers."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        read: Reader,
        settings: Settings | None = None,
        progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
    ) -> None:
        self._settings = settings or Settings()
        self._registry = registry
        self._store = store
        self._read = read
        self._fetching = Fetching(registry, store, progress, self._settings.at_once)
        self._views = Views(store.views)
        self._described = Once()
        self._opened = Once()
        self._open: dict[str, None] = {}
        self._reading = asyncio.Semaphore(2)

    async def describe(self, image: ImageRef, platform: str | None = None) -> Description:
        """
        The manifest and configuration of an image for one platform.

        Raises `EvidenceError`; it names the platforms that there are where this is not among them.
        """
        wanted = _normal(platform or self._settings.platform)
        key = (image.repository, image.digest or image.effective_tag, wanted)
        return await self._described.answer(key, lambda: self._describe(image, wanted))

    async def open(self, image: ImageRef, platform: str | None = None) -> Opened:
        """
        What is in the layers of an image for one platform.

        Raises `EvidenceError`: where it is too large before anything of it is fetched.
        """
        found = await self.describe(image, platform)
        self._check(image, found)
        self._remember(found.digest)
        try:
            opened = await self._opened.answer(found.digest, lambda: self._open_it(image, found))
        except LayerError as error:  # who asked for this image may not know it by its layers
            raise EvidenceError(f"{image}: {error}") from error
        return opened._replace(contents=opened.contents._replace(image=found))

    def close(self) -> None:
        """Give back what belongs to this run alone, and bring the store within its bound."""
        for each in (self._described, self._opened, self._fetching, self._views):
            each.close()
        self._store.shrink()

    # ------------------------------------------------------------ describing

    async def _describe(self, image: ImageRef, platform: str) -> Description:
        top = await self._document(image)
        with described(image):
            index = manifests.read_manifest(top.body)
            child = None if index.config else child_of(index, platform)
        own = await self._document(image.at(None, child.digest)) if child else top
        with described(image):
            manifest = manifests.read_image(own.body)
            if not manifests.is_image_config(manifest.config):
                raise ValueError("it is an artifact, not an image")
        body = await self._configuration(image, manifest.config)
        with described(image):
            configuration = manifests.read_configuration(body)
            found = described_by(own.digest, manifest, configuration, platform)
        if child is None:
            return found
        return replace(
            found, index=top.digest, annotations={**child.annotations, **found.annotations}
        )

    async def _document(self, image: ImageRef) -> Document:
        """A manifest or index; one that its repository was seen to have is not asked for again."""
        if image.digest and (body := self._store.read(image.repository, image.digest)):
            return Document(image.digest, "", body)
        try:
            found = await self._registry.document(image)
        except RegistryError as error:
            raise EvidenceError(str(error)) from error
        self._store.keep(image.repository, found.digest, found.body)
        return found

    async def _configuration(self, image: ImageRef, said: manifests.Descriptor) -> bytes:
        with described(image):
            if not 0 <= said.size <= manifests.CONFIGURATION_LIMIT:
                raise ValueError("the size of its configuration is not told, or far too much")
        piece = Piece(image, said.digest, said.size)
        with self._store.trouble():
            body = (await self._fetching.fetch(piece)).read_bytes()
            if manifests.digest_of(body, said.digest) != said.digest:
                body = (await self._fetching.again(piece)).read_bytes()
        self._store.keep(image.repository, said.digest, body)
        return body

    # ------------------------------------------------------------ opening

    def _check(self, image: ImageRef, found: Description) -> None:
        if found.size > self._settings.most:
            raise EvidenceError(
                f"{image}: its layers are {found.size >> 20} MiB for {found.platform}, more than"
                f" the {self._settings.most >> 20} MiB that are opened (`evidence.max_image_size`)"
            )
        if len(found.layers) > _MOST_LAYERS:
            raise EvidenceError(f"{image}: it has {len(found.layers)} layers, far too many")
        if any(word in layer.media_type for layer in found.layers for word in _FOREIGN):
            raise EvidenceError(
                f"{image}: some of its layers are not its registry's to give away (foreign layers)"
            )

    def _remember(self, digest: str) -> None:
        """Hold this image among the last ones; what was opened long ago is read again."""
        self._open.pop(digest, None)
        self._open[digest] = None
        if len(self._open) > _MOST_OPEN:
            oldest = next(iter(self._open))
            del self._open[oldest]
            self._opened.forget(oldest)

    async def _open_it(self, image: ImageRef, found: Description) -> Opened:
        pieces = {layer.digest: Piece.of(image, layer) for layer in found.layers}
        arrivals = self._arrivals(pieces)
        coming = asyncio.ensure_future(self._files(pieces))
        try:
            contents = await self._contents(found, arrivals)
        except EvidenceError as error:
            await coming  # where that fails, its reason is the better one
            anew = any(arrival.times > 1 for arrival in arrivals.values())
            # What another run removed may have been fetched again by now.
            anew = anew or isinstance(error.__cause__, FileNotFoundError)
            if not (damaged := await asyncio.to_thread(self._damaged, pieces)) and not anew:
                raise
            for digest in damaged:
                await self._fetching.again(pieces[digest])
            contents = await self._contents(found, self._arrivals(pieces))
            coming = asyncio.ensure_future(self._files(pieces))
        return Opened(contents, str(self._layout(found, await coming)))

    def _arrivals(self, pieces: dict[str, Piece]) -> dict[str, Arrival]:
        return {digest: self._fetching.arrival(piece) for digest, piece in pieces.items()}

    async def _files(self, pieces: dict[str, Piece]) -> dict[str, Path]:
        found = await asyncio.gather(*map(self._fetching.fetch, pieces.values()))
        return dict(zip(pieces, found, strict=True))

    async def _contents(self, found: Description, arrivals: dict[str, Arrival]) -> Contents:
        """Read the layers, while they come; what has been read to its end was verified."""

        def blob(layer: Layer) -> BinaryIO:
            with self._store.trouble():
                return arrivals[layer.digest].open()

        async with self._reading:
            return await asyncio.to_thread(self._read, found, blob)

    def _damaged(self, pieces: dict[str, Piece]) -> list[str]:
        return [digest for digest in pieces if self._store.damaged(digest)]

    def _layout(self, found: Description, files: dict[str, Path]) -> Path:
        with self._store.trouble():
            body = self._store.path(found.digest).read_bytes()
            manifest = manifests.read_image(body)
            entry = {
                "mediaType": manifest.media_type,
                "digest": found.digest,
                "size": len(body),
                "platform": _parts(found.platform),
            }
            own = [self._store.path(digest) for digest in (found.digest, manifest.config.digest)]
            return self._views.layout(entry, [*own, *files.values()])


def _parts(platform: str) -> dict[str, str]:
    return dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))


def _normal(platform: str) -> str:
    try:
        return manifests.normal_platform(platform)
    except ValueError as error:
        raise EvidenceError(str(error)) from error
