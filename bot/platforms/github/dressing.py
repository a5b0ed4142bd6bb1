"""Labels, people and a milestone for a pull request: what is refused stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.platforms.github.asking import PAGE, Asker
from bot.platforms.github.reading import items, names, number, text
from bot.platforms.github.refusals import RefusedError
from bot.pulls.actions import Dress

_REFUSED = (403, 404, 410, 422)
_DRESSING = frozenset({"labeled", "assigned", "review_requested", "milestoned"})
_MOST_PAGES = 10  # of milestones

Paths = tuple[str, str, str]
"""The repository, its issue of this number, and its pull request of this number."""


def dressed(asker: Asker, paths: Paths, dress: Dress) -> list[str]:
    """Add all of it; what GitHub refused, as clauses."""
    return [
        *_labelled(asker, paths, dress.labels),
        *_assigned(asker, paths, dress.assignees),
        *_asked_to_review(asker, paths, dress.reviewers),
        *_due(asker, paths, dress.milestone),
    ]


def was_dressed(asker: Asker, issue: str, me: str) -> bool:
    """
    Whether it was us who gave it something, by the first hundred things that happened to it.

    https://docs.github.com/en/rest/using-the-rest-api/issue-event-types; where they are not told,
    it was not: it is given once more than a person wants rather than never.
    """
    try:
        said = asker.read(f"{issue}/events", per_page=PAGE).data
    except RefusedError as error:
        _reason(error)
        return False
    return any(
        text(each, "event") in _DRESSING and me in (text(each, "actor", "login"), _giver(each))
        for each in items(said)
    )


def _giver(event: object) -> str:
    """Of one who was assigned the actor may be that person."""
    return text(event, "assigner", "login")


def _labelled(asker: Asker, paths: Paths, labels: tuple[str, ...]) -> list[str]:
    """
    GitHub makes a label that is not there, for those who may.

    One that it does not take (of more than fifty characters) keeps none of the others off.
    """
    if not labels:
        return []
    path = f"{paths[1]}/labels"
    try:
        asker.write("POST", path, {"labels": list(labels)})
    except RefusedError as error:
        why = _reason(error)
        if error.refusal.status != 422 or len(labels) == 1:
            return [f"labels {', '.join(labels)} ({why})"]
        each = ((label, _refused(asker, path, {"labels": [label]})) for label in labels)
        return [f"label {label} ({reason})" for label, reason in each if reason]
    return []


def _assigned(asker: Asker, paths: Paths, people: tuple[str, ...]) -> list[str]:
    """GitHub says nothing of those whom it leaves out."""
    if not people:
        return []
    try:
        said = asker.write("POST", f"{paths[1]}/assignees", {"assignees": list(people)})
    except RefusedError as error:
        return [f"assignees {', '.join(people)} ({_reason(error)})"]
    there = {name.lower() for name in names(said, "assignees", "login")}
    missing = [name for name in people if name.lower() not in there]
    return [f"assignees {', '.join(missing)} (they cannot be assigned)"] if missing else []


def _asked_to_review(asker: Asker, paths: Paths, people: tuple[str, ...]) -> list[str]:
    """All at once; where one of them is refused, so are all, and each is asked alone."""
    if not people:
        return []
    path = f"{paths[2]}/requested_reviewers"
    refused = _refused(asker, path, _reviewers(people))
    if not refused or len(people) == 1:
        return [f"reviewer {people[0]} ({refused})"] if refused else []
    each = ((name, _refused(asker, path, _reviewers((name,)))) for name in people)
    return [f"reviewer {name} ({why})" for name, why in each if why]


def _reviewers(people: tuple[str, ...]) -> Mapping[str, list[str]]:
    teams = [name.partition("/")[2] for name in people if "/" in name]
    users = [name for name in people if "/" not in name]
    asked = {"reviewers": users, "team_reviewers": teams}
    return {kind: those for kind, those in asked.items() if those}


def _due(asker: Asker, paths: Paths, title: str) -> list[str]:
    """A milestone has a number, and people call it by its title."""
    if not title:
        return []
    try:
        found = next((n for n, name in _milestones(asker, paths[0]) if name == title), 0)
        if not found:
            return [f"milestone {title} (there is none of that title that is open)"]
        asker.write("PATCH", paths[1], {"milestone": found})
    except RefusedError as error:
        return [f"milestone {title} ({_reason(error)})"]
    return []


def _milestones(asker: Asker, path: str) -> Iterator[tuple[int, str]]:
    for page in asker.pages(f"{path}/milestones", _MOST_PAGES, state="open", per_page=PAGE):
        for each in items(page.data):
            yield number(each, "number"), text(each, "title")


def _refused(asker: Asker, path: str, said: Mapping[str, object]) -> str:
    """Why GitHub does not take it; empty where it does."""
    try:
        asker.write("POST", path, said)
    except RefusedError as error:
        return _reason(error)
    return ""


def _reason(error: RefusedError) -> str:
    """Raises the error where it is about something else than what was asked."""
    refusal = error.refusal
    if refusal.is_limit or refusal.status not in _REFUSED:
        raise error
    return refusal.message or str(refusal.status)
