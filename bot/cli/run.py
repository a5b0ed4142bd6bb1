"""`basewatch run`: the bot; every configured repository, proposals created, updated and retired."""

from __future__ import annotations

import argparse

from bot import flow, wiring
from bot.cli import DONE, FAILED, payload
from bot.cli.text import Progress, clean, counted, note, out, paint, plural
from bot.model import Report, Verdict


def run(arguments: argparse.Namespace) -> int:
    """Run the bot once."""
    progress = Progress()
    desk = wiring.desk(arguments.config, progress, note)
    place = wiring.Place(arguments.path, arguments.branch, arguments.out)
    platform = wiring.platform(arguments.config, place, dry=arguments.dry_run)
    try:
        report = flow.run(desk, platform)
    finally:
        progress.clear()
    if arguments.json:
        out(payload.printed(payload.run(report, wiring.life(desk.life_cycles))))
    else:
        report_shown(report)
    return _code(report)


def _code(report: Report) -> int:
    failures = [f"{failure.subject}: {failure.reason}" for failure in report.failures]
    failures += [
        f"{outcome.repo} {outcome.branch}: {outcome.detail}"
        for outcome in report.outcomes
        if outcome.verb == "failed"
    ]
    for plan in report.plans:
        slug = plan.findings.snapshot.repo.slug
        for verdict in plan.verdicts:
            where = f"{slug}: {verdict.use.path}:{verdict.use.position.line}"
            failures += [f"{where}: {because}" for because in _failed(verdict)]
    for failure in failures:
        note(f"basewatch: {failure}")
    return FAILED if failures else DONE


def _failed(verdict: Verdict) -> list[str]:
    """Why a use, or what was to be proposed apart for it, could not be looked up."""
    if verdict.outcome == "failed":
        return [verdict.because]
    return [offer.because for offer in verdict.apart if not offer.edits]


def report_shown(report: Report) -> None:
    """Print what became of each proposal, then what each repository's uses came to."""
    for outcome in report.outcomes:
        detail = f"  ({clean(outcome.detail)})" if outcome.detail else ""
        out(f"{outcome.verb:<9} {paint(clean(outcome.title), 'bold')}{detail}")
        out(f"          {clean(outcome.where)}")
    for plan in report.plans:
        outcomes = [verdict.outcome for verdict in plan.verdicts]
        numbers = [(word, outcomes.count(word)) for word in dict.fromkeys(outcomes)]
        slug = clean(plan.findings.snapshot.repo.slug)
        out(f"{slug}: {plural(len(outcomes), 'use')}: {counted(numbers)}.")
