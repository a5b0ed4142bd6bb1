"""`basewatch run`: the bot; every configured repository, proposals created, updated and retired."""

from __future__ import annotations

import argparse

from bot import flow, wiring
from bot.cli import DONE, FAILED, payload
from bot.cli.account import report_shown
from bot.cli.reports import Annotations, annotated, leave_report
from bot.cli.text import Progress, note, out
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
        report_shown(report, dry=arguments.dry_run)
    leave_report(arguments, report, life, said)
    return _code(report)


def _code(report: Report) -> int:
    failures = troubles(report)
    for failure in together(failures):
        note(f"basewatch: {failure.where}: {failure.why}")
    return FAILED if failures else DONE
