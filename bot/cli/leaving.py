"""What a run or a check leaves behind for a CI: files, and marks in the files it was about."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.cli import payload
from bot.cli.reports import Annotations
from bot.cli.sarif_parts import steps_to
from bot.model import Plan, Report, Verb
from bot.wording import summary, workflow
from bot.wording.findings import Finding, Rule, Trouble, findings, together, troubles
from bot.wording.totals import CHANGED

_LEVELS: Mapping[Rule, workflow.Level] = {
    "failed": "error",
    "unpinned": "warning",
    "behind": "warning",
}
_OPEN: tuple[Verb, ...] = ("created", "updated", "rebased", "unchanged", "left")


# ---------------------------------------------------------------- a check


def of_plan(
    arguments: argparse.Namespace, plan: Plan, life: payload.Life, said: Annotations
) -> None:
    """Write what was asked for about a plan, and add its annotations."""
    found = _from_here(findings(plan), arguments.path)
    said += _by_level((_LEVELS[one.rule], _marked(_LEVELS[one.rule], one)) for one in found)
    if arguments.report:
        _write(arguments.report, payload.printed(payload.check(arguments.path, plan, life)))
    if arguments.summary:
        _append(arguments.summary, summary.of_plan(plan))
    if arguments.outputs:
        counts = Counter(verdict.outcome for verdict in plan.verdicts)
        both = counts + Counter(verdict.outcome for verdict in plan.pins)
        numbers = {name: counts[name] for name in summary.OUTCOMES}
        changes = both["update"] + both["pin"]
        _outputs(arguments, changes, both["failed"], {"counts": numbers})
    _leave_findings(arguments, found)


def _leave_findings(arguments: argparse.Namespace, found: list[Finding]) -> None:
    if arguments.codequality:
        from bot.cli.codequality import codequality

        _write(arguments.codequality, json.dumps(codequality(found), indent=1))
    if arguments.sarif:
        from bot.cli.sarif_plan import sarif

        _write(arguments.sarif, payload.printed(sarif(found)))


def _from_here(found: Iterable[Finding], path: str) -> list[Finding]:
    """Findings by their paths from the folder of this process, which a CI takes for the top."""
    steps = steps_to(path)
    return [replace(one, use=one.use._replace(path=f"{steps}{one.use.path}")) for one in found]


def _marked(level: workflow.Level, found: Finding) -> str:
    return workflow.annotation(level, found.said, found.use.path, *found.use.position)


def _by_level(marked: Iterable[tuple[workflow.Level, str]]) -> Annotations:
    lines: dict[workflow.Level, Annotations] = {"error": [], "warning": []}
    for level, line in marked:
        lines[level].append(line)
    return [line for level, some in lines.items() for line in workflow.shown(level, some)]


# ---------------------------------------------------------------- a run


def of_report(
    arguments: argparse.Namespace, report: Report, life: payload.Life, said: Annotations
) -> None:
    """Write what was asked for about a run, and add an annotation for all that failed."""
    failed = troubles(report)
    said += _by_level(("error", _told(trouble)) for trouble in together(failed))
    if arguments.report:
        _write(arguments.report, payload.printed(payload.run(report, life)))
    if arguments.summary:
        _append(arguments.summary, summary.of_report(report))
    if arguments.outputs:
        counts = Counter(outcome.verb for outcome in report.outcomes)
        numbers = {verb: counts[verb] for verb in summary.VERBS}
        lists = {"counts": numbers, "pull-requests": _addresses(report)}
        _outputs(arguments, sum(numbers[verb] for verb in CHANGED), len(failed), lists)


def _told(trouble: Trouble) -> str:
    """A place in a file is marked only where it is one of the repository that the step runs in."""
    if trouble.use and trouble.slug == os.environ.get("GITHUB_REPOSITORY"):
        use = trouble.use
        return workflow.annotation("error", trouble.why, use.path, *use.position)
    return workflow.annotation("error", f"{trouble.where}: {trouble.why}")


def _addresses(report: Report) -> list[str]:
    """Where the proposals are that are open now; a branch has no address."""
    wheres = [outcome.where for outcome in report.outcomes if outcome.verb in _OPEN]
    return [where for where in wheres if where.startswith(("https://", "http://"))]


# ---------------------------------------------------------------- files


def _outputs(
    arguments: argparse.Namespace, changes: int, failed: int, documents: Mapping[str, object]
) -> None:
    values = {"changes": str(changes), "failed": str(failed)}
    values |= {name: json.dumps(document) for name, document in documents.items()}
    if arguments.report:
        values["report"] = str(Path(arguments.report).absolute())
    _append(arguments.outputs, "".join(f"{workflow.output(*pair)}\n" for pair in values.items()))


def _write(path: str, text: str) -> None:
    Path(path).write_text(f"{text}\n", "utf-8", "replace")


def _append(path: str, text: str) -> None:
    with Path(path).open("a", encoding="utf-8", errors="replace") as file:
        file.write(text)
