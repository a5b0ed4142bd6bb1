"""What a forge has to be able to do: the port behind each platform that hosts repositories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.errors import PlatformError

if TYPE_CHECKING:
    from bot.git import Credential
    from bot.model import BranchState, Comment, Issue, Pull
    from bot.pulls import Action


@dataclass(frozen=True, slots=True)
class Listed:
    """
    A repository as a forge lists it.

    `slug` is its whole path (`team/app`, `group/sub/app`), `clone` the URL that git takes over
    HTTPS, `branch` its default branch (empty where it has none: it has no commit). `archived` is
    also what may not be written for good; `writable`: whether we may push there; `open_to_pulls`:
    whether pull requests are switched on.
    """

    slug: str
    clone: str
    branch: str = ""
    archived: bool = False
    fork: bool = False
    private: bool = False
    writable: bool = True
    open_to_pulls: bool = True
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Done:
    """What an action led to: the number and address of the pull request it was about."""

    number: int = 0
    url: str = ""
    tip: str = ""
    """Of a branch that was made or moved: the commit that it is at now."""
    refused: str = ""
    """What the forge did not take of a `Dress`, as a clause; all else was done."""


@dataclass(frozen=True, slots=True)
class Usage:
    """
    What a forge was asked so far: requests that read, and requests that write.

    `unchanged`: so many of those that read had nothing new to tell, and cost less there.
    """

    reads: int = 0
    writes: int = 0
    unchanged: int = 0


class NoIssuesError(PlatformError):
    """A repository keeps no issues, or not for us: nothing is wrong, and there is no dashboard."""


class Forge(Protocol):
    """
    A host of repositories, asked and told through its API; each method says what it costs.

    Raises `RepoError` from what lists repositories and `PlatformError` from all else, with one
    line that says what, where and what to do; `UnsureError` for a write that may have been done.
    Rate limits are waited for within bounds. No message and no address holds a secret.
    """

    @property
    def NAME(self) -> str: ...
    @property
    def DRESSED(self) -> bool:
        """Whether it takes labels and people in the request that opens a pull request."""

    @property
    def used(self) -> Usage: ...
    def me(self) -> str:
        """The name that we have there, asked for once."""

    def named(self, slug: str) -> Listed:
        """The repository of this path."""

    def owned_by(self, owner: str) -> Iterable[Listed]:
        """All of a user, an organisation or a group, with its subgroups."""

    def reachable(self) -> Iterable[Listed]:
        """All that we were given: where the app is installed, or that the token may write to."""

    def credential(self, slug: str) -> Credential | None:
        """What git has to show to read the repository; None where it needs none."""

    def pulls(self, slug: str, prefix: str) -> tuple[Pull, ...]:
        """
        The pull requests from branches that begin with `prefix`.

        Every open one, and of those closed or merged the ones that changed of late (one page).
        """

    def past(self, slug: str, branch: str) -> tuple[Pull, ...]:
        """Every pull request from just this branch that is closed or merged."""

    def branches(self, slug: str, prefix: str) -> Mapping[str, str]:
        """The commit at the tip of each branch whose name begins with `prefix`."""

    def branch(self, slug: str, name: str, tip: str, base: str) -> BranchState:
        """
        What stands on the branch at `tip`, since it left the branch `base`.

        It is ours where it has one commit that says what it wrote, written by `me` (or by the
        forge in our name) and not amended since: it was authored when it was committed.
        """

    def comments(
        self, slug: str, pulls: Collection[Pull], since: dt.datetime | None = None
    ) -> tuple[Comment, ...]:
        """
        What was said below these pull requests, changed since then.

        Whether an author may write is only asked for those whose text could be a command.
        """

    def dressed(self, slug: str, number: int) -> bool:
        """Whether we once gave this pull request a label, a person or a milestone."""

    def carry_out(self, slug: str, action: Action, number: int) -> Done:
        """Do one thing; `number` stands for `NEW` in it."""

    def issues(self, slug: str, *, closed: bool = False) -> Iterable[Issue]:
        """
        Those that we wrote, the oldest first; `closed`: of those that are, some changed of late.

        Read page by page, as far as they are looked at. Raises `NoIssuesError`, as do the others.
        """

    def issue(self, slug: str, number: int) -> Issue:
        """One of them, as it is at this moment."""

    def write_issue(self, slug: str, wanted: Issue, was: Issue | None = None) -> Issue:
        """Open it, or give the body and the state that is wanted to the one that there `was`."""
