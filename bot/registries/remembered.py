"""What a registry says of digests, out of documents that are here already: they never change."""

from __future__ import annotations

from collections.abc import Callable

from bot import manifests
from bot.image import ImageRef, Repository
from bot.manifests import Manifest
from bot.model import ImageFacts, Outline
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
        return self._outline(image) or await self._registry.outline(image)

    async def facts(self, image: ImageRef) -> ImageFacts:
        """As the other one; not asked of it where the documents at the digest are here."""
        if outline := self._outline(image):
            sizes = self._sizes(image.repository, outline)
            if sizes is not None:
                return ImageFacts(outline.digest, outline.media_type, outline.platforms, sizes)
        return await self._registry.facts(image)

    async def _for(self, _image: ImageRef) -> Registry:
        return self._registry

    def _outline(self, image: ImageRef) -> Outline | None:
        found = self._manifest(image.repository, image.digest) if image.digest else None
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
        try:
            return manifests.read_manifest(body) if body else None
        except ValueError:
            return None  # whoever is asked for it will say so, in better words
