"""What a run did, for people at a terminal: a table of what changed, then what it all came to."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, get_args

from bot.cli.text import clean, counted, out, paint, plural
from bot.model import Failure, Outcome, OutcomeName, Plan, Report, Verb
from bot.wording.findings import NAMED, Trouble, together
from bot.wording.totals import CHANGED, totals, verbs

_ORDER: tuple[Verb, ...] = ("failed", *CHANGED, "left")
_COLOURS: Mapping[Verb, str] = {
    "failed": "failed",
    "created": "update",
    "updated": "update",
    "rebased": "update",
    "retired": "pin",
    "left": "held",
}
_USES: tuple[OutcomeName, ...] = get_args(OutcomeName)
_NARROW, _WIDE = 80, 160
_SLUG = 28  # characters of the column of repositories; a longer name moves the next column
_VERB = 9
_DRY = "dry run"


class _Row(NamedTuple):
    verb: Verb
    repo: str
    what: str
    where: str = ""
    why: str = ""


def report_shown(report: Report, *, dry: bool = False) -> None:
    """
    Print what a run did: a table of all that changed, was left or failed, each with its address
    and the reason; a line for each repository; the totals. `dry`: before it, what would be written.
    """
    for outcome in (*report.outcomes, *report.dashboards):
        _writes_shown(outcome)
    _table_shown(_rows(report), dry=dry)
    for line in (*_repositories(report), *_passed(report)):
        _wrapped(line, 4)
    for line in _totals(report, dry=dry):
        _wrapped(line, 2)


# ---------------------------------------------------------------- what changed


def _rows(report: Report) -> list[_Row]:
    """What is worth a row, what failed first; each verb in the order of the run."""
    rows = [
        *(_of_failure(failure) for failure in _told_once(report.failures)),
        *_of_outcomes(report.outcomes),
        *(_of(page, "the dashboard") for page in report.dashboards),
    ]
    return sorted((r for r in rows if r.verb in _ORDER), key=lambda row: _ORDER.index(row.verb))


def _of_outcomes(outcomes: Sequence[Outcome]) -> Iterator[_Row]:
    """A row each; what waits for the same in one, where it is many: a limit holds for hundreds."""
    waiting = Counter(map(_waits_for, outcomes))
    told: set[tuple[str, str]] = set()
    for outcome in outcomes:
        row, wait = _of(outcome, outcome.title or outcome.branch), _waits_for(outcome)
        if not outcome.waits or waiting[wait] <= NAMED:
            yield row
        elif wait not in told:
            told.add(wait)
            yield row._replace(what=f"{row.what} and {waiting[wait] - 1:,} more", where="")


def _waits_for(outcome: Outcome) -> tuple[str, str]:
    return outcome.repo, outcome.waits


def _of(outcome: Outcome, what: str) -> _Row:
    why = outcome.detail.removeprefix(_DRY).removeprefix(": ")
    where = "" if outcome.where == outcome.repo else outcome.where
    return _Row(outcome.verb, outcome.repo, what, where, why)


def _told_once(failures: Sequence[Failure]) -> Iterator[Failure]:
    """Those of one reason in one row, where they are many: a forge that is away is away for all."""
    of = Counter(failure.reason for failure in failures)
    yield from (failure for failure in failures if of[failure.reason] <= NAMED)
    many = (Trouble(*failure) for failure in failures if of[failure.reason] > NAMED)
    yield from (Failure(trouble.where, trouble.why) for trouble in together(many))


def _of_failure(failure: Failure) -> _Row:
    repo, _, what = failure.subject.partition(" ")
    return _Row("failed", repo, what, why=failure.reason)


def _table_shown(rows: Sequence[_Row], *, dry: bool) -> None:
    if not rows:
        return
    width = min(_SLUG, max(len("repository"), *(len(clean(row.repo)) for row in rows)))
    head = "would be" if dry else "outcome"
    out(paint(f"{head:<{_VERB}}{'repository':<{width}}  proposal", "bold"))
    for row in rows:
        _row_shown(row, width)
    out()


def _row_shown(row: _Row, width: int) -> None:
    repo, further = clean(row.repo), _VERB + width + 2
    verb = paint(f"{row.verb:<{_VERB}}", _COLOURS[row.verb])
    what = _lines(" " * further, clean(row.what), further)
    if len(repo) <= width and row.what:
        what[0] = f"{verb}{repo:<{width}}  {what[0].lstrip()}"
    else:
        what = [f"{verb}{repo}", *(what if row.what else [])]
    texts = (row.where, *row.why.split("\n"))
    told = (_lines(" " * _VERB, clean(text), _VERB) for text in texts if text)
    for line in (*what, *chain.from_iterable(told)):
        out(line)


def _writes_shown(outcome: Outcome) -> None:
    """What a dry run would write about one proposal, line by line."""
    if not outcome.writes:
        return
    out(paint(clean(f"{outcome.repo}: {outcome.title or outcome.branch}"), "bold"))
    for line in outcome.writes:
        out(f"  {clean(line)}".rstrip())
    out()


# ---------------------------------------------------------------- what did not


def _repositories(report: Report) -> Iterator[str]:
    """A line for each repository: what was as it should be, and what its uses came to."""
    plans: defaultdict[str, list[Plan]] = defaultdict(list)
    for plan in report.plans:
        plans[plan.findings.snapshot.repo.slug].append(plan)
    same = Counter(each.repo for each in report.outcomes if each.verb == "unchanged")
    busy = {each.repo for each in report.outcomes} | {
        failure.subject.partition(" ")[0] for failure in report.failures
    }
    for slug, mine in plans.items():
        told = f"{plural(same[slug], 'proposal')} unchanged; " if same[slug] else ""
        told = told if slug in busy else "nothing to do; "
        yield clean(f"{slug}: {told}{_uses(mine)}.")


def _uses(plans: Sequence[Plan]) -> str:
    found = Counter(verdict.outcome for plan in plans for verdict in plan.verdicts)
    if not found:
        return "no use of a base image"
    where = f" on {len(plans)} branches" if len(plans) > 1 else ""
    numbers = counted((name, found[name]) for name in _USES)
    return f"{plural(found.total(), 'use')}{where}: {numbers}"


def _passed(report: Report) -> Iterable[str]:
    return (clean(f"{each.repo}: passed over: {each.because}.") for each in report.passed)


def _totals(report: Report, *, dry: bool) -> Iterator[str]:
    """The last lines: how much was done, was not, and what that took."""
    all_, by_verb = totals(report), verbs(report)
    parts = counted((verb, by_verb[verb]) for verb in CHANGED)
    done = f"{all_.done} {'to be done' if dry else 'done'}{f' ({parts})' if all_.done else ''}"
    repos = len({plan.findings.snapshot.repo.slug for plan in report.plans})
    where = f"{repos} {'repository' if repos == 1 else 'repositories'}"
    yield (
        f"In {where}: {done}, {all_.unchanged} unchanged, {all_.left} left, {all_.failed} failed."
    )
    lookups = all_.failed - by_verb["failed"] - len(report.failures)
    if lookups:
        yield f"Of these, {plural(lookups, 'use')} could not be looked up: standard error says why."
    if report.calls:
        yield f"The forge was asked: {counted((what, n) for what, n in report.calls.items())}."
    if dry:
        yield "This was a dry run: nothing was written."


# ---------------------------------------------------------------- lines


def _wrapped(text: str, further: int) -> None:
    for line in _lines("", text, further):
        out(line)


def _lines(start: str, text: str, further: int) -> list[str]:
    """The text in lines that fit, after `start`; the later ones so far in. No address is broken."""
    return textwrap.wrap(
        text,
        _width(),
        initial_indent=start,
        subsequent_indent=" " * further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width() -> int:
    """Of a terminal its own, within reason; of a file, or a pipe, what all can read."""
    if not sys.stdout.isatty():
        return _NARROW
    return max(_NARROW, min(shutil.get_terminal_size().columns, _WIDE))
