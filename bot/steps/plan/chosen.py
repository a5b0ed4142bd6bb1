"""Which tag should each use be on? Uses that share a variable move together or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Findings, Lookups, Use
from bot.steps.plan.choose import Choice, Chooser
from bot.steps.plan.frontends import in_step, moved_in_step
from bot.steps.plan.together import moved_together, sharing


def chosen(
    uses: Sequence[Use], findings: Findings, lookups: Lookups, chooser: Chooser
) -> tuple[Choice, ...]:
    """One choice for each use, none of them a label, in order; it depends on no digest."""
    choices = tuple([chooser.alone(use, lookups) for use in uses])
    return moved_in_step(moved_together(choices, findings))


def samples(uses: Sequence[Use], chooser: Chooser) -> tuple[Use, ...]:
    """Those of the uses whose choices tell those of all: most of a large tree name the same."""
    apart = {index for group in (*sharing(uses), *in_step(uses)) for index in group}
    kept: dict[object, Use] = {}
    for index, use in enumerate(uses):
        key = index if index in apart else _alike(use, chooser)
        kept.setdefault(key, use)
    return tuple(kept.values())


def _alike(use: Use, chooser: Chooser) -> tuple[object, ...]:
    return str(use.image), use.carries, use.marker, chooser.ruled(use)
