"""What GitHub answers, taken apart: of the types that it documents, or a `PlatformError`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from bot.errors import PlatformError
from bot.forges import Listed
from bot.model import Pull, PullState
from bot.platforms.github.address import Address, is_slug

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_WEB = re.compile(r"https?://[!-~]{1,1000}")
_LARGEST = 2**53


def at(data: object, *path: str) -> object:
    """What stands below these names; None where there is nothing."""
    for name in path:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def text(data: object, *path: str) -> str:
    """A text; empty where there is none."""
    found = at(data, *path)
    if not isinstance(found, str | None):
        raise _nonsense(path)
    return (found or "").encode("utf-8", "replace").decode()  # without halves of surrogate pairs


def needed(data: object, *path: str) -> str:
    """A text that is there."""
    found = text(data, *path)
    if not found:
        raise _nonsense(path)
    return found


def number(data: object, *path: str) -> int:
    """A whole number from 1 on."""
    found = at(data, *path)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found < _LARGEST:
        raise _nonsense(path)
    return found


def flag(data: object, *path: str, otherwise: bool = False) -> bool:
    """Yes or no; `otherwise` where that is not said."""
    found = at(data, *path)
    return found if isinstance(found, bool) else otherwise


def commit(data: object, *path: str) -> str:
    """The id of a git object."""
    found = text(data, *path)
    if not _COMMIT.fullmatch(found):
        raise _nonsense(path)
    return found


def address(data: object, *path: str) -> str:
    """A URL that people may be sent to; empty for anything else."""
    found = text(data, *path)
    return found if _WEB.fullmatch(found) else ""


def moment(data: object, *path: str) -> dt.datetime | None:
    """A point in time; None where there is none."""
    found = text(data, *path)
    try:
        when = dt.datetime.fromisoformat(found) if found else None
    except ValueError:
        raise _nonsense(path) from None
    return when.replace(tzinfo=when.tzinfo or dt.UTC) if when else None


def items(data: object, *path: str) -> Iterator[Mapping[str, object]]:
    """The objects of a list."""
    found = at(data, *path)
    if not isinstance(found, list):
        raise _nonsense(path)
    for each in found:
        if not isinstance(each, dict):
            raise _nonsense(path)
        yield each


def names(data: object, name: str, field: str) -> tuple[str, ...]:
    """One field of each object of a list that may be missing."""
    return tuple(needed(each, field) for each in items(data, name)) if at(data, name) else ()


def _nonsense(path: tuple[str, ...]) -> PlatformError:
    where = "`" + ".".join(path) + "`" if path else "what it"
    return PlatformError(f"GitHub answered with a {where} that makes no sense; is this its API?")


# ---------------------------------------------------------------- as the model has it


def listed(data: object, where: Address) -> Listed:
    """A repository: https://docs.github.com/en/rest/repos/repos#get-a-repository."""
    slug = needed(data, "full_name")
    if not is_slug(slug):
        raise _nonsense(("full_name",))
    topics = at(data, "topics")
    return Listed(
        slug=slug,
        clone=where.clone(slug),
        branch=text(data, "default_branch"),
        archived=flag(data, "archived") or flag(data, "disabled"),
        fork=flag(data, "fork"),
        private=flag(data, "private"),
        writable=flag(data, "permissions", "push", otherwise=True),
        topics=frozenset(map(str, topics)) if isinstance(topics, list) else frozenset(),
    )


def pull(data: object) -> Pull:
    """A pull request: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests."""
    return Pull(
        number=number(data, "number"),
        branch=needed(data, "head", "ref"),
        base=needed(data, "base", "ref"),
        title=text(data, "title"),
        body=text(data, "body"),
        state=_state(data),
        head=commit(data, "head", "sha"),
        author=text(data, "user", "login"),
        url=address(data, "html_url"),
        draft=flag(data, "draft"),
        automerge=at(data, "auto_merge") is not None,
        fork=_is_fork(data),
        labels=names(data, "labels", "name"),
        assignees=names(data, "assignees", "login"),
        reviewers=_reviewers(data),
        milestone=text(data, "milestone", "title"),
        created=moment(data, "created_at"),
        closed=moment(data, "closed_at"),
    )


def _state(data: object) -> PullState:
    if at(data, "merged_at") is not None:
        return "merged"
    return "closed" if needed(data, "state") == "closed" else "open"


def _is_fork(data: object) -> bool:
    """The repository of a head is null once a fork was deleted; then its owner tells."""
    if at(data, "head", "repo") is None:
        owners = (needed(data, side, "label").partition(":")[0] for side in ("head", "base"))
        return len(set(owners)) > 1
    return number(data, "head", "repo", "id") != number(data, "base", "repo", "id")


def _reviewers(data: object) -> tuple[str, ...]:
    """People by login, teams as `org/team`."""
    owner = text(data, "base", "repo", "owner", "login")
    teams = names(data, "requested_teams", "slug")
    people = names(data, "requested_reviewers", "login")
    return (*people, *(f"{owner}/{team}" for team in teams))
