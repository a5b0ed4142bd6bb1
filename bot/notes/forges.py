"""The forges that may be asked, and what they tell of releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias
from urllib.parse import quote

from bot.errors import EvidenceError, HttpError
from bot.http import MIB, Answer, Asks, Question

EACH = 50
"""Releases that a page is asked for."""

_PAGE_LIMIT = 12 * MIB
"""Of one page of releases; some projects write a megabyte about one of them."""


FILE_LIMIT = 2 * MIB
"""Of one changelog."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release: `name` is its tag; `text` is untrusted Markdown."""

    name: str
    url: str
    text: str = ""
    unripe: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some releases, newest first, and whether there may be more."""

    releases: tuple[Release, ...]
    more: bool


class Forge(Protocol):
    """A forge's API. Raises `EvidenceError`."""

    async def releases(self, path: str, page: int) -> Page | None:
        """A page of a project's releases, from 1; None where there is no such project."""

    async def names(self, path: str, ref: str) -> tuple[str, ...] | None:
        """
        The names of the files in a project's top folder at a tag, branch or commit.

        Its first branch without one; None where there is no such project or ref.
        """

    async def file(self, path: str, ref: str, name: str) -> str | None:
        """The text of one of them; None where there is none."""


Forges: TypeAlias = Mapping[str, Forge]
"""By the host that people know them by: none but these is ever asked, whatever an image names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of releases of a forge: `subject` names it to people, `accept` is its media type."""

    subject: str
    url: str
    accept: str
    authorization: str | None = field(default=None, repr=False)


async def page_of(
    http: Asks, wanted: Wanted, read: Callable[[Mapping[str, object]], Release | None]
) -> Page | None:
    """
    The page, without the rows that `read` makes nothing of; None where the forge answers 404.

    Raises `EvidenceError` for every other answer but a success, and where that is no list.
    """
    answer = await _asked(http, wanted)
    if answer.status == 404:
        return None
    rows = _rows(answer, wanted.subject)
    return Page(tuple(filter(None, map(read, rows))), len(rows) >= EACH)


async def names_of(http: Asks, wanted: Wanted, kind: tuple[str, str]) -> tuple[str, ...] | None:
    """
    The names in a listing of a folder; `kind` is the key, and its value, by which files are told.

    None where the forge answers 404. Raises `EvidenceError` as `page_of` does.
    """
    answer = await _asked(http, wanted)
    if answer.status == 404:
        return None
    key, file = kind
    rows = _rows(answer, wanted.subject)
    return tuple(text_of(row, "name") for row in rows if row.get(key) == file)


def in_url(text: str, keep: str = "") -> str:
    """A part of a URL that says this, whatever an image's labels say: no text is refused."""
    return quote(text, safe=keep, errors="replace")


async def file_of(http: Asks, wanted: Wanted) -> str | None:
    """The text of a file, None where the forge answers 404. Raises `EvidenceError`."""
    answer = await _asked(http, wanted, FILE_LIMIT)
    return None if answer.status == 404 else answer.body.decode("utf-8", "replace")


async def _asked(http: Asks, wanted: Wanted, limit: int = _PAGE_LIMIT) -> Answer:
    subject = wanted.subject
    question = Question(
        wanted.url,
        accept=wanted.accept,
        authorization=wanted.authorization,
        limit=limit,
        tries=3,
        private=True,
    )
    try:
        answer = await http.ask(question)
    except HttpError as error:
        raise EvidenceError(f"{subject}: {error}") from None
    if answer.status in (200, 404):
        return answer
    raise EvidenceError(f"{subject}: {_refusal(answer)}")


def _refusal(answer: Answer) -> str:
    if answer.status in (403, 429) and answer.headers.get("x-ratelimit-remaining") == "0":
        return "its limit of requests is reached; with a token it is higher"
    if answer.status == 401:
        return "it does not accept the token"
    return f"{answer.url.host} answered {answer.status}"


def _rows(answer: Answer, subject: str) -> list[Mapping[str, object]]:
    try:
        data = answer.json()
    except HttpError as error:
        raise EvidenceError(f"{subject}: {error}") from None
    if not isinstance(data, list):
        raise EvidenceError(f"{subject}: {answer.url.host} sent no list")
    return [row for row in data if isinstance(row, dict)]


def text_of(row: Mapping[str, object], key: str) -> str:
    """A text of an object from outside; empty where it is none."""
    value = row.get(key)
    return value if isinstance(value, str) else ""
