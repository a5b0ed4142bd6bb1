"""
Step 5: what has to change? Pure: from findings and lookups to one verdict for each use.

It is asked several times in a run: which repositories to list; which images to look at and which
references to look up (the newest tag of each line is known by then), until there is nothing more;
and at last for the plan.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.image import ImageRef
from bot.model import Findings, Lookups, Plan, Policy, Scope, Use, Verdict
from bot.policy import Ruling, rulings
from bot.ports import Tags
from bot.steps.plan.age import pins, pushed_is_told
from bot.steps.plan.behind import told_behind
from bot.steps.plan.choose import Choice, choose, stopped
from bot.steps.plan.equal import likely_equivalents, wants_equivalents, with_equivalents
from bot.steps.plan.faithful import faithful
from bot.steps.plan.frontends import told_in_step
from bot.steps.plan.judge import judged
from bot.steps.plan.labels import with_labels
from bot.steps.plan.later import is_compared, with_later
from bot.steps.plan.look import to_look_at
from bot.steps.plan.migrate import names_to_list
from bot.steps.plan.ripe import instead, targets
from bot.steps.plan.same import told_digest, without_same_images
from bot.steps.plan.settle import (
    SHARED,
    needs_digest,
    settled,
    takes_digest,
    with_blocked,
    without_conflicts,
)

__all__ = [
    "Needed",
    "listings_needed",
    "lookups_needed",
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


@dataclass(frozen=True, slots=True)
class Needed:
    """
    What must be known and is not.

    `images` are to be looked at, which tells where their tags point, too, and so comes first;
    of `tags` only the digest is wanted; `older` are images by digest that must still be there, as
    what their tag points at now is too young. An answer may lead to further questions.
    """

    images: frozenset[ImageRef]
    tags: frozenset[ImageRef]
    older: frozenset[ImageRef]


def lookups_needed(
    findings: Findings, lookups: Lookups, policy: Policy, tags: Tags, scope: Scope
) -> Needed:
    """
    What must be looked up for the plan, as far as that is known by now.

    Of several uses that would move to the same image, a `scope` without `each` takes the oldest
    present one for a sample, and the others only where that has platforms which the new one lacks.
    Without `apart`, the digests of separate moves are known where a listing told them, so that
    nobody need be asked. A tag that is too young is asked for, so that it is known since when.
    """
    choices, known = choose(findings, lookups, policy, tags), lookups.digests.keys()
    return Needed(
        images=frozenset(to_look_at(choices, lookups, scope)),
        tags=frozenset(_asked(choices, lookups, tags, apart=scope.apart) - known),
        older=frozenset(_older(choices, lookups) - known),
    )


def _asked(
    choices: Sequence[Choice], lookups: Lookups, tags: Tags, *, apart: bool
) -> set[ImageRef]:
    needed: set[ImageRef] = set()
    for choice in choices:
        if needs_digest(choice):
            needed.add(choice.target)
        if takes_digest(choice):
            aside = {choice.use.image.at(candidate.tag) for candidate in choice.apart}
            if choice.migration:
                aside.add(choice.migration.new.at(choice.migration.new.effective_tag))
            needed |= {tag for tag in aside if apart or told_digest(tag, lookups)}
        if wants_equivalents(choice):
            needed.update(likely_equivalents(choice.target, lookups, tags))
        wait = [c for c in choice.waiting if apart or c.kind in choice.ruling.allow]
        young = {choice.use.image.at(candidate.tag) for candidate in wait}
        needed |= {tag for tag in young if not pushed_is_told(tag, lookups)}
    return needed


def _older(choices: Sequence[Choice], lookups: Lookups) -> set[ImageRef]:
    return {
        older
        for choice in choices
        if needs_digest(choice)
        for tag in targets(choice)
        if (older := instead(choice, tag, lookups))
    }


def plan(findings: Findings, lookups: Lookups, policy: Policy, tags: Tags) -> Plan:
    """Every use of the findings exactly once, with its outcome and the reason for it."""
    choices = with_equivalents(choose(findings, lookups, policy, tags), lookups, tags)
    verdicts = _all_settled(findings, choices, lookups, policy)
    if crowded := _crowded(verdicts, choices):
        # A digest without the more precise name is better than neither.
        choices = tuple(c._replace(renamed=None) if c.use.path in crowded else c for c in choices)
        verdicts = _all_settled(findings, choices, lookups, policy)
    told = told_behind(verdicts, findings.beside, lookups)
    return Plan(findings, tuple(_with_replacement(verdict, tags) for verdict in told))


def _with_replacement(verdict: Verdict, tags: Tags) -> Verdict:
    """The verdict with what became of its image; whoever ignores an image need not know."""
    found = None if verdict.reason == "ignored" else tags.replacement(verdict.use.image)
    return verdict._replace(replacement=found) if found else verdict


def _all_settled(
    findings: Findings, choices: Sequence[Choice], lookups: Lookups, policy: Policy
) -> tuple[Verdict, ...]:
    settled_alone = [settled(choice, lookups) for choice in choices]
    differing = zip(without_same_images(settled_alone), choices, strict=True)
    verdicts = [
        _warned(with_blocked(judged(verdict, choice, lookups), choice))
        for verdict, choice in differing
    ]
    told = zip(without_conflicts(verdicts), choices, strict=True)
    verdicts = [with_later(v, choice.later) for v, choice in told]
    return told_in_step(_in_step(findings, verdicts, policy), choices)


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
