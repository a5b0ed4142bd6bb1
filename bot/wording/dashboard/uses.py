"""The part of a dashboard that is about files: every use with its outcome, skips and warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, get_args

from bot.model import QUIET, OutcomeName, Page, Skip, SkipReason, Verdict
from bot.wording.counting import count
from bot.wording.dashboard.pins import pins_counted
from bot.wording.findings import short
from bot.wording.fitting import Section
from bot.wording.lifecycle import worry
from bot.wording.markdown import code, code_in_html, folded, plain, table
from bot.wording.replaced import moved
from bot.wording.warnings import block

_ORDER: tuple[OutcomeName, ...] = get_args(OutcomeName)
_LONG = 10
"""Rows that are shown without being asked for."""

_MOST = 400
"""Rows of one table: more is read in the report of the run."""

_FEWER = (200, 100, 25)
"""Rows where those do not fit."""

_NEWS = ", those that are current left out"
_MOST_LEFT_ALONE = 100
_TO_DO: dict[SkipReason, str] = {
    "variable-without-default": "give it a default, such as `ARG BASE=debian:12`",
    "variable-not-expanded": "write the name out: no builder expands a variable there",
    "template": "nothing, where the file that is made of it is in the repository too",
    "steering": "write the comment on the line above the image",
    "invalid-reference": "correct the name",
    "dead-config": "bring the file to a version that builders read",
    "unparsable": "correct the file",
    "unreadable": "have it readable, and smaller where it is too large",
}


def overview(page: Page) -> str:
    """One sentence with the numbers that people look for."""
    verdicts = _verdicts(page)
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    told = ", ".join(f"{outcomes[name]} {name}" for name in _ORDER if outcomes[name])
    images = len({verdict.use.image.repository for verdict in verdicts})
    files = len({verdict.use.path for verdict in verdicts})
    packages = pins_counted(page)
    if not verdicts:
        return packages or "**No use of a base image is known.**"
    where = f"of {count(images, 'image')} in {count(files, 'file')}"
    said = f"**{count(len(verdicts), 'use')} {where}**: {told}."
    return f"{said} {packages}" if packages else said


def use_sections(page: Page) -> Iterator[Section]:
    """A table for each branch that is proposed for; what is current goes first where it is long."""
    for plan in page.plans:
        found = sorted(plan.verdicts, key=_place_of)
        news = [verdict for verdict in found if verdict.outcome != "current"]
        if found:
            branch = (len(page.plans) > 1 and plan.findings.snapshot.repo.branch) or ""
            title = _Title(branch, len(found))
            if 0 < len(news) < len(found):
                few, which = news, title._replace(which=_NEWS)
            else:
                few, which = found, title
            shorter = (_table(which, few, most) for most in (_MOST, *_FEWER))
            yield Section(_table(title, found), "files", tuple(shorter))


def left_alone(page: Page) -> Section:
    """How many places were left alone, by reason; and those that somebody should look at."""
    skips = [skip for plan in page.plans for skip in plan.findings.skips]
    if not skips:
        return Section("")
    reasons = Counter(skip.reason for skip in skips).items()
    ordered = sorted(reasons, key=lambda pair: (-pair[1], pair[0]))
    told = ", ".join(f"{number} {code(reason)}" for reason, number in ordered)
    number = f"**{count(len(skips), 'place')} left alone**: {told}."
    listed = _listed(sorted(skip for skip in set(skips) if skip.reason not in QUIET))
    return Section(f"{number}\n\n{listed}", "files", (number,)) if listed else Section(number)


def _listed(skips: Sequence[Skip]) -> str:
    if not skips:
        return ""
    rows = [
        [
            code(f"{each.path}:{each.position.line}"),
            code(each.text),
            plain(_reason(each)),
            _TO_DO.get(each.reason, ""),
        ]
        for each in skips[:_MOST_LEFT_ALONE]
    ]
    more = len(skips) - len(rows)
    end = f"\n\n{count(more, 'more row')} would not fit here." if more else ""
    title = f"Left alone, and perhaps for you to look at ({len(skips)})"
    return folded(title, table(["where", "what stands there", "why", "what to do"], rows) + end)


def _reason(skip: Skip) -> str:
    return f"{skip.reason}: {skip.detail}" if skip.detail else skip.reason


def worries(page: Page) -> Section:
    """What is near its end or speaks against a move, each said once."""
    return Section(block(_worries(page)), "rows")


def _worries(page: Page) -> Iterator[str]:
    for image, life in sorted(page.lives.items(), key=lambda pair: str(pair[0])):
        for cycle in life.worries:
            yield f"**{plain(worry(cycle, life.day))}** ({code(short(str(image)))})."
    for verdict in _verdicts(page):
        name = code(short(str(verdict.use.image)))
        facts = verdict.facts.warnings if verdict.facts else ()
        offered = verdict.offer.warnings if verdict.offer else ()
        yield from (f"{name}: {plain(said)}" for said in (*facts, *offered, *verdict.elsewhere))
        if verdict.replacement:
            yield f"{name}: {plain(moved(verdict.replacement))}"


class _Title(NamedTuple):
    """What a table of uses is called: of how many, on which branch, and which of them it has."""

    branch: str
    number: int
    which: str = ""

    def said(self, code: Callable[[str], str]) -> str:
        """The title, a branch shown as the text around it shows code."""
        on = f" on {code(self.branch)}" if self.branch else ""
        return f"Every use{on} ({self.number}){self.which}"


def _table(title: _Title, verdicts: Sequence[Verdict], most: int = _MOST) -> str:
    rows = [_row(verdict) for verdict in verdicts[:most]]
    shown = table(["file", "line", "image", "", "why"], rows)
    if len(verdicts) > most:
        shown += f"\n\n{count(len(verdicts) - most, 'more row')} would not fit here."
    if len(rows) <= _LONG:
        return f"### {title.said(code)}\n\n{shown}"
    return folded(title.said(code_in_html), shown)


def _row(verdict: Verdict) -> list[str]:
    use = verdict.use
    new = f" → {code(short(str(verdict.offer.new)))}" if verdict.offer else ""
    image = f"{code(short(str(use.image)))}{new}"
    return [code(use.path), str(use.position.line), image, verdict.outcome, plain(verdict.because)]


def _place_of(verdict: Verdict) -> tuple[str, int]:
    return verdict.use.path, verdict.use.span.start


def _verdicts(page: Page) -> list[Verdict]:
    return [verdict for plan in page.plans for verdict in plan.verdicts]
