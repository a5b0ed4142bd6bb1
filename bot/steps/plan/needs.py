"""What must be looked up, so that it can be decided what has to change?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.image import ImageRef
from bot.model import Findings, Lookups, Policy, Scope
from bot.ports import Tags
from bot.steps.plan.age import pushed_is_told
from bot.steps.plan.choose import Choice, Chooser
from bot.steps.plan.chosen import chosen, samples
from bot.steps.plan.equal import likely_equivalents, wants_equivalents
from bot.steps.plan.look import to_look_at
from bot.steps.plan.ripe import instead, targets
from bot.steps.plan.same import told_digest
from bot.steps.plan.settle import needs_digest, takes_digest


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


class Needs:
    """What must be looked up for the plan of one tree, asked again and again as more is known."""

    def __init__(self, findings: Findings, policy: Policy, tags: Tags) -> None:
        self._findings = findings
        self._tags = tags
        self._chooser = Chooser(policy, tags)
        uses = [use for use in findings.uses if use.role != "label"]
        self._uses = samples(uses, self._chooser)

    def after(self, lookups: Lookups, scope: Scope) -> Needed:
        """
        What must be looked up, as far as that is known by now.

        Of several uses that would move to the same image, a `scope` without `each` takes the oldest
        present one for a sample, and the others only where that has platforms which the new one
        lacks. Without `apart`, the digests of separate moves are known where a listing told them,
        so that nobody need be asked. A tag that is too young is asked for, so that it is known
        since when.
        """
        choices = chosen(self._uses, self._findings, lookups, self._chooser)
        known = lookups.digests.keys()
        return Needed(
            images=frozenset(to_look_at(choices, lookups, scope)),
            tags=frozenset(_asked(choices, lookups, self._tags, apart=scope.apart) - known),
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
