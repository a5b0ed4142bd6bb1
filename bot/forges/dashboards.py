"""One issue for each repository that tells what is known of it, and asks what people want now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter

from bot.errors import PlatformError
from bot.forges.port import Forge, NoIssuesError
from bot.model import Issue, Outcome, Page, Verb
from bot.pulls.foreseen import issue_foreseen
from bot.wording.dashboard import (
    TITLE,
    dashboard,
    farewell,
    is_same,
    second,
    tells_nothing,
    ticked,
    was_closed_by_us,
    was_written_by_us,
)

_DECLINED = (
    "a person closed it: open it again to have it back, or say `dashboard: false` in `proposals`"
)
_MOVED = "somebody changed it just now: the next run looks again"
_SECOND = "another run opened #{} at the same moment, which is the one that is kept"


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to become of the issue (`None`: nothing), and what a person is told of it."""

    verb: Verb
    wanted: Issue | None = None
    was: Issue | None = None
    detail: str = ""


@dataclass(slots=True)
class Dashboards:
    """
    The dashboards at one forge, each looked at once a run. Raises `PlatformError`.

    There is one for each repository: the oldest open issue of ours that has its mark. Two runs at
    once may open two of them, as forges know no "if there is none": all but the oldest are closed.
    One that a person closed stays closed, and there is no other.
    """

    forge: Forge
    _looked_at: dict[str, tuple[Issue, ...] | PlatformError] = field(default_factory=dict)

    def asked(self, slug: str) -> frozenset[str]:
        """
        The branches that somebody asked for by ticking a box: a read, once.

        Where that cannot be told nobody did: `show` says why.
        """
        try:
            return frozenset().union(*(ticked(each.body) for each in self._open(slug)))
        except PlatformError:
            return frozenset()

    def show(self, slug: str, page: Page, *, dry: bool = False) -> list[Outcome]:
        """
        Have the issue say what the page does; nothing where there is nothing to tell.

        One write at most, and none that is not needed, but for what closes a second one. `dry`:
        only tell what it would be.
        """
        try:
            steps = [self._step(slug, page), *self._seconds(slug)]
            shown = [self._shown(slug, step, dry=dry) for step in steps]
        except NoIssuesError as error:
            return [Outcome(slug, "", TITLE, "left", slug, str(error))]
        return [outcome for outcome in shown if outcome]

    def _shown(self, slug: str, step: _Step, *, dry: bool) -> Outcome | None:
        there = step.was
        if step.wanted and not dry:
            step, there = self._taken(slug, step)
        if step.verb == "unchanged" and there is None:
            return None
        where = there.url if there and there.url else slug
        writes = issue_foreseen(step.wanted, step.was) if step.wanted and dry else ()
        return Outcome(slug, "", TITLE, step.verb, where, step.detail, writes=writes)

    def _open(self, slug: str) -> tuple[Issue, ...]:
        """Those that are open, the oldest first: one, or none."""
        if slug not in self._looked_at:
            try:
                self._looked_at[slug] = self._by_age(slug)
            except PlatformError as error:
                self._looked_at[slug] = error
        found = self._looked_at[slug]
        if isinstance(found, PlatformError):
            raise found
        return found

    def _by_age(self, slug: str) -> tuple[Issue, ...]:
        """By their numbers, on which two runs agree; where there is no end of issues, what came."""
        found: list[Issue] = []
        try:
            found.extend(self._ours(slug))
        except NoIssuesError:
            if not found:
                raise
        return tuple(sorted(found, key=attrgetter("number")))

    def _ours(self, slug: str, *, closed: bool = False) -> Iterator[Issue]:
        ours = self.forge.issues(slug, closed=closed)
        return (issue for issue in ours if was_written_by_us(issue.body))

    # ------------------------------------------------------------ one issue

    def _step(self, slug: str, page: Page) -> _Step:
        there = next(iter(self._open(slug)), None)
        if tells_nothing(page):
            gone = replace(there, body=farewell(), is_open=False) if there else None
            return _Step("retired" if there else "unchanged", gone, there)
        undone = {each.branch for each in page.outcomes if each.verb == "failed"}
        text = dashboard(replace(page, asked=self.asked(slug) & undone))
        if there is None:
            return self._anew(slug, text)
        if is_same(there.body, text):
            return _Step("unchanged", None, there)
        return _Step("updated", replace(there, body=text), there)

    def _anew(self, slug: str, text: str) -> _Step:
        """There is none that is open: perhaps there was one."""
        before = next(self._ours(slug, closed=True), None)
        if before is None:
            return _Step("created", Issue(TITLE, text))
        if was_closed_by_us(before.body):
            return _Step("created", replace(before, body=text, is_open=True), before)
        return _Step("left", None, before, _DECLINED)

    def _seconds(self, slug: str) -> list[_Step]:
        """What closes those that there should not be."""
        first, *others = self._open(slug) or (None,)
        return [_closing(each, first) for each in others] if first else []

    def _taken(self, slug: str, step: _Step) -> tuple[_Step, Issue]:
        """
        Write it, unless somebody did in the meantime: a box that was ticked must not be lost.

        Forges know no "if it still says so": there is a moment left in which that may happen.
        """
        assert step.wanted
        if step.was and self.forge.issue(slug, step.was.number).body != step.was.body:
            return replace(step, verb="left", detail=_MOVED), step.was
        made = self.forge.write_issue(slug, step.wanted, step.was)
        return (step, made) if step.was else self._alone(slug, step, made)

    def _alone(self, slug: str, step: _Step, made: Issue) -> tuple[_Step, Issue]:
        """Look whether another run opened one just before; of two that look so, the later ends."""
        first = next(iter(self._by_age(slug)), made)
        if first.number >= made.number:
            return step, made
        closing = _closing(made, first)
        assert closing.wanted
        self.forge.write_issue(slug, closing.wanted, made)
        return replace(step, verb="left", detail=closing.detail), first


def _closing(one: Issue, first: Issue) -> _Step:
    ended = replace(one, body=second(first.number), is_open=False)
    return _Step("retired", ended, one, _SECOND.format(first.number))
