"""What hosts tell of tags by an API of their own, and how it joins the plain listing."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from bot.errors import HttpError
from bot.http import Http, Question
from bot.image import ImageRef
from bot.manifests import DIGEST, INDEXES, SINGLES
from bot.model import TagList
from bot.registries.credentials import Credentials
from bot.registries.endpoint import Endpoint
from bot.registries.oci import OciRegistry
from bot.registries.paging import believable

PAGES = 2  # of the tags pushed last, a hundred to a page: where the successors of a tag are
PAGE_SIZE = 100
PULLED = (*INDEXES, *SINGLES)
"""
The media types of what builders pull; schema 1 is still served, and not pulled any more.

No set: whatever JSON has in their place can be looked for.
"""
_FIRST_YEAR = 2013  # there were no images before that; Hub's word for "never" is the year 1


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a host's own listing; `last` where no other follows."""

    tags: tuple[str, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    pushed: Mapping[str, dt.datetime] = field(default_factory=dict)
    last: bool = False


class OwnApi(OciRegistry, ABC):
    """
    A registry whose own API tells digests and dates of the tags that were pushed last.

    A list that its first pages hold whole is taken from there; a longer one is asked of the
    registry itself, and the API adds what it knows. Where it fails nothing is lost but that.
    """

    OF_ONE: ClassVar[frozenset[int]] = frozenset({404})
    """Statuses that are said of one repository; after any other the API is left alone."""

    def __init__(self, http: Http, endpoint: Endpoint, credentials: Credentials) -> None:
        super().__init__(http, endpoint, credentials)
        self._api_answers = True

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

    async def _latest(self, image: ImageRef) -> list[Page]:
        pages: list[Page] = []
        while len(pages) < PAGES and (page := await self._own_page(image, len(pages) + 1)):
            pages.append(page)
            if page.last:
                break
        return pages

    @abstractmethod
    async def _own_page(self, image: ImageRef, number: int) -> Page | None:
        """One page of the host's own listing, counted from 1; `None` where there is none."""

    async def _api_says(self, url: str, authorization: str | None = None) -> Any:  # noqa: ANN401 -- JSON
        """
        What the API says, as JSON, to be looked at with suspicion; `None` where it fails.

        It is asked once: without it there is less to show and nothing wrong.
        """
        if not self._api_answers:
            return None
        question = Question(
            url,
            accept="application/json",
            authorization=authorization,
            tries=1,
            private=self._endpoint.private,
            aside=True,
        )
        try:
            answer = await self._http.ask(question)
            # What is said of one repository is not said of the next; anything else will be.
            self._api_answers = answer.status == 200 or answer.status in self.OF_ONE
            return answer.json() if answer.status == 200 else None
        except HttpError:
            self._api_answers = False
            return None


def page(told: Iterable[tuple[str, str | None, dt.datetime | None]], *, last: bool) -> Page:
    """A page of what is told of each tag: its name, and its digest and push date where known."""
    tags = {name: (digest, when) for name, digest, when in told}
    return Page(
        tuple(tags),
        {name: digest for name, (digest, _) in tags.items() if digest},
        {name: when for name, (_, when) in tags.items() if when},
        last,
    )


def named(found: Iterable[object]) -> Iterator[dict[str, Any]]:
    """Those of the entries that are about a tag whose name can be one."""
    for entry in found:
        if isinstance(entry, dict) and any(believable([entry.get("name")])):
            yield entry


def entries(found: object) -> list[dict[str, Any]] | None:
    """The entries of a page, if it is one: a list of objects, not empty and not too long."""
    if not isinstance(found, list) or not found or len(found) > PAGE_SIZE:
        return None
    return [entry for entry in found if isinstance(entry, dict)]


def digest(said: object) -> str | None:
    """A digest, if it is one."""
    return said if isinstance(said, str) and DIGEST.fullmatch(said) else None


def moment(said: object) -> dt.datetime | None:
    """A time as ISO 8601 has it, with its zone, if it can be a push."""
    try:
        when = dt.datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return when if when and when.tzinfo and when.year >= _FIRST_YEAR else None


def seconds(said: object) -> dt.datetime | None:
    """A time in seconds since 1970, if it can be a push."""
    if not isinstance(said, int | float) or not 0 < said < 1 << 40:
        return None
    try:
        when = dt.datetime.fromtimestamp(said, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when if when.year >= _FIRST_YEAR else None
