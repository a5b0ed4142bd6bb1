"""What a whole run came to, in numbers."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple, get_args

from bot.model import Report, Verb
from bot.wording.findings import troubles

CHANGED: tuple[Verb, ...] = ("created", "updated", "rebased", "retired")


class Totals(NamedTuple):
    """
    How many proposals were `done` (created, updated, rebased or retired), needed nothing, and were
    `left` to people; `failed` is everything that could not be done, images looked up included.
    """

    done: int
    unchanged: int
    left: int
    failed: int


def totals(report: Report) -> Totals:
    """The numbers of a run."""
    by_verb = verbs(report)
    done = sum(by_verb[verb] for verb in CHANGED)
    return Totals(done, by_verb["unchanged"], by_verb["left"], len(troubles(report)))


def verbs(report: Report) -> dict[Verb, int]:
    """How many proposals came to each."""
    found = Counter(outcome.verb for outcome in report.outcomes)
    return {verb: found[verb] for verb in get_args(Verb)}
