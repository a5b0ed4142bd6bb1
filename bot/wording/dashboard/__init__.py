"""The dashboard of a repository: what needs a person first, then all that is known."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Page, SkipReason
from bot.wording.body import LIMIT
from bot.wording.dashboard.boxes import ticked
from bot.wording.dashboard.marks import is_same, signed, was_closed_by_us, was_written_by_us
from bot.wording.dashboard.picture import picture
from bot.wording.dashboard.pins import pins_section
from bot.wording.dashboard.proposals import (
    held,
    opened,
    standing,
    troubles_of,
    waiting,
)
from bot.wording.dashboard.uses import left_alone, overview, use_sections, worries
from bot.wording.fitting import Section, fitted

__all__ = [
    "TITLE",
    "dashboard",
    "farewell",
    "is_same",
    "second",
    "tells_nothing",
    "ticked",
    "was_closed_by_us",
    "was_written_by_us",
]

TITLE = "basewatch: base images of this repository"

_FOOT = (
    "---\n_basewatch keeps this page as it is today, and edits it only where something changed;"
    " what people write into it is lost then. To be without it, say `proposals: {dashboard: false}`"
    " in the configuration and close it._"
)
_SECOND = (
    "#{} is the dashboard of this repository. This one was opened by another run at the same"
    " moment, and is not kept up to date."
)
_GONE = "Nothing in this repository builds on a base image any more."
_UNKNOWN: frozenset[SkipReason] = frozenset({"unreadable", "unparsable"})


def dashboard(page: Page) -> str:
    """
    The body of the issue, in at most `LIMIT` characters.

    The same page gives the same text, so that an unchanged one needs no edit: its last line has a
    hash of it, whatever a forge makes of the rest.
    """
    return signed(fitted(_sections(page), LIMIT))


def farewell() -> str:
    """The body of the issue as it is closed."""
    return signed(_GONE, closed=True)


def second(first: int) -> str:
    """The body of one too many as it is closed: it has no mark, so it is never opened again."""
    return _SECOND.format(first)


def tells_nothing(page: Page) -> bool:
    """Whether there is nothing to tell: no use, no file that may have one, no proposal."""
    files = [skip for plan in page.plans for skip in plan.findings.skips if skip.reason in _UNKNOWN]
    uses = any(plan.verdicts or plan.pins for plan in page.plans)
    return not (uses or files or page.failures or any(map(standing, page.outcomes)))


def _sections(page: Page) -> Iterator[Section]:
    yield Section(overview(page))
    yield troubles_of(page)
    yield waiting(page)
    yield held(page)
    yield opened(page)
    yield from use_sections(page)
    yield pins_section(page)
    yield left_alone(page)
    yield Section(picture(page), "packages")
    yield worries(page)
    yield Section(_FOOT)
