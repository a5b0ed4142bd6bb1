"""The part of a dashboard that is about proposals: what failed, waits, is held and is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.model import Outcome, Page, Verdict
from bot.wording.counting import count
from bot.wording.dashboard.boxes import box
from bot.wording.dashboard.pins import held_pins, pins_that_failed
from bot.wording.findings import short
from bot.wording.fitting import Section
from bot.wording.markdown import code, link, plain, prose, table

MOST = 100
"""Lines of one list, so that the next section is still found."""

FEW = 20
"""The same where even that does not fit."""

_OPEN = frozenset({"created", "updated", "rebased", "unchanged"})
_ASK = (
    "Tick a box to have its pull request opened by the next run, whatever it waits for;"
    " the box is clear again afterwards."
)


def standing(outcome: Outcome) -> bool:
    """Whether an outcome is about something that is still there after the run."""
    return outcome.verb != "retired" and bool(outcome.title)


def troubles_of(page: Page) -> Section:
    """What could not be done, and what is a person's to decide."""
    failed = [each for each in page.outcomes if each.verb == "failed"]
    theirs = [each for each in page.outcomes if each.verb == "left" and not each.waits]
    lines = [
        *(_failed(each, is_asked=each.branch in page.asked) for each in _sorted(failed)),
        *(f"- {code(each.subject)}: {prose(each.reason)}" for each in page.failures),
        *(f"- {_named(each)}: {prose(each.detail)}" for each in _sorted(theirs)),
        *(f"- {said}" for said in (*_lookups_that_failed(page), *pins_that_failed(page))),
    ]
    return _listed("Needs a look", "", lines)


def waiting(page: Page) -> Section:
    """What has no pull request yet, each with its box."""
    waits = _sorted(each for each in page.outcomes if each.waits and each.verb == "left")
    lines = [
        f"{box(each.branch, is_ticked=each.branch in page.asked)} {_named(each)}: "
        f"{prose(each.waits)}"
        for each in waits
    ]
    return _listed("Waiting or declined", _ASK, lines)


def held(page: Page) -> Section:
    """What the plan holds, and until when."""
    found: dict[tuple[str, str, str], list[Verdict]] = {}
    for verdict in (verdict for plan in page.plans for verdict in plan.verdicts):
        if verdict.outcome == "held":
            key = (str(verdict.use.image), verdict.until or "", verdict.because)
            found.setdefault(key, []).append(verdict)
        for offer in verdict.apart:
            if offer.held:
                key = (str(verdict.use.image), offer.until or "", offer.because)
                found.setdefault(key, []).append(verdict)
    rows = [
        [code(short(image)), plain(until) or "no day is set", _places(verdicts), plain(because)]
        for (image, until, because), verdicts in sorted(found.items())
    ]
    packages = held_pins(page)
    what = "image or package" if packages else "image"
    rows += packages
    if not rows:
        return Section("")
    shown = table([what, "until", "where", "why"], rows[:MOST])
    more = f"\n\n{count(len(rows) - MOST, 'more row')}." if len(rows) > MOST else ""
    return Section(f"### Held ({len(rows)})\n\n{shown}{more}", "rows")


def opened(page: Page) -> Section:
    """The pull requests that are open, with their addresses."""
    told = {each.branch for each in page.outcomes}
    there = [
        (each.branch, f"- {_named(each)}") for each in page.outcomes if each.verb in _OPEN
        if standing(each)
    ]  # fmt: skip
    others = [
        (pull.branch, f"- {link(plain(pull.title), pull.url)}")
        for pull in page.pulls
        if pull.state == "open" and pull.branch not in told
    ]
    return _listed("Open", "", [line for _, line in sorted([*there, *others])])


def _failed(outcome: Outcome, *, is_asked: bool) -> str:
    start = box(outcome.branch, is_ticked=True) if is_asked else "-"
    return f"{start} {_named(outcome)} failed: {prose(outcome.detail)}"


def _lookups_that_failed(page: Page) -> list[str]:
    """Each image once, with the places that it stands at."""
    found: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in (verdict for plan in page.plans for verdict in plan.verdicts):
        if verdict.outcome == "failed":
            found.setdefault((str(verdict.use.image), verdict.because), []).append(verdict)
    return [
        f"{code(short(image))} could not be looked up ({_places(verdicts)}): {plain(because)}"
        for (image, because), verdicts in sorted(found.items())
    ]


def _places(verdicts: Sequence[Verdict]) -> str:
    first = verdicts[0].use
    more = f" and {count(len(verdicts) - 1, 'more place')}" if len(verdicts) > 1 else ""
    return f"{code(f'{first.path}:{first.position.line}')}{more}"


def _named(outcome: Outcome) -> str:
    title = plain(outcome.title)
    return link(title, outcome.where)


def _sorted(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda outcome: outcome.branch)


def _listed(title: str, preface: str, lines: Sequence[str]) -> Section:
    if not lines:
        return Section("")
    shorter = (_list(title, preface, lines, FEW),) if len(lines) > FEW else ()
    return Section(_list(title, preface, lines, MOST), "rows", shorter)


def _list(title: str, preface: str, lines: Sequence[str], most: int) -> str:
    shown = [*lines[:most], *([f"- … and {len(lines) - most} more"] if len(lines) > most else [])]
    parts = (f"### {title} ({len(lines)})", preface, "\n".join(shown))
    return "\n\n".join(filter(None, parts))
