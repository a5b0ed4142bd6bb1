"""Labels, people and a milestone, as GitLab wants them named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.model import Pull
from bot.platforms.gitlab.people import People
from bot.platforms.gitlab.pulls import Pulls
from bot.platforms.gitlab.shapes import Record, number
from bot.pulls.actions import Dress


@dataclass(frozen=True, slots=True)
class Worn:
    """What to send for a `Dress`, and what of it nobody knows, as clauses."""

    dress: Dress
    data: Record
    unknown: tuple[str, ...]

    def refused_of(self, pull: Pull | None) -> str:
        """What was not taken, given what the answer shows; one that is free takes one person."""
        return "; ".join([*self.unknown, *(self._dropped(pull) if pull else ())])

    def _dropped(self, pull: Pull) -> Iterator[str]:
        unknown = " ".join(self.unknown)
        asked = {"assignee": self.dress.assignees, "reviewer": self.dress.reviewers}
        there = {"assignee": pull.assignees, "reviewer": pull.reviewers}
        for kind, wanted in asked.items():
            for name in _missing(wanted, there[kind]):
                if f"{kind} {name} " not in f"{unknown} ":
                    yield f"{kind} {name} was not taken"
        for label in _missing(self.dress.labels, pull.labels):
            if "," not in label:
                yield f"label {label} was not taken"


class Dressing:
    """Looks up what is named, each once. Raises `PlatformError`."""

    def __init__(self, people: People, pulls: Pulls) -> None:
        self._people = people
        self._pulls = pulls

    def data(self, slug: str, dress: Dress) -> Worn:
        """What to send with a new merge request."""
        worn = self._worn(slug, dress)
        labels = worn.data.get("add_labels")
        kept = {key: value for key, value in worn.data.items() if key != "add_labels"}
        return Worn(dress, {**kept, "labels": labels} if labels else kept, worn.unknown)

    def added(self, slug: str, dress: Dress, iid: int) -> Worn:
        """What to send so that one which is there keeps all that it has: one request for people."""
        worn = self._worn(slug, dress)
        lists = [key for key in ("assignee_ids", "reviewer_ids") if key in worn.data]
        if not lists:
            return worn
        now = self._pulls.now(slug, iid)
        whole = {key: _together(now, key, worn.data[key]) for key in lists}
        return Worn(dress, {**worn.data, **whole}, worn.unknown)

    def _worn(self, slug: str, dress: Dress) -> Worn:
        assignees, no_assignees = self._people.ids(dress.assignees)
        reviewers, no_reviewers = self._people.ids(dress.reviewers)
        milestone = self._people.milestone(slug, dress.milestone) if dress.milestone else 0
        data: dict[str, object] = {
            "add_labels": [label for label in dress.labels if "," not in label],
            "assignee_ids": assignees,
            "reviewer_ids": reviewers,
            "milestone_id": milestone,
        }
        unknown = (
            *(f"label {label} has a comma" for label in dress.labels if "," in label),
            *(f"assignee {name} is nobody's name" for name in no_assignees),
            *(f"reviewer {name} is nobody's name" for name in no_reviewers),
            *([f"no milestone {dress.milestone}"] if dress.milestone and not milestone else []),
        )
        return Worn(dress, {key: value for key, value in data.items() if value}, unknown)


def _together(now: Record, key: str, new: object) -> list[int]:
    there = now.get(f"{key.removesuffix('_ids')}s")
    listed = [number(each, "id") for each in there] if isinstance(there, list) else []
    return list(dict.fromkeys([*filter(None, listed), *(new if isinstance(new, list) else [])]))


def _missing(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    known = {name.lower() for name in there}
    return [name for name in wanted if name.lower() not in known]
