"""A forge that keeps account of what it was asked about each repository."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.forges.port import Done, Forge, Listed, Usage

if TYPE_CHECKING:
    from bot.git import Credential
    from bot.model import BranchState, Comment, Issue, Pull
    from bot.pulls import Action


def numbers(used: Usage) -> Mapping[str, int]:
    """What was used as a report has it: `reads`, `writes`, and `unchanged` where there are any."""
    unchanged = {"unchanged": used.unchanged} if used.unchanged else {}
    return {"reads": used.reads, "writes": used.writes, **unchanged}


class Counted:
    """
    A forge, asked through this, with what it `used` for each repository beside all of it.

    For one thread at a time, as a forge is. What is asked while something about a repository is,
    such as for a token, counts as its own; finding repositories is nobody's.
    """

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self._by_slug: dict[str, Usage] = {}

    @property
    def NAME(self) -> str:
        """As `Forge.NAME`."""
        return self._forge.NAME

    @property
    def DRESSED(self) -> bool:
        """As `Forge.DRESSED`."""
        return self._forge.DRESSED

    @property
    def used(self) -> Usage:
        """As `Forge.used`."""
        return self._forge.used

    @property
    def used_by(self) -> Mapping[str, Usage]:
        """What was asked about each repository that anything was asked about, by its path."""
        return self._by_slug

    def me(self) -> str:
        """As `Forge.me`."""
        return self._forge.me()

    def named(self, slug: str) -> Listed:
        """As `Forge.named`."""
        return self._forge.named(slug)

    def owned_by(self, owner: str) -> Iterable[Listed]:
        """As `Forge.owned_by`."""
        return self._forge.owned_by(owner)

    def reachable(self) -> Iterable[Listed]:
        """As `Forge.reachable`."""
        return self._forge.reachable()

    def credential(self, slug: str) -> Credential | None:
        """As `Forge.credential`."""
        with self._about(slug):
            return self._forge.credential(slug)

    def pulls(self, slug: str, prefix: str) -> tuple[Pull, ...]:
        """As `Forge.pulls`."""
        with self._about(slug):
            return self._forge.pulls(slug, prefix)

    def past(self, slug: str, branch: str) -> tuple[Pull, ...]:
        """As `Forge.past`."""
        with self._about(slug):
            return self._forge.past(slug, branch)

    def branches(self, slug: str, prefix: str) -> Mapping[str, str]:
        """As `Forge.branches`."""
        with self._about(slug):
            return self._forge.branches(slug, prefix)

    def branch(self, slug: str, name: str, tip: str, base: str) -> BranchState:
        """As `Forge.branch`."""
        with self._about(slug):
            return self._forge.branch(slug, name, tip, base)

    def comments(
        self, slug: str, pulls: Collection[Pull], since: dt.datetime | None = None
    ) -> tuple[Comment, ...]:
        """As `Forge.comments`."""
        with self._about(slug):
            return self._forge.comments(slug, pulls, since)

    def dressed(self, slug: str, number: int) -> bool:
        """As `Forge.dressed`."""
        with self._about(slug):
            return self._forge.dressed(slug, number)

    def carry_out(self, slug: str, action: Action, number: int) -> Done:
        """As `Forge.carry_out`."""
        with self._about(slug):
            return self._forge.carry_out(slug, action, number)

    def issues(self, slug: str, *, closed: bool = False) -> Iterator[Issue]:
        """As `Forge.issues`: a page is asked for when it is looked at."""
        with self._about(slug):
            found = iter(self._forge.issues(slug, closed=closed))
        while True:
            with self._about(slug):
                issue = next(found, None)
            if issue is None:
                return
            yield issue

    def issue(self, slug: str, number: int) -> Issue:
        """As `Forge.issue`."""
        with self._about(slug):
            return self._forge.issue(slug, number)

    def write_issue(self, slug: str, wanted: Issue, was: Issue | None = None) -> Issue:
        """As `Forge.write_issue`."""
        with self._about(slug):
            return self._forge.write_issue(slug, wanted, was)

    @contextmanager
    def _about(self, slug: str) -> Iterator[None]:
        """Put down what is asked meanwhile, though it fails."""
        before = self._forge.used
        try:
            yield
        finally:
            now, was = self._forge.used, self._by_slug.get(slug, Usage())
            self._by_slug[slug] = Usage(
                was.reads + now.reads - before.reads,
                was.writes + now.writes - before.writes,
                was.unchanged + now.unchanged - before.unchanged,
            )
