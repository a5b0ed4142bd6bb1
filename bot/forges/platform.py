"""The platform that is a host of repositories: read through git, written through its API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from zoneinfo import ZoneInfo

from bot.errors import PlatformError, UnsureError
from bot.forges.bases import base_of, bases_of
from bot.forges.carrying import Carried, carry_out
from bot.forges.counting import Counted, numbers
from bot.forges.dashboards import Dashboards
from bot.forges.discovery import Wanted, discovered
from bot.forges.fates import Fate, Fates
from bot.forges.port import Forge
from bot.forges.reading import Reads
from bot.forges.there import There
from bot.model import Failure, Outcome, Page, Passed, Proposal, Pull, Repo, Snapshot, Wishes
from bot.ports import Tree
from bot.pulls import Course, Settings, State, decide, retire, superseded
from bot.pulls.foreseen import foreseen
from bot.pulls.groups import DIGESTS
from bot.pulls.limits import Limits, by_urgency, limits_of, waiting
from bot.pulls.marker import marker_in
from bot.pulls.said import replaced_by
from bot.wording.onboarding import LINE as ONBOARDING
from bot.wording.onboarding import UNASKED

_TURNS = 2
"""How often one proposal is decided: again, where nobody knows what became of a write."""


@dataclass(slots=True)
class Hosted:
    """
    The `Platform` of a forge. Raises `RepoError` and `PlatformError`.

    Everything is decided by `bot.pulls` on what is there, and carried out one action after the
    other: a run that is stopped anywhere is completed by the next one.
    """

    forge: Forge
    reads: Reads
    wanted: Wanted
    clock: Callable[[], dt.datetime]
    _one_at_a_time: Lock = field(default_factory=Lock)
    """A forge is asked by one thread at a time; git is not."""
    _there: dict[str, There] = field(default_factory=dict)
    _waits: dict[tuple[str, str], str] = field(default_factory=dict)
    _proposed: dict[str, list[Proposal]] = field(default_factory=dict)
    _admitted: set[str] = field(default_factory=set)
    _pages: Dashboards | None = None
    _became: Fates = field(default_factory=Fates)
    _forge: Counted = field(init=False)

    def __post_init__(self) -> None:
        self._forge = Counted(self.forge)

    @property
    def calls(self) -> Mapping[str, int]:
        """The requests that the forge's API was sent so far, as `numbers` has them."""
        return numbers(self._forge.used)

    @property
    def calls_by_repo(self) -> Mapping[str, Mapping[str, int]]:
        """Those that were about a repository, by its path."""
        return {slug: numbers(used) for slug, used in self._forge.used_by.items()}

    def repos(self) -> Iterator[Repo | Passed | Failure]:
        """What the operator wants to have looked at."""
        return discovered(self._forge, self.wanted)

    def tree(self, repo: Repo) -> Tree:
        """The files at the tip of the branch that is proposed for."""
        with self._one_at_a_time:
            credential = self._forge.credential(repo.slug)
        return self.reads(repo, credential)

    def arranged(self, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
        """The most urgent first; which ones have to wait is found out here, by repository."""
        ours = [self._for_its_base(proposal) for proposal in proposals]
        first = [proposal for proposal in ours if not proposal.after]
        for proposal in first:
            self._proposed.setdefault(proposal.snapshot.repo.slug, []).append(proposal)
        return [*by_urgency(first), *by_urgency(p for p in ours if p.after)]

    def ensure(self, proposal: Proposal) -> Outcome:
        """As `Platform.ensure`."""
        if proposal.after:
            return self._behind(proposal)
        outcome = self._failed(proposal, None)
        for _ in range(_TURNS):
            course, carried = self._ensured(proposal)
            outcome = self._outcome(proposal, course, carried)
            there = self._of(proposal.snapshot)
            unsure = isinstance(carried.error, UnsureError) or there.is_hearsay
            if carried.error is None or not unsure:
                break
            there.forget()
        return outcome

    def foresee(self, proposal: Proposal) -> Outcome:
        """What `ensure` would answer now; writes nothing."""
        if proposal.after:
            return self._behind(proposal)
        course, state = self._decided(proposal)
        outcome = self._outcome(proposal, course, Carried())
        return replace(outcome, writes=foreseen(course, proposal.before, state.pulls))

    def retire(self, snapshot: Snapshot, keep: Collection[str]) -> list[Outcome]:
        """Close what nothing asks for any more, and say why below it."""
        there = self._of(snapshot)
        return [
            self._retired(snapshot, branch, course, self._carried(snapshot, course, state))
            for branch, state, course in self._fates(there, snapshot, keep)
        ]

    def foresee_retired(self, snapshot: Snapshot, keep: Collection[str]) -> list[Outcome]:
        """What `retire` would answer now; writes nothing."""
        there = self._of(snapshot)
        return [
            replace(
                self._retired(snapshot, branch, course, Carried()),
                writes=foreseen(course, {}, state.pulls),
            )
            for branch, state, course in self._fates(there, snapshot, keep)
        ]

    def show(self, snapshot: Snapshot, page: Page) -> list[Outcome]:
        """As `Platform.show`."""
        slug = snapshot.repo.slug
        return self._dashboards.show(slug, replace(page, pulls=self._of(snapshot).pulls()))

    def foresee_shown(self, snapshot: Snapshot, page: Page) -> list[Outcome]:
        """What `show` would answer now; writes nothing."""
        page = replace(page, pulls=self._of(snapshot).pulls())
        return self._dashboards.show(snapshot.repo.slug, page, dry=True)

    # ------------------------------------------------------------ one proposal

    def _ensured(self, proposal: Proposal) -> tuple[Course, Carried]:
        course, state = self._decided(proposal)
        return course, self._carried(proposal.snapshot, course, state)

    def _decided(self, proposal: Proposal) -> tuple[Course, State]:
        state = self._state(proposal)
        return decide(proposal, state, self._settings(proposal.wishes)), state

    def _state(self, proposal: Proposal) -> State:
        slug = proposal.snapshot.repo.slug
        self._admit(slug)
        state = self._read(proposal)
        return replace(state, waits=self._waits.get((slug, proposal.branch), ""))

    def _read(self, proposal: Proposal) -> State:
        base = base_of(proposal.snapshot)
        today = self._now(proposal.wishes).date()
        state = self._of(proposal.snapshot).state(proposal.branch, base, today, proposal)
        return replace(state, asked=self._is_asked(proposal))

    def _is_asked(self, proposal: Proposal) -> bool:
        slug, kept = proposal.snapshot.repo.slug, proposal.wishes.dashboard
        return kept and proposal.branch in self._dashboards.asked(slug)

    def _admit(self, slug: str) -> None:
        """Find out, once, which new pull requests of a repository have to wait."""
        proposals = self._proposed.get(slug, [])
        if slug in self._admitted or not proposals:
            return
        self._admitted.add(slug)
        there = self._of(proposals[0].snapshot)
        there.hear([proposal.branch for proposal in proposals])
        passed_over = [proposal.branch for proposal in proposals if self._is_refused(proposal)]
        found = waiting(proposals, there.pulls(), self._limits, self.clock(), passed_over)
        self._waits |= {(slug, branch): because for branch, because in found.items()}

    def _limits(self, proposal: Proposal) -> Limits:
        zone = ZoneInfo(proposal.wishes.timezone)
        digests = bases_of(proposal.snapshot.repo, self.wanted).everywhere(DIGESTS)
        return limits_of(proposal.wishes, zone, digests)

    def _is_refused(self, proposal: Proposal) -> bool:
        """Whether it would not be opened though nothing else were: it takes nobody's place."""
        course = decide(proposal, self._read(proposal), self._settings(proposal.wishes))
        return course.verb == "left"

    def _carried(self, snapshot: Snapshot, course: Course, state: State) -> Carried:
        slug = snapshot.repo.slug
        tip = state.branch.tip if state.branch else ""
        return carry_out(course, lambda act, n: self._forge.carry_out(slug, act, n), tip)

    def _outcome(self, proposal: Proposal, course: Course, carried: Carried) -> Outcome:
        self._remembered(proposal, course, carried)
        if carried.error is not None:
            return self._failed(proposal, carried.error)
        where = carried.url or self._url(proposal) or proposal.branch
        details = (course.detail, *carried.refused)
        slug, title = proposal.snapshot.repo.slug, proposal.title
        detail = "; ".join(filter(None, details))
        return Outcome(slug, proposal.branch, title, course.verb, where, detail, course.waits)

    def _behind(self, proposal: Proposal) -> Outcome:
        """It is left, whatever is there: what became of the one before it says why."""
        slug = proposal.snapshot.repo.slug
        because = self._became.awaited(slug, proposal.after)
        where = (self._url(proposal) if because else "") or proposal.branch
        because = because or f"waits for {proposal.after}, of which nothing could be found out"
        return Outcome(slug, proposal.branch, proposal.title, "left", where, because)

    def _remembered(self, proposal: Proposal, course: Course, carried: Carried) -> None:
        """Keep what those are told that come after it, or give way to it."""
        pulls = self._of(proposal.snapshot).pulls()
        opened = [p.number for p in pulls if p.branch == proposal.branch and p.state == "open"]
        number = carried.number or next(iter(opened), 0)
        closed = course.waits or ("" if number else course.detail)
        failed = carried.error is not None
        self._became.note(proposal, Fate(number, course.detail, closed, failed))

    def _failed(self, proposal: Proposal, error: PlatformError | None) -> Outcome:
        where = self._url(proposal) or proposal.branch
        slug, title = proposal.snapshot.repo.slug, proposal.title
        return Outcome(slug, proposal.branch, title, "failed", where, str(error or ""))

    def _url(self, proposal: Proposal) -> str:
        there = self._there.get(proposal.snapshot.repo.slug)
        pulls = there.pulls() if there else ()
        mine = [pull for pull in pulls if pull.branch == proposal.branch]
        return max(mine, key=_open_first).url if mine else ""

    # ------------------------------------------------------------ what nothing asks for

    def _fates(
        self, there: There, snapshot: Snapshot, keep: Collection[str]
    ) -> Iterable[tuple[str, State, Course]]:
        base = base_of(snapshot)
        bases = bases_of(snapshot.repo, self.wanted)
        wanted = {bases.ours(branch, base) for branch in keep}
        gone = bases.of(there.besides(wanted | set(keep)), base)
        there.hear(gone)
        for branch in gone:
            state = there.state(branch, base, self.clock().date())
            pull = state.open_pull
            others = superseded(pull, self._proposed.get(snapshot.repo.slug, [])) if pull else ()
            if not self._became.is_in_doubt(others):
                why = self._why(pull, others)
                yield branch, state, retire(branch, state, why, self._settings(Wishes()))

    def _why(self, pull: Pull | None, others: Sequence[Proposal]) -> str:
        if pull and marker_in(pull.body).line == ONBOARDING:
            return UNASKED
        return replaced_by(self._became.told(others))

    def _retired(
        self, snapshot: Snapshot, branch: str, course: Course, carried: Carried
    ) -> Outcome:
        slug, there = snapshot.repo.slug, self._of(snapshot)
        pull = next((pull for pull in there.pulls() if pull.branch == branch), None)
        title, where = (pull.title, pull.url) if pull else ("", branch)
        if carried.error is not None:
            return Outcome(slug, branch, title, "failed", where, str(carried.error))
        return Outcome(slug, branch, title, course.verb, where, course.detail)

    # ------------------------------------------------------------ whereabouts

    def _for_its_base(self, proposal: Proposal) -> Proposal:
        base, bases = base_of(proposal.snapshot), bases_of(proposal.snapshot.repo, self.wanted)
        after = bases.ours(proposal.after, base) if proposal.after else ""
        title = bases.titled(proposal.title, base)
        branch = bases.ours(proposal.branch, base)
        return replace(proposal, branch=branch, title=title, after=after)

    def _of(self, snapshot: Snapshot) -> There:
        slug = snapshot.repo.slug
        return self._there.setdefault(slug, There(self._forge, slug, snapshot.heads))

    @property
    def _dashboards(self) -> Dashboards:
        self._pages = self._pages or Dashboards(self._forge)
        return self._pages

    def _settings(self, wishes: Wishes) -> Settings:
        return Settings(
            self._forge.me(),
            rebase=wishes.rebase,
            dressed=self._forge.DRESSED,
            signed_off=wishes.signed_off,
        )

    def _now(self, wishes: Wishes) -> dt.datetime:
        return self.clock().astimezone(ZoneInfo(wishes.timezone))


def _open_first(pull: Pull) -> tuple[bool, int]:
    return pull.state == "open", pull.number
