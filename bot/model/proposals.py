"""Evidence for a move, and the pull request that is made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from bot.model.changes import Broken
from bot.model.evidence import Evidence
from bot.model.files import Snapshot
from bot.model.lookups import Failure
from bot.model.plan import Plan, Update
from bot.model.rebuilds import Rebuilt
from bot.model.wishes import Wishes
from bot.model.words import Verb

NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """
    An update with its evidence, and who owns its files: all that a pull request is made from.

    `now` is when; `rebuilt`: what has a new version because of it, in the order of builds.
    `colliding`: what in the files belongs to the release that is left.
    """

    update: Update
    evidence: tuple[Evidence, ...]
    wishes: Wishes = field(default_factory=Wishes)
    owners: tuple[str, ...] = ()
    now: dt.datetime = NEVER
    rebuilt: tuple[Rebuilt, ...] = ()
    colliding: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it should become: its bytes, and git's mode for it."""

    data: bytes
    mode: str


Urgency = Literal["exploited", "critical", "high", "fixes", "ordinary"]
"""What a proposal fixes: something known to be exploited, of that severity, anything, nothing."""

URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
"""From the most urgent on."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    A pull request as it should be, whether or not it exists yet.

    `message` is the commit's (empty: the title). `target` names what all of its moves move to;
    empty: what the marker in `body` says. `after` is the branch of the one that is merged first;
    until then this one is not even looked at. `images`: the repositories of what it moves, as
    markers name them. `apart`: it is all majors or other releases, which are proposed beside what
    keeps to its line. The rest is what a forge is to be told besides.
    """

    snapshot: Snapshot
    branch: str
    title: str
    body: str
    files: Mapping[str, NewFile]
    message: str = ""
    target: str = ""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    milestone: str = ""
    draft: bool = False
    automerge: bool = False
    urgency: Urgency = "ordinary"
    wishes: Wishes = field(default_factory=Wishes)
    after: str = ""
    images: frozenset[str] = frozenset()
    apart: bool = False
    before: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """What is in the files now, of those that are there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of a proposal; `where` leads a person to it (a URL, a branch, a file).

    `waits`: why no pull request is open for it, a clause that stays as long as the reason does;
    empty where there is one, or where no person can have it opened by asking. `writes`: of a dry
    run, what would be written, line by line.
    """

    repo: str
    branch: str
    title: str
    verb: Verb
    where: str
    detail: str = ""
    waits: str = ""
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A repository that is not looked at, and why: a clause."""

    repo: str
    because: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, what it left alone, and what it could not do."""

    plans: tuple[Plan, ...]
    outcomes: tuple[Outcome, ...]
    failures: tuple[Failure, ...]
    passed: tuple[Passed, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    """How many requests the forge was sent: `reads` (of which `unchanged`), `writes`."""
    calls_by_repo: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Those of them that were about a repository, by its path."""
    dashboards: tuple[Outcome, ...] = ()
    """What became of the dashboard of each repository that has one; they are of no branch."""
