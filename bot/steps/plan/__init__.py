"""
Step 5: what has to change? Pure: from findings and lookups to one verdict for each use.

It is asked several times in a run: which repositories to list; which images to look at and which
references to look up (the newest tag of each line is known by then), until there is nothing more;
and at last for the plan.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from bot.image import ImageRef
from bot.model import Findings, Lookups, Plan, Policy, Use, Verdict
from bot.policy import Ruling, rulings
from bot.ports import Tags
from bot.steps.plan.age import pins
from bot.steps.plan.alike import Alike
from bot.steps.plan.behind import told_behind
from bot.steps.plan.choose import Choice, Chooser, stopped
from bot.steps.plan.chosen import chosen
from bot.steps.plan.equal import with_equivalents
from bot.steps.plan.faithful import faithful
from bot.steps.plan.frontends import told_in_step
from bot.steps.plan.judge import judged
from bot.steps.plan.labels import with_labels
from bot.steps.plan.later import is_compared, with_later
from bot.steps.plan.migrate import names_to_list
from bot.steps.plan.needs import Needed, Needs
from bot.steps.plan.same import without_same_images
from bot.steps.plan.settle import SHARED, settled, with_blocked, without_conflicts

__all__ = [
    "Needed",
    "Needs",
    "listings_needed",
    "pins",
    "plan",
]


def listings_needed(findings: Findings, policy: Policy, tags: Tags) -> set[ImageRef]:
    """One image of each repository whose tags must be listed, because other tags can succeed."""
    ruled = rulings(policy)
    uses = [use for use in findings.uses if use.role != "label"]
    free = [use for use in uses if not stopped(use, ruled(use), policy)]
    wanted = [use.image for use in free if _wants_list(use, ruled(use), tags)]
    return {
        *(image.at(image.effective_tag) for image in wanted),
        *(name for use in free for name in names_to_list(use.image, ruled(use), tags)),
    }


def _wants_list(use: Use, ruled: Ruling, tags: Tags) -> bool:
    return is_compared(use.image, ruled, tags) or ruled.pin == "immutable"


def plan(findings: Findings, lookups: Lookups, policy: Policy, tags: Tags) -> Plan:
    """Every use of the findings exactly once, with its outcome and the reason for it."""
    uses = [use for use in findings.uses if use.role != "label"]
    choices = chosen(uses, findings, lookups, Chooser(policy, tags))
    choices = with_equivalents(choices, lookups, tags)
    verdicts = _all_settled(findings, choices, lookups, policy)
    if crowded := _crowded(verdicts, choices):
        # A digest without the more precise name is better than neither.
        choices = tuple(c._replace(renamed=None) if c.use.path in crowded else c for c in choices)
        verdicts = _all_settled(findings, choices, lookups, policy)
    told = told_behind(verdicts, findings, lookups)
    return Plan(findings, tuple(_with_replacement(verdict, tags) for verdict in told))


def _with_replacement(verdict: Verdict, tags: Tags) -> Verdict:
    """The verdict with what became of its image; whoever ignores an image need not know."""
    found = None if verdict.reason == "ignored" else tags.replacement(verdict.use.image)
    return verdict._replace(replacement=found) if found else verdict


def _all_settled(
    findings: Findings, choices: Sequence[Choice], lookups: Lookups, policy: Policy
) -> tuple[Verdict, ...]:
    alone, looked_at = Alike(), Alike()
    told = [alone.of(each, partial(settled, each, lookups), None) for each in choices]
    verdicts = [
        looked_at.of(choice, partial(_looked_at, verdict, choice, lookups), verdict)
        for verdict, choice in zip(without_same_images(told), choices, strict=True)
    ]
    fitting = zip(without_conflicts(verdicts), choices, strict=True)
    verdicts = [with_later(v, choice.later) for v, choice in fitting]
    return told_in_step(_in_step(findings, verdicts, policy), choices)


def _looked_at(verdict: Verdict, choice: Choice, lookups: Lookups) -> Verdict:
    """The verdict by what the images say, and with what there is to be said of it besides."""
    return _warned(with_blocked(judged(verdict, choice, lookups), choice))


def _crowded(verdicts: Sequence[Verdict], choices: Sequence[Choice]) -> Collection[str]:
    """The files where a tag was to be renamed and uses that share their text stand in the way."""
    renamed = {choice.use.path for choice in choices if choice.renamed}
    return renamed & {verdict.use.path for verdict in verdicts if verdict.reason == SHARED}


def _warned(verdict: Verdict) -> Verdict:
    """The verdict, its reason followed by what there is to be warned of about its tag."""
    if verdict.facts is None or verdict.outcome == "skipped":
        return verdict
    return verdict._replace(because=" ".join((verdict.because, *verdict.facts.warnings)))


def _in_step(
    findings: Findings, verdicts: Sequence[Verdict], policy: Policy
) -> tuple[Verdict, ...]:
    """All verdicts, labels included; what is held for a label's sake holds further labels."""
    while True:
        whole = faithful(findings, with_labels(findings, verdicts, policy))
        rest = [verdict for verdict in whole if verdict.use.role != "label"]
        # Each round holds one offer more or is the last.
        if rest == list(verdicts):
            return whole
        verdicts = rest
