"""Any registry that speaks the OCI distribution API."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from bot import manifests
from bot.errors import HttpError, RegistryError
from bot.http import MIB, Answer
from bot.image import ImageRef
from bot.manifests import DIGEST, Descriptor, Manifest
from bot.model import ImageFacts, Outline, TagList
from bot.registries import paging
from bot.registries.asking import Wanted, named
from bot.registries.content import Content

_TAGS_LIMIT = 16 * MIB
_PAGE = "n=1000"  # as many as Amazon and distribution 3 allow


@dataclass(slots=True)
class Listing:
    """A list of tags while it grows, page by page."""

    tags: dict[str, None] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    pushed: dict[str, dt.datetime] = field(default_factory=dict)

    def told(self, *, complete: bool = True) -> TagList:
        """The list so far; of tags that are not in it, nothing is known."""
        tags = tuple(self.tags)[: paging.MOST_TAGS]
        return TagList(
            tags,
            {tag: digest for tag in tags if (digest := self.digests.get(tag))},
            {tag: when for tag in tags if (when := self.pushed.get(tag))},
            complete and len(tags) == len(self.tags),
        )


class OciRegistry(Content):
    """
    Tags, digests and facts by https://github.com/opencontainers/distribution-spec/blob/main/spec.md.

    Everything is checked: bodies against their digests, names against their grammar, sizes against
    bounds. Raises `RegistryError`, in one line, for whatever is not a usable answer.
    """

    # ------------------------------------------------------------ tags

    async def tags(self, image: ImageRef) -> TagList:
        """
        Every tag of the image's repository, in the registry's order, each once.

        `complete` is false past `MOST_PAGES` pages or `MOST_TAGS` tags, and where pages repeat.
        """
        wanted = self._wanted(image, "tags/list", subject=str(image.repository))
        wanted = replace(wanted, limit=_TAGS_LIMIT)
        answer = await self._ask(replace(wanted, path=f"tags/list?{_PAGE}"))
        if answer.status in (400, 405):  # the page is too large for it
            answer = await self._ask(wanted)
        listing = Listing()
        for _ in range(paging.MOST_PAGES):
            before = len(listing.tags)
            data = self._read(wanted, answer)
            listing.tags.update(dict.fromkeys(self._page(wanted, data)))
            self._learn(data, listing)
            query = self._next(wanted, answer)
            if query is None:
                return listing.told()
            if len(listing.tags) == before or len(listing.tags) >= paging.MOST_TAGS:
                break
            answer = await self._ask(replace(wanted, path=f"tags/list?{query}"))
        return listing.told(complete=False)

    def _read(self, wanted: Wanted, answer: Answer) -> Any:  # noqa: ANN401 -- JSON
        self._expect(wanted, answer)
        try:
            return answer.json()
        except HttpError as error:
            raise RegistryError(f"{wanted.subject}: {error}") from None

    def _learn(self, _data: Any, _listing: Listing) -> None:  # noqa: ANN401 -- JSON
        """Add what else an answer tells of its tags, where hosts put that there: most do not."""

    def _page(self, wanted: Wanted, data: Any) -> list[str]:  # noqa: ANN401 -- JSON
        tags = data.get("tags") if isinstance(data, dict) else data
        if isinstance(data, dict) and tags is None:  # a repository without tags
            return []
        if not isinstance(tags, list) or tags is data or not all(map(_is_text, tags)):
            raise RegistryError(f"{wanted.subject}: {self._endpoint.login} sent no list of tags")
        return list(paging.believable(tags))

    def _next(self, wanted: Wanted, answer: Answer) -> str | None:
        try:
            return paging.next_query(answer)
        except ValueError as error:
            raise RegistryError(
                f"{wanted.subject}: {self._endpoint.login} names a next page of tags that is"
                f" refused: {error}"
            ) from None

    # ------------------------------------------------------------ digests

    async def digest(self, image: ImageRef) -> str:
        """The digest that the tag points at now: of the index where there is one."""
        reference = image.effective_tag or image.digest or ""
        wanted = self._manifest(image, reference)
        answer = await self._ask(replace(wanted, method="HEAD"))
        told = answer.headers.get("docker-content-digest")
        if answer.status in (400, 404, 405, 501) or (answer.status == 200 and not told):
            # Some registries have no HEAD for manifests, some no header.
            found, _ = await self._manifest_of(wanted, image.digest if not image.tag else None)
            return found
        self._expect(wanted, answer)
        return self._told(wanted, answer, reference)

    def _told(self, wanted: Wanted, answer: Answer, reference: str) -> str:
        told = answer.headers["docker-content-digest"]
        if not DIGEST.fullmatch(told):
            raise self._wrong(wanted, "sent a digest that is none")
        if DIGEST.fullmatch(reference) and told != reference:
            raise self._wrong(wanted, "sent other bytes than asked for: their digest differs")
        if "distribution.manifest.v1+" in answer.headers.get("content-type", ""):
            raise self._wrong(wanted, "has it as schema 1 only, which builders no longer pull")
        return str(told)

    # ------------------------------------------------------------ facts

    async def facts(self, image: ImageRef) -> ImageFacts:
        """
        Digest, kind and platforms of the image at its digest, or else at its tag.

        `sizes` has the compressed size of the one platform that it is cheap to learn: the only
        one, or `linux/amd64`, or the first.
        """
        return await self.measured(image, await self.outline(image))

    async def measured(self, image: ImageRef, outline: Outline) -> ImageFacts:
        """The facts of an image whose outline is known."""
        if outline.media_type in manifests.INDEXES:
            sizes = await self._size_of(image, outline)
        else:
            sizes = dict.fromkeys(outline.platforms, outline.size)
        return ImageFacts(outline.digest, outline.media_type, outline.platforms, sizes)

    async def outline(self, image: ImageRef) -> Outline:
        """
        Digest, kind, platforms and children of the image at its digest, or else at its tag.

        One question; a second where there is no index, as only the configuration has the platform.
        """
        wanted = self._manifest(image, image.digest or image.effective_tag or "")
        digest, manifest = await self._manifest_of(wanted, image.digest)
        platform = await self._platform_of(image, manifest.config) if manifest.config else None
        return manifests.outline_of(digest, manifest, platform)

    async def _platform_of(self, image: ImageRef, config: Descriptor) -> str | None:
        if not manifests.is_image_config(config):
            return None
        subject = named(image, config.digest)
        wanted = self._wanted(image, f"blobs/{config.digest}", subject=subject)
        wanted = replace(wanted, accept="*/*")
        found = await self._document(wanted, config.digest)
        try:
            return manifests.read_platform(found.body)
        except ValueError as error:
            raise self._wrong(wanted, f"has an image configuration of no use: {error}") from None

    async def _size_of(self, image: ImageRef, index: Outline) -> dict[str, int]:
        measured = manifests.measured_child(index)
        if measured is None:
            return {}
        platform, child = measured
        _, manifest = await self._manifest_of(self._manifest(image, child), child)
        return {platform: manifest.size} if manifest.config else {}

    async def _manifest_of(self, wanted: Wanted, digest: str | None) -> tuple[str, Manifest]:
        found = await self._document(wanted, digest)
        try:
            return found.digest, manifests.read_manifest(found.body)
        except ValueError as error:
            raise self._wrong(wanted, f"sent no manifest of an image: {error}") from None


def _is_text(value: object) -> bool:
    return isinstance(value, str)
