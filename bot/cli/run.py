"""`basewatch run`: the bot; every configured repository, proposals created, updated and retired."""

from __future__ import annotations

import argparse

from bot import flow, wiring
from bot.cli import DONE, FAILED, payload
from bot.cli.reports import Annotations, annotated, leave_report
from bot.cli.text import Progress, clean, counted, note, out, paint, plural
from bot.model import Report
from bot.wording.findings import together, troubles


@annotated
def run(arguments: argparse.Namespace, said: Annotations) -> int:
    """Run the bot once, and leave what was asked for about it."""
    progress = Progress()
    desk = wiring.desk(arguments.config, progress, note)
    place = wiring.Place(
        arguments.path,
        arguments.branch,
        arguments.out,
        arguments.platform,
        tuple(arguments.repo),
    )
    platform = wiring.platform(arguments.config, place, dry=arguments.dry_run)
    try:
        report = flow.run(desk, platform)
    finally:
        progress.clear()
    life = wiring.life(desk.life_cycles)
    if arguments.json:
        out(payload.printed(payload.run(report, life)))
    else:
        report_shown(report)
    leave_report(arguments, report, life, said)
    return _code(report)


def _code(report: Report) -> int:
    failures = troubles(report)
    for failure in together(failures):
        note(f"basewatch: {failure.where}: {failure.why}")
    return FAILED if failures else DONE


def report_shown(report: Report) -> None:
    """Print what became of each proposal, then what each repository's uses came to."""
    for outcome in report.outcomes:
        detail = f"  ({clean(outcome.detail)})" if outcome.detail else ""
        out(f"{outcome.verb:<9} {paint(clean(outcome.title), 'bold')}{detail}")
        out(f"          {clean(outcome.where)}")
        for line in outcome.writes:
            out(f"            {clean(line)}")
    for page in report.dashboards:
        if page.verb != "unchanged":
            detail = f" ({clean(page.detail)})" if page.detail else ""
            out(f"{clean(page.repo)}: dashboard {page.verb}{detail}: {clean(page.where)}")
    for plan in report.plans:
        outcomes = [verdict.outcome for verdict in plan.verdicts]
        numbers = [(word, outcomes.count(word)) for word in dict.fromkeys(outcomes)]
        slug = clean(plan.findings.snapshot.repo.slug)
        out(f"{slug}: {plural(len(outcomes), 'use')}: {counted(numbers)}.")
    for passed in report.passed:
        out(f"{clean(passed.repo)}: passed over: {clean(passed.because)}.")
    if report.calls:
        asked = counted([(what, many) for what, many in report.calls.items()])
        out(f"The forge was asked: {asked}.")
