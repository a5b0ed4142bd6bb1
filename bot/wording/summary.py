"""The summary of a run or a check: Markdown for the page that a CI shows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from bot.model import Outcome, OutcomeName, PinVerdict, Plan, Report, Verb, Verdict
from bot.wording.counting import count
from bot.wording.findings import Trouble, short, together, troubles
from bot.wording.markdown import code, folded, link, plain, prose, table

OUTCOMES: tuple[OutcomeName, ...] = get_args(OutcomeName)
VERBS: tuple[Verb, ...] = get_args(Verb)
_CHANGES = ("update", "pin", "failed")

MOST = 200_000
"""Bytes of one table: GitHub takes a MiB of Markdown from a step, or nothing."""


def of_report(report: Report) -> str:
    """What a run did, what it could not do, and what it left alone and why."""
    verdicts = [verdict for plan in report.plans for verdict in plan.verdicts]
    done = counted((outcome.verb for outcome in report.outcomes), VERBS)
    told = f"{count(len(report.outcomes), 'proposal')}: {done}." if done else "Nothing to propose."
    where = f" in {count(len(report.plans), 'repository')}"
    return _page(
        "basewatch",
        f"{told} {_uses(verdicts, where)}.",
        _proposals(report.outcomes),
        _troubles(together(troubles(report))),
        _held(report.plans),
        _dashboards(report.dashboards),
        _repositories(report.plans) if len(report.plans) > 1 else "",
    )


def of_plan(plan: Plan) -> str:
    """What would move, and what is held, skipped or could not be looked up."""
    changing = [verdict for verdict in plan.verdicts if verdict.outcome in _CHANGES]
    others = [verdict for verdict in plan.verdicts if verdict.outcome not in _CHANGES]
    return _page(
        "basewatch check",
        f"{_uses(plan.verdicts)}.",
        _verdicts(changing),
        folded(f"Nothing to do ({len(others)})", _verdicts(others)) if others else "",
        _pins(plan.pins),
    )


def _pins(verdicts: Sequence[PinVerdict]) -> str:
    rows = [
        [
            verdict.outcome,
            code(f"{verdict.pin.path}:{verdict.pin.position.line}"),
            code(verdict.pin.text),
            code(verdict.offer.new) if verdict.offer else "",
            prose(verdict.because),
        ]
        for verdict in sorted(verdicts, key=lambda one: one.outcome not in _CHANGES)
    ]
    head = ["outcome", "where", "package", "becomes", "why"]
    return folded(f"Package pins ({len(rows)})", _bounded(head, rows)) if rows else ""


def counted(words: Iterable[str], order: Sequence[str]) -> str:
    """`2 created, 1 failed`, in the order given; what there is none of is left out."""
    numbers = Counter(words)
    return ", ".join(f"{numbers[word]} {word}" for word in order if numbers[word])


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"## {title}", *filter(None, parts)]) + "\n"


def _uses(verdicts: Sequence[Verdict], where: str = "") -> str:
    told = counted((verdict.outcome for verdict in verdicts), OUTCOMES)
    return f"{count(len(verdicts), 'use')}{where}{f': {told}' if told else ''}"


def _proposals(outcomes: Sequence[Outcome]) -> str:
    rows = [
        [each.verb, link(plain(each.title), each.where), code(each.repo), prose(each.detail)]
        for each in sorted(outcomes, key=lambda outcome: VERBS.index(outcome.verb))
    ]
    return _bounded(["", "proposal", "repository", "why"], rows)


def _troubles(found: Sequence[Trouble]) -> str:
    rows = [[code(trouble.where), prose(trouble.why)] for trouble in found]
    return _titled("Could not be done", _bounded(["where", "why"], rows))


def _dashboards(outcomes: Sequence[Outcome]) -> str:
    rows = [
        [link(plain(each.repo), each.where), each.verb, prose(each.detail)] for each in outcomes
    ]
    return folded(f"Dashboards ({len(rows)})", _bounded(["", "", "why"], rows)) if rows else ""


def _titled(title: str, content: str) -> str:
    return f"### {title}\n\n{content}" if content else ""


def _held(plans: Iterable[Plan]) -> str:
    rows = [
        [code(f"{plan.findings.snapshot.repo.slug}: {_place(verdict)}"), *_why(verdict)]
        for plan in plans
        for verdict in plan.verdicts
        if verdict.outcome == "held"
    ]
    held = _bounded(["where", "image", "why"], rows)
    return folded(f"Held ({len(rows)})", held) if rows else ""


def _why(verdict: Verdict) -> tuple[str, str]:
    return code(short(str(verdict.use.image))), plain(verdict.because)


def _verdicts(verdicts: Sequence[Verdict]) -> str:
    rows = [
        [verdict.outcome, code(_place(verdict)), image, _new(verdict), why]
        for verdict in verdicts
        for image, why in [_why(verdict)]
    ]
    return _bounded(["outcome", "where", "image", "becomes", "why"], rows)


def _new(verdict: Verdict) -> str:
    return code(short(str(verdict.offer.new))) if verdict.offer else ""


def _place(verdict: Verdict) -> str:
    return f"{verdict.use.path}:{verdict.use.position.line}"


def _repositories(plans: Iterable[Plan]) -> str:
    rows = []
    for plan in plans:
        numbers = Counter(verdict.outcome for verdict in plan.verdicts)
        cells = [str(numbers[name] or "") for name in OUTCOMES]
        rows.append([code(plan.findings.snapshot.repo.slug), str(len(plan.verdicts)), *cells])
    head = ["repository", "uses", *OUTCOMES]
    return folded(f"Repositories ({len(rows)})", _bounded(head, rows, numbers=True))


def _bounded(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = False) -> str:
    """A table of the rows that fit; below it, how many did not. Nothing where there are none."""
    left, fitting = MOST, 0
    for row in rows:
        left -= sum(len(cell.encode("utf-8", "replace")) + 3 for cell in row)
        if left < 0:
            break
        fitting += 1
    if not rows:
        return ""
    shown = table(head, rows[:fitting], numbers=numbers)
    more = len(rows) - fitting
    return f"{shown}\n\n{count(more, 'more row')} would not fit here." if more else shown
