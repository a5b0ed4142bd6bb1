"""What was said below merge requests: of many in one question, else of one after the other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import PlatformError
from bot.platforms.gitlab.api import Api
from bot.platforms.gitlab.complaints import AnswerError
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.shapes import (
    Record,
    flag,
    known_number,
    moment,
    number,
    part,
    records,
    text,
)

_PAGES = 10
_AT_ONCE = 50
"""Merge requests of one question: a hundred notes of each fit into an answer that is bounded."""

_QUESTION = """query notes($project: ID!, $iids: [String!]) {
  project(fullPath: $project) {
    mergeRequests(iids: $iids) {
      nodes {
        iid
        notes {
          nodes { id body system createdAt updatedAt author { id username } }
          pageInfo { hasNextPage }
        }
      }
    }
  }
}"""
"""https://docs.gitlab.com/api/graphql/reference/#mergerequest; a page has a hundred of each."""

_GLOBAL_ID = re.compile(r"gid://gitlab/[A-Za-z:]{1,100}/([0-9]{1,18})")
"""https://docs.gitlab.com/api/graphql/#global-ids: a number as REST has it, behind its kind."""


_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote; `author_id` is 0 where that is not told."""

    id: int
    author_id: int
    author: str
    text: str
    written: dt.datetime | None
    updated: dt.datetime | None

    def is_news(self, since: dt.datetime | None) -> bool:
        """Whether it changed since then."""
        return since is None or self.updated is None or self.updated >= since


class Notes:
    """Reads notes. Raises `PlatformError`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        # No part of GraphQL takes the token of a job.
        self._asks_at_once = not api.access.by_job

    def below(
        self, slug: str, iids: Iterable[int], since: dt.datetime | None
    ) -> Iterator[tuple[int, Note]]:
        """
        Each note of people that changed since then, with the number of what it is below.

        One request for each fifty merge requests; where GraphQL is refused, and for one that has
        more than a hundred notes, one or a few for each.
        """
        asked = list(dict.fromkeys(iids))
        for start in range(0, len(asked), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            # For a single one REST costs no more, and tells the newest first.
            found = self._at_once(slug, some) if len(some) > 1 else {}
            for iid in some:
                told = found[iid] if iid in found else self._of_one(slug, iid, since)
                yield from ((iid, note) for note in told if note.is_news(since))

    def _at_once(self, slug: str, iids: Sequence[int]) -> Mapping[int, Sequence[Note]]:
        """The notes of those that GraphQL tells whole; none from where it is refused on."""
        if not self._asks_at_once:
            return {}
        given = {"project": slug, "iids": [str(iid) for iid in iids]}
        try:
            with self._api.located(slug):
                return _whole(self._api.answered(_QUESTION, slug, given))
        except AnswerError as error:
            if error.status == 429:
                raise
            self._asks_at_once = False
            return {}

    def _of_one(self, slug: str, iid: int, since: dt.datetime | None) -> Iterator[Note]:
        path, about = path_of(slug, "merge_requests", iid, "notes"), f"{slug}!{iid}"
        query = {"order_by": "updated_at", "sort": "desc", "activity_filter": "only_comments"}
        for page in range(1, _PAGES + 1):
            found, more = self._api.page(path, about, {**query, "page": page})
            notes = [_told_by_rest(each) for each in found if not flag(each, "system")]
            yield from notes
            if not more or not all(note.is_news(since) for note in notes):
                return


def _whole(data: Record) -> dict[int, list[Note]]:
    """The notes by merge request, of each that has no more of them than are told."""
    requests = part(part(data, "project"), "mergeRequests")
    told = [(_iid(each), part(each, "notes")) for each in _nodes(requests)]
    return {
        iid: [_told_by_graphql(each) for each in _nodes(notes) if not flag(each, "system")]
        for iid, notes in told
        if part(notes, "pageInfo").get("hasNextPage") is False
    }


def _nodes(connection: Record) -> list[Record]:
    """What a connection has, which may hold nothing in the place of something."""
    found = connection.get("nodes", [])
    return records([each for each in found if each is not None] if isinstance(found, list) else 0)


def _iid(request: Record) -> int:
    """The number of a merge request, which is a text there; 0 where it is none."""
    found = text(request, "iid")
    return int(found) if _NUMBER.fullmatch(found) else 0


def _told_by_rest(note: Record) -> Note:
    author = part(note, "author")
    return Note(
        id=known_number(note, "id"),
        author_id=number(author, "id"),
        author=text(author, "username"),
        text=text(note, "body"),
        written=moment(note, "created_at"),
        updated=moment(note, "updated_at"),
    )


def _told_by_graphql(note: Record) -> Note:
    author = part(note, "author")
    return Note(
        id=_global(note),
        author_id=_global(author) if author else 0,
        author=text(author, "username"),
        text=text(note, "body"),
        written=moment(note, "createdAt"),
        updated=moment(note, "updatedAt"),
    )


def _global(of: Record) -> int:
    """The number in a global id. Raises `PlatformError` where there is none."""
    if found := _GLOBAL_ID.fullmatch(text(of, "id")):
        return int(found[1])
    raise PlatformError("answered without a global id for `id`")
