"""Issues of ours on a GitLab."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from bot.forges import NoIssuesError
from bot.model import Issue
from bot.platforms.gitlab.api import Api, Query
from bot.platforms.gitlab.complaints import AnswerError
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.people import People
from bot.platforms.gitlab.shapes import Record, known_number, part, text
from bot.platforms.gitlab.writing import inert

_PAGES = 20
_OF_CLOSED = 3
_NOT_FOR_US = frozenset({401, 403, 404})  # switched off, or not what a job's token may see


class Issues:
    """
    Reads and writes those that we wrote. Raises `PlatformError`, `NoIssuesError`.

    `without`: the projects of which it is known that theirs are switched off; they are not asked.
    """

    def __init__(self, api: Api, people: People, without: Collection[str] = ()) -> None:
        self._api = api
        self._people = people
        self._without = without

    def all(self, slug: str, *, closed: bool) -> Iterator[Issue]:
        """
        A request for each hundred that is looked at: https://docs.gitlab.com/api/issues/.

        All that are open, the oldest first; of those that are closed the first few pages.
        """
        if slug in self._without:
            raise NoIssuesError(f"{self._api.access.host}: {slug}: its issues are switched off")
        me = self._people.me.username
        order = "updated_at" if closed else "created_at"
        query: Query = {
            "author_username": me,
            "state": "closed" if closed else "opened",
            "scope": "all",
            "order_by": order,
            "sort": "desc" if closed else "asc",
        }
        path = path_of(slug, "issues")
        with _welcome():
            for page in range(1, (_OF_CLOSED if closed else _PAGES) + 1):
                found, more = self._api.page(path, slug, {**query, "page": page})
                ours = (each for each in found if text(part(each, "author"), "username") == me)
                yield from map(_issue, ours)
                if not more:
                    return
        if not closed:
            where = f"{self._api.access.host}: {slug}"
            raise NoIssuesError(f"{where}: has too many open issues of ours to look through")

    def now(self, slug: str, iid: int) -> Issue:
        """One of them at this moment: one request."""
        with _welcome():
            return _issue(self._api.one(path_of(slug, "issues", iid), f"{slug}#{iid}"))

    def written(self, slug: str, wanted: Issue, was: Issue | None) -> Issue:
        """Open one, or edit the one that there was: one request."""
        data = {"description": inert(wanted.body)}
        with _welcome():
            if was is None:
                data["title"] = wanted.title
                return _issue(self._api.told("post", path_of(slug, "issues"), slug, data))
            if wanted.is_open != was.is_open:
                data["state_event"] = "reopen" if wanted.is_open else "close"
            path, about = path_of(slug, "issues", was.number), f"{slug}#{was.number}"
            return _issue(self._api.told("put", path, about, data))


def _issue(found: Record) -> Issue:
    return Issue(
        title=text(found, "title"),
        body=text(found, "description"),
        number=known_number(found, "iid"),
        url=text(found, "web_url"),
        is_open=text(found, "state") == "opened",
    )


@contextmanager
def _welcome() -> Iterator[None]:
    try:
        yield
    except AnswerError as error:
        if error.status not in _NOT_FOR_US:
            raise
        raise NoIssuesError(str(error)) from error
