"""What a forge tells of one repository, each thing asked for once a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.forges.port import Forge
from bot.model import BranchState, Comment, Proposal, Pull
from bot.pulls import State, ignored_images
from bot.pulls.finish import is_in_doubt
from bot.pulls.marker import marker_in

PREFIX = "basewatch/"
"""What the names of our branches begin with (bot/steps/gather.py)."""


@dataclass(slots=True)
class There:
    """
    One repository at its forge. Raises `PlatformError`.

    A branch whose tip is the commit that the marker of its pull request tells of is believed to
    be as we left it; any other is looked at. `heads` is what git was told of our branches: it is
    believed as long as nothing speaks against it, and where something fails, until then.
    """

    forge: Forge
    slug: str
    heads: Mapping[str, str] | None = None
    _pulls: tuple[Pull, ...] | None = None
    _branches: Mapping[str, str] | None = None
    _past: dict[str, tuple[Pull, ...]] = field(default_factory=dict)
    _looked_at: dict[str, BranchState] = field(default_factory=dict)
    _heard: set[str] = field(default_factory=set)
    _comments: dict[int, list[Comment]] = field(default_factory=dict)
    _dressed: dict[int, bool] = field(default_factory=dict)

    @property
    def is_hearsay(self) -> bool:
        """Whether the forge itself has not been asked where branches end."""
        return self.heads is not None

    def besides(self, wanted: Collection[str]) -> frozenset[str]:
        """Our other branches that have an open pull request, or are there without one."""
        opened = {pull.branch for pull in self.pulls() if pull.state == "open"} - set(wanted)
        if self.is_hearsay and self.branches().keys() - opened - set(wanted):
            self.heads = self._branches = None
        return frozenset(opened | (self.branches().keys() - set(wanted)))

    def pulls(self) -> tuple[Pull, ...]:
        """Those from our branches: the open ones, and what was closed of late."""
        if self._pulls is None:
            found = self.forge.pulls(self.slug, PREFIX)
            self._pulls = tuple(pull for pull in found if not pull.fork)
        return self._pulls

    def branches(self) -> Mapping[str, str]:
        """Our branches, each with the commit at its end."""
        if self._branches is None:
            told = self.heads
            self._branches = self.forge.branches(self.slug, PREFIX) if told is None else told
        return self._branches

    def state(
        self, branch: str, base: str, today: dt.date, wanted: Proposal | None = None
    ) -> State:
        """All that a decision about one branch, for what is `wanted`, rests upon but the limits."""
        pulls = self._of(branch)
        self.hear([branch])
        comments = [each for pull in pulls for each in self._comments.get(pull.number, ())]
        found = State(
            today=today,
            base=base,
            branch=self._branch(branch, base, pulls),
            pulls=pulls,
            comments=tuple(comments),
            ignored=ignored_images(self.pulls()),
        )
        opened = found.open_pull
        if wanted is None or opened is None or not is_in_doubt(opened, wanted):
            return found
        return replace(found, dressed=self._was_dressed(opened.number))

    def _was_dressed(self, number: int) -> bool:
        if number not in self._dressed:
            self._dressed[number] = self.forge.dressed(self.slug, number)
        return self._dressed[number]

    def hear(self, branches: Collection[str]) -> None:
        """
        Ask what people said below the pull requests of these branches, of all at once.

        Of a branch without an open one it is the newest that counts: who closed it may have said
        why, or ask for it again.
        """
        anew = [branch for branch in dict.fromkeys(branches) if branch not in self._heard]
        self._heard.update(anew)
        wanted = [pull for branch in anew for pull in _spoken_of(self._of(branch))]
        if not wanted:
            return
        born = [pull.created for pull in wanted if pull.created]
        since = min(born) if len(born) == len(wanted) else None
        for comment in self.forge.comments(self.slug, wanted, since):
            self._comments.setdefault(comment.pull, []).append(comment)

    def forget(self) -> None:
        """Something was written, or somebody else did: ask again for what is asked next."""
        self._pulls = self._branches = self.heads = None
        self._past.clear()
        self._looked_at.clear()
        self._heard.clear()
        self._comments.clear()
        self._dressed.clear()

    def _of(self, branch: str) -> tuple[Pull, ...]:
        """The pull requests of one branch; where none is open all of its past counts."""
        pulls = tuple(pull for pull in self.pulls() if pull.branch == branch)
        if any(pull.state == "open" for pull in pulls):
            return pulls
        if branch not in self._past:
            self._past[branch] = tuple(
                pull for pull in self.forge.past(self.slug, branch) if not pull.fork
            )
        known = {pull.number for pull in self._past[branch]}
        return (*self._past[branch], *(pull for pull in pulls if pull.number not in known))

    def _branch(self, branch: str, base: str, pulls: Iterable[Pull]) -> BranchState | None:
        opened = [pull for pull in pulls if pull.state == "open"]
        tip = self._tip(branch, opened)
        if tip is None:
            return None
        for pull in opened:
            told = marker_in(pull.body)
            if told.tip == tip and told.on:
                return BranchState(tip, told.on, ours=True, content=told.content)
        if branch not in self._looked_at:
            self._looked_at[branch] = self.forge.branch(self.slug, branch, tip, base)
        return self._looked_at[branch]

    def _tip(self, branch: str, opened: Iterable[Pull]) -> str | None:
        """Where the branch ends; asked anew where its pull request tells of another end."""
        tip = self.branches().get(branch)
        if self.is_hearsay and any(pull.head and pull.head != tip for pull in opened):
            self.heads = self._branches = None
        return self.branches().get(branch)


def _spoken_of(pulls: tuple[Pull, ...]) -> list[Pull]:
    """The open one, else the newest."""
    opened = [pull for pull in pulls if pull.state == "open"]
    closed = [pull for pull in pulls if pull.state == "closed"]
    return opened or sorted(closed, key=lambda pull: pull.number)[-1:]
