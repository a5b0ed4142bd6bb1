"""Any platform with its hands tied: it reads as ever, and tells what it would do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.model import Failure, Outcome, Page, Passed, Proposal, Repo, Snapshot
from bot.ports import Platform, Tree

_MARK = "dry run"


class Foreseeing(Platform, Protocol):
    """A platform that can tell what it would do without doing it."""

    def foresee(self, proposal: Proposal) -> Outcome:
        """What `ensure` would answer now."""

    def foresee_retired(self, snapshot: Snapshot, keep: Collection[str]) -> Iterable[Outcome]:
        """What `retire` would answer now."""

    def foresee_shown(self, snapshot: Snapshot, page: Page) -> Iterable[Outcome]:
        """What `show` would answer now."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """The `Platform` that changes nothing: outcomes are those of the real one, marked as such."""

    real: Foreseeing

    @property
    def calls(self) -> Mapping[str, int]:
        """As the real one."""
        return self.real.calls

    @property
    def calls_by_repo(self) -> Mapping[str, Mapping[str, int]]:
        """As the real one."""
        return self.real.calls_by_repo

    def repos(self) -> Iterable[Repo | Passed | Failure]:
        """As the real one."""
        return self.real.repos()

    def arranged(self, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
        """As the real one."""
        return self.real.arranged(proposals)

    def tree(self, repo: Repo) -> Tree:
        """As the real one."""
        return self.real.tree(repo)

    def ensure(self, proposal: Proposal) -> Outcome:
        """What would become of the proposal; nothing does."""
        return _marked(self.real.foresee(proposal))

    def retire(self, snapshot: Snapshot, keep: Collection[str]) -> list[Outcome]:
        """What would be taken back; nothing is."""
        return [_marked(outcome) for outcome in self.real.foresee_retired(snapshot, keep)]

    def show(self, snapshot: Snapshot, page: Page) -> list[Outcome]:
        """What would become of the dashboard; nothing does. It would have no word of a dry run."""
        page = replace(page, outcomes=tuple(map(_unmarked, page.outcomes)))
        return [_marked(outcome) for outcome in self.real.foresee_shown(snapshot, page)]


def _marked(outcome: Outcome) -> Outcome:
    detail = f"{_MARK}: {outcome.detail}" if outcome.detail else _MARK
    return replace(outcome, detail=detail)


def _unmarked(outcome: Outcome) -> Outcome:
    return replace(outcome, detail=outcome.detail.removeprefix(_MARK).removeprefix(": "))
