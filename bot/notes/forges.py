"""The forges that may be asked, and what they tell of releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.errors import EvidenceError, HttpError
from bot.http import MIB, Answer, Asks, Question

_PAGE_LIMIT = 12 * MIB
"""Of one page of releases; some projects write a megabyte about one of them."""


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


Forges: TypeAlias = Mapping[str, Forge]
"""By the host that people know them by: none but these is ever asked, whatever an image names."""


async def asked(http: Asks, url: str, subject: str, headers: tuple[str, str | None]) -> Answer:
    """
    The answer of a forge: `headers` are what is accepted, and the authorization.

    Raises `EvidenceError` for every answer but a success and 404.
    """
    accept, authorization = headers
    question = Question(
        url, accept=accept, authorization=authorization, limit=_PAGE_LIMIT, tries=3, private=True
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


def rows(answer: Answer, subject: str) -> list[Mapping[str, object]]:
    """The objects of a JSON list; raises `EvidenceError` where it is none."""
    try:
        data = answer.json()
    except HttpError as error:
        raise EvidenceError(f"{subject}: {error}") from None
    if not isinstance(data, list):
        raise EvidenceError(f"{subject}: {answer.url.host} sent no list of releases")
    return [row for row in data if isinstance(row, dict)]


def text_of(row: Mapping[str, object], key: str) -> str:
    """A text of an object from outside; empty where it is none."""
    value = row.get(key)
    return value if isinstance(value, str) else ""
