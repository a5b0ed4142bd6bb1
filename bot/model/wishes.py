"""How proposals are to be made, as a user wishes: what they look like, how many, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from bot.model.words import Kind

Group = Literal["line", "image", "directory", "pins", "weekly-digests"]
"""`line`: as they come, a branch for each line of each image."""

Condition = Literal["nothing_introduced", "no_warnings", "fixes_something"]
"""What the evidence has to say before a forge may merge by itself."""

Owners = Literal["", "github", "gitlab"]
"""Whose way of reading CODEOWNERS names the reviewers; empty: it names none."""

Rebase = Literal["always", "asked"]
"""When a branch is made anew though only its base moved; another content always is."""


VersionHabit = Literal["date", "sequence", "patch"]
"""How the version of a rebuild differs: `-20260823`, `-s2`, or one more in its last number."""


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """
    How images are rebuilt that a repository builds on a base that moves.

    `maintainer` is `Name <mail>`; `versions` None: by the habit of each tree; `skip`: globs of the
    names of images that are not rebuilt; `only_changed`: nor are any where what is in the base is
    known to be the same; `control`: what `control` says of a rebuilt image is corrected.
    """

    maintainer: str = ""
    versions: VersionHabit | None = None
    skip: tuple[str, ...] = ()
    only_changed: bool = False
    control: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """
    What is wished of the proposals of one repository.

    `title` and `message` are templates (`bot.pulls.templates`), `conventional` is a type and a
    scope; empty: as basewatch words it. `schedules` are any of the repository's, within any of
    the `operators_schedules`, in `timezone`. A limit of None is none. `automerge` are the kinds
    that the forge may merge by itself where `conditions` hold. `signed_off` is `Name <mail>`.
    `starter` is the configuration that the repository is asked to begin with, before anything
    else is proposed there; empty: it is not asked.
    """

    group: Group = "line"
    title: str = ""
    message: str = ""
    conventional: tuple[str, str] | None = None
    signed_off: str = ""
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    owners: Owners = ""
    milestone: str = ""
    draft: bool = False
    automerge: frozenset[Kind] = frozenset()
    conditions: frozenset[Condition] = frozenset({"nothing_introduced", "no_warnings"})
    rebase: Rebase = "always"
    open_at_most: int | None = None
    per_hour: int | None = None
    per_run: int | None = None
    schedules: tuple[str, ...] = ()
    operators_schedules: tuple[str, ...] = ()
    timezone: str = "UTC"
    cooldown: dt.timedelta = dt.timedelta(0)
    dashboard: bool = False
    starter: str = ""
    rebuilding: Rebuilding = Rebuilding()
