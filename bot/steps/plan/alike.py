"""Think once about uses that differ in nothing but the file they are in: trees hold copies."""

from __future__ import annotations

from collections.abc import Callable

from bot.model import Span, Verdict
from bot.steps.plan.choose import Choice


class Alike:
    """
    Verdicts on uses, those on copies of a use made from the first of them.

    What makes them must look at nothing but the choice and what it is given besides, and there at
    anything but the path.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Span, str], tuple[object, Verdict]] = {}

    def of(self, choice: Choice, make: Callable[[], Verdict], so_far: Verdict | None) -> Verdict:
        """The verdict on a choice by what was `so_far`; asks `make` where it has none like it."""
        use = choice.use
        # Parts of copies are the same objects, so that comparing them takes no time.
        parts = use[1:], choice[1:], so_far and so_far[1:]
        before, verdict = self._known.get((use.span, use.text), (None, None))
        if verdict is not None and before == parts:
            return Verdict._make((use, *verdict[1:]))  # as `_replace` does, at a third of its cost
        verdict = make()
        self._known[use.span, use.text] = parts, verdict
        return verdict
