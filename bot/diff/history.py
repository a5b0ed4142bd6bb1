"""Which steps of a build came, went or read otherwise, by what two images tell of their history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.diff.config.environment import without_secrets
from bot.model import StepChange

_MOST = 200
"""Steps on either side, without those at both ends that are alike, that are matched one by one."""

_ARGUMENTS = re.compile(r"\|\d+ .*?(?=/bin/\w*sh -)", re.DOTALL)


def step_changes(old: Sequence[str], new: Sequence[str]) -> tuple[StepChange, ...] | None:
    """
    What differs, in the order of the new history; a step is told without what hides in it.

    A step reads otherwise where in its place is another one of the same instruction. None where
    either image tells nothing of its history.
    """
    if not (old and new):
        return None
    before, after = ([_bare(step) for step in steps] for steps in (old, new))
    return tuple(each for gone, come in _gaps(before, after) for each in _told(gone, come))


def _bare(step: str) -> str:
    """A step without what builders put around it."""
    return step.removeprefix("/bin/sh -c #(nop)").removesuffix("# buildkit").strip()


def _gaps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The runs of steps of either side between the steps that both have."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(old), len(new)) > _MOST:
        yield old, new
        return
    at, other = 0, 0
    for i, j in [*_common(old, new), (len(old), len(new))]:
        if at < i or other < j:
            yield old[at:i], new[other:j]
        at, other = i + 1, j + 1


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next(
        (n for n, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new))
    )


def _common(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the longest row of steps is that both have in one order."""
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            same = old[i] == new[j]
            further = longest[i + 1][j], longest[i][j + 1]
            longest[i][j] = longest[i + 1][j + 1] + 1 if same else max(further)
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            yield i, j
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1


def _told(gone: Sequence[str], come: Sequence[str]) -> Iterator[StepChange]:
    left = [(_instruction(step), step) for step in gone]
    for step in come:
        instruction = _instruction(step)
        before = next((each for each in left if each[0] == instruction), None)
        if before is None:
            yield StepChange("added", "", without_secrets(step))
        else:
            left.remove(before)
            yield StepChange("changed", without_secrets(before[1]), without_secrets(step))
    yield from (StepChange("removed", without_secrets(step), "") for _, step in left)


def _instruction(step: str) -> str:
    """`ENV`, `COPY`; a bare command, as the older builder writes them, is a `RUN`."""
    if _ARGUMENTS.match(step) or step.startswith("/bin/"):
        return "RUN"
    return step.partition(" ")[0]
