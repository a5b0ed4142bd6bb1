"""What a registry says of digests, out of documents that are here already: they never change."""

from __future__ import annotations

from collections.abc import Callable

from bot import manifests
from bot.image import ImageRef, Repository
from bot.manifests import Manifest
from bot.model import Document, ImageFacts, Outline
from bot.ports import Registry
from bot.registries.through import Through

Documents = Callable[[Repository, str], bytes | None]
"""A manifest or configuration that a repository was seen to have, by its digest: verified."""


class Remembered(Through):
    """A `Registry` that asks another one for what `documents` do not tell."""

    def __init__(self, registry: Registry, documents: Documents) -> None:
        self._registry = registry
        self._documents = documents

    async def outline(self, image: ImageRef) -> Outline:
        """As the other one; not asked of it where the documents at the digest are here."""
        at, found = await self._at(image)
        return self._outline(at, found) or await self._registry.outline(at)

    async def facts(self, image: ImageRef) -> ImageFacts:
        """As the other one; not asked of it where the documents at the digest are here."""
        at, found = await self._at(image)
        if outline := self._outline(at, found):
            sizes = self._sizes(at.repository, outline)
            if sizes is not None:
                return ImageFacts(outline.digest, outline.media_type, outline.platforms, sizes)
        return await self._registry.facts(at)

    async def document(self, image: ImageRef) -> Document:
        """As the other one; not asked of it where the manifest at the digest is here."""
        body = self._documents(image.repository, image.digest) if image.digest else None
        if image.digest and body and (found := _read(body)):
            return Document(image.digest, found.media_type, body)
        return await self._registry.document(image)

    async def _at(self, image: ImageRef) -> tuple[ImageRef, Manifest | None]:
        """The image at its digest, and what is there; where a tag points, its registry says."""
        if image.digest:
            return image, self._manifest(image.repository, image.digest)
        top = await self._registry.document(image)
        return image.at(image.tag, top.digest), _read(top.body)

    async def _for(self, _image: ImageRef) -> Registry:
        return self._registry

    def _outline(self, image: ImageRef, found: Manifest | None) -> Outline | None:
        if image.digest is None or found is None:
            return None
        if found.config is None or not manifests.is_image_config(found.config):
            return manifests.outline_of(image.digest, found, None)
        body = self._documents(image.repository, found.config.digest)
        try:
            platform = manifests.read_platform(body or b"")
        except ValueError:
            return None
        return manifests.outline_of(image.digest, found, platform)

    def _sizes(self, repository: Repository, outline: Outline) -> dict[str, int] | None:
        if not outline.is_index:
            return dict.fromkeys(outline.platforms, outline.size)
        measured = manifests.measured_child(outline)
        if measured is None:
            return {}
        platform, digest = measured
        child = self._manifest(repository, digest)
        return {platform: child.size} if child and child.config else None

    def _manifest(self, repository: Repository, digest: str) -> Manifest | None:
        body = self._documents(repository, digest)
        return _read(body) if body else None


def _read(body: bytes) -> Manifest | None:
    try:
        return manifests.read_manifest(body)
    except ValueError:
        return None  # whoever is asked for it will say so, in better words
