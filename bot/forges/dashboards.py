"""One issue for each repository that tells what is known of it, and asks what people want now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.errors import PlatformError
from bot.forges.port import Forge, NoIssuesError
from bot.model import Issue, Outcome, Page, Verb
from bot.pulls.foreseen import issue_foreseen
from bot.wording.dashboard import (
    TITLE,
    dashboard,
    farewell,
    is_same,
    tells_nothing,
    ticked,
    was_closed_by_us,
    was_written_by_us,
)

_DECLINED = (
    "a person closed it: open it again to have it back, or say `dashboard: false` in `proposals`"
)
_MOVED = "somebody changed it just now: the next run looks again"


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

    There is one for each repository: the oldest open issue of ours that has its mark. One that a
    person closed stays closed, and there is no other.
    """

    forge: Forge
    _looked_at: dict[str, Issue | PlatformError | None] = field(default_factory=dict)

    def asked(self, slug: str) -> frozenset[str]:
        """
        The branches that somebody asked for by ticking a box: a read, once.

        Where that cannot be told nobody did: `show` says why.
        """
        try:
            found = self._open(slug)
        except PlatformError:
            return frozenset()
        return ticked(found.body) if found else frozenset()

    def show(self, slug: str, page: Page, *, dry: bool = False) -> list[Outcome]:
        """
        Have the issue say what the page does; nothing where there is nothing to tell.

        One write at most, and none that is not needed. `dry`: only tell what it would
        be.
        """
        try:
            step = self._step(slug, page)
            there = step.was
            if step.wanted and not dry:
                step, there = self._taken(slug, step)
        except NoIssuesError as error:
            return [Outcome(slug, "", TITLE, "left", slug, str(error))]
        if step.verb == "unchanged" and there is None:
            return []
        where = there.url if there and there.url else slug
        writes = issue_foreseen(step.wanted, step.was) if step.wanted and dry else ()
        return [Outcome(slug, "", TITLE, step.verb, where, step.detail, writes=writes)]

    def _open(self, slug: str) -> Issue | None:
        if slug not in self._looked_at:
            try:
                self._looked_at[slug] = self._first(slug)
            except PlatformError as error:
                self._looked_at[slug] = error
        found = self._looked_at[slug]
        if isinstance(found, PlatformError):
            raise found
        return found

    def _first(self, slug: str, *, closed: bool = False) -> Issue | None:
        ours = self.forge.issues(slug, closed=closed)
        return next((issue for issue in ours if was_written_by_us(issue.body)), None)

    # ------------------------------------------------------------ one issue

    def _step(self, slug: str, page: Page) -> _Step:
        there = self._open(slug)
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
        before = self._first(slug, closed=True)
        if before is None:
            return _Step("created", Issue(TITLE, text))
        if was_closed_by_us(before.body):
            return _Step("created", replace(before, body=text, is_open=True), before)
        return _Step("left", None, before, _DECLINED)

    def _taken(self, slug: str, step: _Step) -> tuple[_Step, Issue]:
        """
        Write it, unless somebody did in the meantime: a box that was ticked must not be lost.

        Forges know no "if it still says so": there is a moment left in which that may happen.
        """
        assert step.wanted
        if step.was and self.forge.issue(slug, step.was.number).body != step.was.body:
            return replace(step, verb="left", detail=_MOVED), step.was
        return step, self.forge.write_issue(slug, step.wanted, step.was)
