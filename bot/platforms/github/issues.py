"""Issues of ours at GitHub; they are told among pull requests, which are issues there, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from bot.forges import NoIssuesError
from bot.model import Issue
from bot.platforms.github.address import repository
from bot.platforms.github.asking import PAGE, Answer, Asker, TooManyError
from bot.platforms.github.reading import address, at, items, needed, number, text
from bot.platforms.github.refusals import RefusedError

_MOST_PAGES = 20
_OF_CLOSED = 3
_NOT_FOR_US = (403, 404, 410)


def issues_of(asker: Asker, slug: str, me: str, *, closed: bool) -> Iterator[Issue]:
    """
    Those that `me` wrote: https://docs.github.com/en/rest/issues/issues#list-repository-issues.

    All that are open, the oldest first; of those that are closed the first few pages.
    """
    with _welcome(slug):
        for answer in _pages(asker, slug, me, closed=closed):
            for each in items(answer.data):
                if at(each, "pull_request") is None and text(each, "user", "login") == me:
                    yield _issue(each)


def issue_at(asker: Asker, slug: str, wanted: int) -> Issue:
    """One of them."""
    with _welcome(slug):
        return _issue(asker.read(f"{repository(slug)}/issues/{wanted}").data)


def written(asker: Asker, slug: str, wanted: Issue, was: Issue | None) -> Issue:
    """Open one, or edit the one that there was: one write."""
    path = f"{repository(slug)}/issues"
    with _welcome(slug):
        if was is None:
            said = {"title": wanted.title, "body": wanted.body}
            return _issue(asker.write("POST", path, said))
        said = {"body": wanted.body}
        if wanted.is_open != was.is_open:
            said["state"] = "open" if wanted.is_open else "closed"
        return _issue(asker.write("PATCH", f"{path}/{was.number}", said))


def _pages(asker: Asker, slug: str, me: str, *, closed: bool) -> Iterator[Answer]:
    told = {"creator": me, "state": "closed" if closed else "open", "per_page": PAGE}
    order = {"sort": "updated" if closed else "created", "direction": "desc" if closed else "asc"}
    found = asker.pages(f"{repository(slug)}/issues", _MOST_PAGES, **told, **order)
    return islice(found, _OF_CLOSED) if closed else found


def _issue(data: object) -> Issue:
    return Issue(
        title=text(data, "title"),
        body=text(data, "body"),
        number=number(data, "number"),
        url=address(data, "html_url"),
        is_open=needed(data, "state") == "open",
    )


@contextmanager
def _welcome(slug: str) -> Iterator[None]:
    """Issues may be switched off, the token may not write them, there may be too many of them."""
    try:
        yield
    except TooManyError as error:
        raise NoIssuesError(f"{slug} has too many issues of ours: {error}") from error
    except RefusedError as error:
        if error.refusal.is_limit or error.refusal.status not in _NOT_FOR_US:
            raise
        raise NoIssuesError(str(error)) from error
