"""The part of a dashboard that is about packages that files pin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from bot.model import OutcomeName, Page, PinVerdict
from bot.wording.counting import count
from bot.wording.fitting import Section
from bot.wording.markdown import code, folded, plain, table

_ORDER: tuple[OutcomeName, ...] = get_args(OutcomeName)
_LONG = 10
_MOST = 400
_HEAD = ["file", "line", "package", "", "why"]


def every_pin(page: Page) -> list[PinVerdict]:
    """The verdicts on all of them."""
    return [verdict for plan in page.plans for verdict in plan.pins]


def pins_counted(page: Page) -> str:
    """One sentence with the numbers; empty where nothing is pinned."""
    verdicts = every_pin(page)
    if not verdicts:
        return ""
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    told = ", ".join(f"{outcomes[name]} {name}" for name in _ORDER if outcomes[name])
    files = len({verdict.pin.path for verdict in verdicts})
    aside = sum(verdict.apart is not None for verdict in verdicts)
    more = f"; {count(aside, 'move')} apart" if aside else ""
    return f"**{count(len(verdicts), 'package pin')} in {count(files, 'file')}**: {told}{more}."


def pins_section(page: Page) -> Section:
    """Each pin with its outcome; where that does not fit, those that are current go."""
    verdicts = sorted(every_pin(page), key=lambda one: (one.pin.path, one.pin.span))
    if not verdicts:
        return Section("")
    news = [verdict for verdict in verdicts if verdict.outcome != "current"]
    shorter = (_table(news, ", those that are current left out"),) if news else ()
    return Section(_table(verdicts, ""), "files", shorter)


def held_pins(page: Page) -> list[list[str]]:
    """What is held, a row each, as the dashboard tells what is held of images."""
    return [
        [code(one.pin.text), one.until or "no day is set", _place(one), plain(one.because)]
        for one in every_pin(page)
        if one.outcome == "held"
    ]


def pins_that_failed(page: Page) -> list[str]:
    """Each reason why packages could not be looked up, with the first of the places."""
    found: dict[str, PinVerdict] = {}
    for verdict in every_pin(page):
        if verdict.outcome == "failed":
            found.setdefault(verdict.because, verdict)
    return [
        f"{code(one.pin.text)} ({_place(one)}): {plain(because)}" for because, one in found.items()
    ]


def _table(verdicts: Sequence[PinVerdict], which: str) -> str:
    rows = [_row(verdict) for verdict in verdicts[:_MOST]]
    shown = table(_HEAD, rows)
    if len(verdicts) > _MOST:
        shown += f"\n\n{count(len(verdicts) - _MOST, 'more row')} would not fit here."
    title = f"Every package pin ({len(verdicts)}){which}"
    return f"### {title}\n\n{shown}" if len(rows) <= _LONG else folded(title, shown)


def _row(verdict: PinVerdict) -> list[str]:
    pin, offer = verdict.pin, verdict.offer or verdict.apart
    new = f" → {code(offer.new)}" if offer else ""
    line = str(pin.position.line)
    return [code(pin.path), line, f"{code(pin.text)}{new}", verdict.outcome, plain(verdict.because)]


def _place(verdict: PinVerdict) -> str:
    return code(f"{verdict.pin.path}:{verdict.pin.position.line}")
