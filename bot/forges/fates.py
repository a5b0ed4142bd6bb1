"""What became of the proposals of a run, for those that come after them or give way to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.model import Proposal


class Fate(NamedTuple):
    """
    What became of a proposal: the `number` of its pull request, `detail` as people are told of it.

    `closed`: why it has no open pull request; empty where it has one. `failed`: nobody knows.
    """

    number: int = 0
    detail: str = ""
    closed: str = ""
    failed: bool = False


@dataclass(slots=True)
class Fates:
    """By repository and branch; one that was not noted failed before anything was found out."""

    _noted: dict[tuple[str, str], tuple[str, Fate]] = field(default_factory=dict)

    def note(self, proposal: Proposal, fate: Fate) -> None:
        """Keep it."""
        self._noted[proposal.snapshot.repo.slug, proposal.branch] = proposal.title, fate

    def awaited(self, slug: str, branch: str) -> str:
        """What those are told that wait for it; empty where nothing is known of it."""
        title, fate = self._noted.get((slug, branch), ("", Fate()))
        if not title:
            return ""
        why = f": {fate.detail}" if fate.detail else ""
        return f"waits for {f'#{fate.number}' if fate.number else f'“{title}”{why}'}"

    def is_in_doubt(self, proposals: Iterable[Proposal]) -> bool:
        """Whether one of them failed, so that it may not be there to take a place."""
        return any(self._of(proposal).failed for proposal in proposals)

    def told(self, proposals: Iterable[Proposal]) -> list[tuple[str, str]]:
        """Their titles, once each, with why each is not open."""
        return list(dict.fromkeys((each.title, self._of(each).closed) for each in proposals))

    def _of(self, proposal: Proposal) -> Fate:
        key = proposal.snapshot.repo.slug, proposal.branch
        return self._noted.get(key, ("", Fate(failed=True)))[1]
