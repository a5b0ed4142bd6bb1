"""
Step 5: what has to change? Pure: from findings and lookups to one verdict for each use.

It is asked three times in a run: which repositories to list, which references to look up (the
newest tag of each line is known by then), and at last for the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.image import ImageRef, Repository
from bot.model import Failure, Findings, Lookups, Plan, Policy, TagList, Verdict
from bot.policy import ruling
from bot.ports import Tags
from bot.steps.plan.choose import choose, stopped
from bot.steps.plan.faithful import faithful
from bot.steps.plan.labels import with_labels
from bot.steps.plan.settle import needs_digest, settled, takes_digest, without_conflicts

__all__ = ["listings_needed", "plan", "references_needed"]


def listings_needed(findings: Findings, policy: Policy, tags: Tags) -> set[ImageRef]:
    """One image of each repository whose tags must be listed, because other tags can succeed."""
    return {
        use.image.at(use.image.effective_tag)
        for use in findings.uses
        if use.role != "label"
        and not stopped(use, ruling(policy, use), policy)
        and tags.ordered(use.image)
    }


def references_needed(
    findings: Findings,
    lists: Mapping[Repository, TagList | Failure],
    policy: Policy,
    tags: Tags,
    *,
    apart: bool = False,
) -> set[ImageRef]:
    """The references whose digest must be known; with `apart`, those of separate moves too."""
    needed: set[ImageRef] = set()
    for choice in choose(findings, lists, policy, tags):
        if needs_digest(choice):
            needed.add(choice.target)
        if apart and takes_digest(choice):
            needed.update(choice.use.image.at(candidate.tag) for candidate in choice.apart)
    return needed


def plan(findings: Findings, lookups: Lookups, policy: Policy, tags: Tags) -> Plan:
    """Every use of the findings exactly once, with its outcome and the reason for it."""
    choices = choose(findings, lookups.tags, policy, tags)
    verdicts = [_warned(settled(choice, lookups)) for choice in choices]
    return Plan(findings, _in_step(findings, without_conflicts(verdicts), policy))


def _warned(verdict: Verdict) -> Verdict:
    """The verdict, its reason followed by what there is to be warned of about its tag."""
    if verdict.facts is None or verdict.outcome == "skipped":
        return verdict
    return replace(verdict, because=" ".join((verdict.because, *verdict.facts.warnings)))


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
