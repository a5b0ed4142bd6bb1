"""All that a decision about one branch rests upon, read beforehand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.model import BranchState, Comment, Proposal, Pull, Rebase
from bot.pulls.marker import IMAGE, Marker, marker_in, member


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What holds for every pull request of a run.

    `me`: the name that the bot has at the forge; `dressed`: whether the forge takes labels and
    people as it opens a pull request (GitLab does, GitHub does not); `signed_off`: `Name <mail>`
    for a trailer of commits, empty for none.
    """

    me: str
    rebase: Rebase = "always"
    rebase_label: str = "rebase"
    dressed: bool = False
    signed_off: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """
    One branch of ours at the forge, on the day `today`.

    `base`: the name of the branch that is proposed for. `pulls`: every pull request from the
    branch, of any state. `comments`: those below the open one, else below the newest. `asked`: a
    person asked for it on the dashboard. `waits`: why no pull request may be opened for it now, a
    clause; empty where one may. `ignored`: the images that people said to ignore. `dressed`: the
    forge tells that we gave the open one labels or people, which is asked where it lacks some.
    """

    today: dt.date
    base: str
    branch: BranchState | None = None
    pulls: tuple[Pull, ...] = ()
    comments: tuple[Comment, ...] = ()
    asked: bool = False
    waits: str = ""
    ignored: frozenset[str] = field(default_factory=frozenset)
    dressed: bool = False

    @property
    def open_pull(self) -> Pull | None:
        """The open one; the oldest, should there be several."""
        return min(self._of("open"), key=_number, default=None)

    @property
    def latest(self) -> Pull | None:
        """The newest of those that are not open."""
        return max(self._of("merged", "closed"), key=_number, default=None)

    @property
    def past(self) -> tuple[Pull, ...]:
        """Those that are not open, newest first."""
        return tuple(sorted(self._of("merged", "closed"), key=_number, reverse=True))

    def below(self, pull: Pull) -> tuple[Comment, ...]:
        """What was said below a pull request, oldest first."""
        return tuple(sorted((c for c in self.comments if c.pull == pull.number), key=_id))

    def _of(self, *states: str) -> list[Pull]:
        return [pull for pull in self.pulls if pull.state in states and not pull.fork]


def _number(pull: Pull) -> int:
    return pull.number


def _id(comment: Comment) -> int:
    return comment.id


def is_ours(pull: Pull, settings: Settings) -> bool:
    """Whether we opened it: by our name, or by our marker where the name has changed since."""
    return pull.author == settings.me or marker_in(pull.body) != Marker()


def ignored_images(pulls: Iterable[Pull]) -> frozenset[str]:
    """
    The images that the newest pull request of any branch says to ignore, while it is closed.

    A group of several is no image: what is ignored with it is its own branch, and nothing else.
    """
    newest: dict[str, Pull] = {}
    for pull in pulls:
        if not pull.fork and pull.number >= newest.get(pull.branch, pull).number:
            newest[pull.branch] = pull
    markers = [marker_in(pull.body) for pull in newest.values() if pull.state == "closed"]
    return frozenset(
        marker.image for marker in markers if marker.image and marker.ignore == "image"
    )


def superseded(pull: Pull, wanted: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """
    The wanted proposals that take the place of this one; none: nothing does.

    They are for the same base. A group has the place of all that it was made of; of the others,
    one of the image alone comes before the groups that have it, which may be several directories.
    A major that is open beside takes nobody's place, unless it moves to the very same.
    """
    now = marker_in(pull.body)
    others = [p for p in wanted if p.branch != pull.branch and _base(p) == pull.base]
    others = [p for p in others if not p.apart or (now.to and _target(p) == now.to)]
    if now.members:
        members = frozenset(now.members.split(","))
        return tuple(p for p in others if not members.isdisjoint(map(member, p.images)))
    image = now.image
    alone = [p for p in others if marker_in(p.body).image == image]
    among = [p for p in others if image in p.images and p not in alone]
    if not image:
        return ()
    if _is_of_an_image(pull, now):
        return (*alone, *among)
    return tuple(alone[:1] or among)


def _is_of_an_image(pull: Pull, marker: Marker) -> bool:
    """Whether it has all lines of an image together; the only line there may be called so, too."""
    return marker.line.endswith(":*") and pull.branch.startswith(IMAGE)


def _target(wanted: Proposal) -> str:
    return wanted.target or marker_in(wanted.body).to


def _base(wanted: Proposal) -> str:
    return wanted.snapshot.repo.branch or ""
