"""Docker Hub: the plain listing of tags, with the digests and dates that Hub's own API adds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import HttpError
from bot.http import Http, Question
from bot.image import ImageRef
from bot.manifests import DIGEST, INDEXES
from bot.model import TagList
from bot.registries.credentials import Credentials
from bot.registries.endpoint import Endpoint
from bot.registries.oci import OciRegistry
from bot.registries.paging import believable

HUB_API = "https://hub.docker.com"
PAGES = 2  # of the tags pushed last, a hundred to a page: where the successors of a tag are
_PAGE_SIZE = 100
_FIRST_YEAR = 2013  # there is no Hub before that; Hub's word for "never" is the year 1


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of Hub's own listing; `last` where no other follows."""

    tags: tuple[str, ...]
    digests: Mapping[str, str]
    pushed: Mapping[str, dt.datetime]
    last: bool


class DockerHub(OciRegistry):
    """
    The registry of Docker Hub.

    Hub's API needs no token, but gives a hundred tags a page and strangers only the first pages,
    so a long list is asked of the registry itself and Hub adds what it knows of the latest tags.
    Where Hub fails, nothing is lost but that. See docs/registries.md.
    """

    def __init__(self, http: Http, endpoint: Endpoint, credentials: Credentials) -> None:
        super().__init__(http, endpoint, credentials)
        self._hub_answers = True

    async def tags(self, image: ImageRef) -> TagList:
        """Every tag, with digest and push date of those pushed last; see `OciRegistry.tags`."""
        latest = await self._latest(image)
        if latest and latest[-1].last:
            plain = TagList(tuple(dict.fromkeys(tag for page in latest for tag in page.tags)))
        else:
            plain = await super().tags(image)
        listed = frozenset(plain.tags)
        digests = {t: d for page in latest for t, d in page.digests.items() if t in listed}
        pushed = {t: d for page in latest for t, d in page.pushed.items() if t in listed}
        return TagList(plain.tags, digests, pushed, plain.complete)

    async def _latest(self, image: ImageRef) -> list[_Page]:
        pages: list[_Page] = []
        if image.repository.path.count("/") != 1:
            return pages
        while len(pages) < PAGES and (page := await self._hub_page(image, len(pages) + 1)):
            pages.append(page)
            if page.last:
                break
        return pages

    async def _hub_page(self, image: ImageRef, number: int) -> _Page | None:
        """
        One page, or `None` where Hub gives none.

        Hub is asked once: without it there is less to show and nothing wrong. It never gets
        credentials; a private repository is simply not found. Its `next` is not followed but
        taken as a yes or no, so it cannot lead anywhere.
        """
        if not self._hub_answers:
            return None
        query = f"page_size={_PAGE_SIZE}&page={number}&ordering=last_updated"
        url = f"{HUB_API}/v2/repositories/{image.repository.path}/tags?{query}"
        try:
            answer = await self._http.ask(Question(url, accept="application/json", tries=1))
            # Not found is said of one repository; anything else will not be better for the next.
            self._hub_answers = answer.status in (200, 404)
            return _page(answer.json()) if answer.status == 200 else None
        except HttpError:
            self._hub_answers = False
            return None


def _page(data: Any) -> _Page | None:  # noqa: ANN401 -- JSON, looked at with suspicion
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, list) or not results or len(results) > _PAGE_SIZE:
        return None
    entries = {entry["name"]: entry for entry in _entries(results)}
    return _Page(
        tags=tuple(entries),
        digests={name: digest for name, entry in entries.items() if (digest := _digest(entry))},
        pushed={name: when for name, entry in entries.items() if (when := _pushed(entry))},
        last=data.get("next") is None,
    )


def _entries(results: list[Any]) -> Iterator[Mapping[str, Any]]:
    for entry in results:
        if isinstance(entry, dict) and any(believable([entry.get("name")])):
            yield entry


def _digest(entry: Mapping[str, Any]) -> str | None:
    """
    The digest of a tag where it certainly is what a builder would be told.

    Hub says `digest` for the index where the tag has one (`media_type` tells); of a tag without an
    index it has at times none, at times one of the entries in `images`.
    """
    digest = entry.get("digest")
    if entry.get("media_type") not in INDEXES or not isinstance(digest, str):
        return None
    images = entry.get("images")
    listed = images if isinstance(images, list) else []
    inner = [image.get("digest") for image in listed if isinstance(image, dict)]
    return digest if DIGEST.fullmatch(digest) and digest not in inner else None


def _pushed(entry: Mapping[str, Any]) -> dt.datetime | None:
    text = entry.get("tag_last_pushed")
    try:
        when = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return when if when and when.tzinfo and when.year >= _FIRST_YEAR else None
