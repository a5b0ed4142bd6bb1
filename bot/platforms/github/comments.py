"""What people said below pull requests, and who of them may write to the repository."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import replace

from bot.model import Comment, Pull
from bot.platforms.github.address import part, repository
from bot.platforms.github.asking import PAGE, Answer, Asker, TooManyError
from bot.platforms.github.reading import items, moment, needed, number, text
from bot.platforms.github.refusals import RefusedError

_MOST_PAGES = 20  # of one pull request
_SWITCHED_OFF = (404, 410)  # issues are: what is said below pull requests is there all the same
_WRITING = frozenset({"admin", "maintain", "write"})


class Comments:
    """
    Comments as the bot has to have them.

    Who may write is asked for only where that matters, and once of each.
    """

    def __init__(self) -> None:
        self._may_write: dict[tuple[str, str], bool] = {}

    def below(
        self, asker: Asker, slug: str, pulls: Collection[Pull], since: dt.datetime | None
    ) -> list[Comment]:
        """
        What was said below these, oldest first, without a word on who may write.

        Those of several are asked for together; nothing below them is older than they are.
        """
        numbers = sorted({each.number for each in pulls})
        found = {
            comment.id: comment
            for answer in _told(asker, repository(slug), numbers, since or _earliest(pulls))
            for comment in map(_comment, items(answer.data))
        }
        return [found[id_] for id_ in sorted(found) if found[id_].pull in numbers]

    def judged(self, asker: Asker, slug: str, comment: Comment) -> Comment:
        """The comment, and whether its author may write."""
        key = (slug.lower(), comment.author.lower())
        if key not in self._may_write:
            self._may_write[key] = _may_write(asker, slug, comment.author)
        return replace(comment, may_write=self._may_write[key])


def _may_write(asker: Asker, slug: str, login: str) -> bool:
    """
    What https://docs.github.com/en/rest/collaborators/collaborators tells of a person.

    Nobody may be made unheard by a stranger whom GitHub will not tell us about.
    """
    try:
        path = f"{repository(slug)}/collaborators/{part(login)}/permission"
        said = asker.read(path).data
        return not _WRITING.isdisjoint({text(said, "permission"), text(said, "role_name")})
    except RefusedError as error:
        if error.refusal.is_limit or error.refusal.status not in (403, 404):
            raise
        return False


def _told(
    asker: Asker, path: str, numbers: list[int], since: dt.datetime | None
) -> Iterator[Answer]:
    """One listing for all, unless that takes more requests than one for each."""
    told = {"since": _second_before(since)} if since else {}
    if len(numbers) > 1:
        try:
            yield from asker.pages(f"{path}/issues/comments", len(numbers), per_page=PAGE, **told)
        except TooManyError:
            pass
        except RefusedError as error:
            if error.refusal.status not in _SWITCHED_OFF:
                raise
        else:
            return
    for number_ in numbers:
        yield from asker.pages(
            f"{path}/issues/{number_}/comments", _MOST_PAGES, per_page=PAGE, **told
        )


def _second_before(moment: dt.datetime) -> str:
    """Whether the very second of a moment is since then is nowhere said."""
    before = moment.astimezone(dt.UTC) - dt.timedelta(seconds=1)
    return f"{before:%Y-%m-%dT%H:%M:%SZ}"


def _earliest(pulls: Collection[Pull]) -> dt.datetime | None:
    created = [each.created for each in pulls if each.created]
    return min(created) if created and len(created) == len(pulls) else None


def _comment(data: object) -> Comment:
    """https://docs.github.com/en/rest/issues/comments; the number ends the address of its issue."""
    below = needed(data, "issue_url").rpartition("/")[2]
    return Comment(
        id=number(data, "id"),
        pull=int(below) if below.isascii() and below.isdigit() and len(below) < 16 else 0,
        author=text(data, "user", "login"),
        text=text(data, "body"),
        written=moment(data, "created_at"),
    )
