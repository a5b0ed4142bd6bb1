"""`basewatch check` and `basewatch fix`: the plan for one tree, and writing it into the files."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import get_args

from bot import flow, wiring
from bot.cli import DONE, FAILED, FOUND, payload
from bot.cli.pins import pins_shown
from bot.cli.reports import Annotations, annotated, leave_plan
from bot.cli.scan import place, skips_shown, tell_if_unread
from bot.cli.text import Progress, clean, counted, note, out, paint, plural
from bot.model import Failure, LifeCycle, Offer, OutcomeName, Plan, Scope, Verdict
from bot.ports import Desk
from bot.wording.lifecycle import worry
from bot.wording.replaced import moved

OUTCOMES: tuple[OutcomeName, ...] = get_args(OutcomeName)


@annotated
def check(arguments: argparse.Namespace, said: Annotations) -> int:
    """Show the plan, and leave what was asked for about it."""
    plan, life, _ = _planned(arguments, Scope())
    if arguments.json:
        out(payload.printed(payload.check(arguments.path, plan, life)))
    else:
        plan_shown(plan, life, every_skip=arguments.skips)
    leave_plan(arguments, plan, life, said)
    return _code(plan, asked=arguments.exit_code)


def fix(arguments: argparse.Namespace) -> int:
    """Write the plan into the working tree; every file is written whole or not at all."""
    tree = wiring.work_tree(arguments.path)
    plan, life, desk = _planned(arguments, Scope(each=True))
    wishes = desk.wishes(tree) if desk.wishes else None
    written, failures = flow.fix(plan, tree.write, wishes, desk.clock())
    if arguments.json:
        out(payload.printed(payload.check(arguments.path, plan, life, written)))
    else:
        plan_shown(plan, life, every_skip=arguments.skips)
        out(f"Wrote {', '.join(map(clean, written))}." if written else "Nothing to write.")
    for failure in failures:
        _complain(failure)
    code = _code(plan, asked=arguments.exit_code)
    return FAILED if failures else code


def _planned(arguments: argparse.Namespace, scope: Scope) -> tuple[Plan, payload.Life, Desk]:
    progress = Progress()
    desk = wiring.desk(arguments.config, progress, note)
    tree = wiring.work_tree(arguments.path)
    try:
        plan = flow.check(tree, desk, scope)
    finally:
        progress.clear()
    tell_if_unread(arguments.path, plan.findings)
    return plan, wiring.life(desk.known(tree).life_cycles), desk


def _complain(failure: Failure) -> None:
    told = failure.reason.startswith(failure.subject)
    note(f"basewatch: {failure.reason if told else f'{failure.subject}: {failure.reason}'}")


def _code(plan: Plan, *, asked: bool) -> int:
    failed = [verdict for verdict in plan.verdicts if verdict.outcome == "failed"]
    if failed:
        first = failed[0]
        where = f"{first.use.path}:{first.use.position.line}"
        rest = f" (and {len(failed) - 1} more)" if failed[1:] else ""
        note(f"basewatch: {where}: {first.because}{rest}")
        return FAILED
    if lost := next((one for one in plan.pins if one.outcome == "failed"), None):
        note(f"basewatch: {lost.pin.path}:{lost.pin.position.line}: {lost.because}")
        return FAILED
    moves = any(one.offer for one in plan.verdicts) or any(one.offer for one in plan.pins)
    return FOUND if asked and moves else DONE


def plan_shown(plan: Plan, life: payload.Life, *, every_skip: bool = False) -> None:
    """Print a plan: each use with its outcome and the reason, file by file."""
    file = None
    for verdict in plan.verdicts:
        if verdict.use.path != file:
            file = verdict.use.path
            out(paint(clean(file), "bold"))
        _verdict_shown(verdict)
        _worries_shown(life(verdict.use.image))
    pins_shown(plan.pins)
    skips_shown(plan.findings.skips, every=every_skip)
    numbers = Counter(verdict.outcome for verdict in plan.verdicts)
    apart = sum(not (o.held or o.lost) for verdict in plan.verdicts for o in verdict.apart)
    aside = f" Proposed apart: {plural(apart, 'move')}." if apart else ""
    uses = plural(len(plan.verdicts), "use")
    if plan.verdicts or not plan.pins:
        out(f"{uses}: {counted((o, numbers[o]) for o in OUTCOMES)}.{aside}")
    if plan.pins:
        packages = Counter(verdict.outcome for verdict in plan.pins)
        said = counted((o, packages[o]) for o in OUTCOMES)
        apart = sum(verdict.apart is not None for verdict in plan.pins)
        aside = f" Proposed apart: {plural(apart, 'move')}." if apart else ""
        out(f"{plural(len(plan.pins), 'package pin')}: {said}.{aside}")


def _verdict_shown(verdict: Verdict) -> None:
    word = paint(f"{verdict.outcome:<8}", verdict.outcome)
    out(f"  {place(verdict.use):>8}  {word} {_move(verdict)}")
    _reason_shown(verdict)
    if verdict.equivalents:
        names = ", ".join(verdict.equivalents[:3])
        out(f"            {paint(f'the same image as {clean(names)}', 'dim')}")
    if verdict.replacement:
        out(f"            {paint(clean(moved(verdict.replacement)), 'held')}")
    for offer in verdict.apart:
        _apart_shown(offer)


def _apart_shown(offer: Offer) -> None:
    """A move of its own; why it is not proposed, where it has to wait or was not to be had."""
    word = "held" if offer.held else "failed" if offer.lost else "apart"
    out(f"            {paint(f'{word:<8}', word)} {_short(str(offer.new))}  ({offer.kind})")
    if offer.held or offer.lost:
        out(f"                     {paint(clean(offer.because), 'dim')}")


def _reason_shown(verdict: Verdict) -> None:
    """The reason, and what it warns of in lines of their own."""
    warnings = payload.warnings_of(verdict)
    because = verdict.because
    for warning in warnings:
        because = because.replace(f" {warning}", "", 1)
    out(f"            {paint(clean(because), 'dim')}")
    for warning in warnings:
        out(f"            {paint('warning:', 'held')} {clean(warning)}")


def _worries_shown(life: LifeCycle) -> None:
    """One line about what has ended or ends soon; nothing where all is well."""
    if life.worries:
        said = "; ".join(worry(cycle, life.day) for cycle in life.worries)
        out(f"            {paint(f'{said}.', 'dim')}")


def _move(verdict: Verdict) -> str:
    old = _short(str(verdict.use.image))
    if not verdict.offer:
        return old
    return f"{old} → {_short(str(verdict.offer.new))}  ({verdict.offer.kind})"


def _short(reference: str) -> str:
    """A reference with the first twelve digits of its digest; `--json` has the whole."""
    name, at, digest = reference.partition("@")
    return f"{name}@{digest[:19]}…" if at else name
