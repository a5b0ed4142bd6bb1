"""Which stages of a Dockerfile a build needs that stops at one of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.formats.dockerfile.copies import Taking, copied, mounted
from bot.formats.dockerfile.places import Places
from bot.formats.dockerfile.stages import Stage, Stages
from bot.model import Skip


def needed(
    stages: Stages, takings: Iterable[tuple[bool, Taking]], places: Places, wanted: str
) -> set[int] | None:
    """
    The numbers of the stages that the wanted one is made of, itself among them.

    `None` where there is no such stage, or no telling what one of them builds on. BuildKit builds
    no others: https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage.
    """
    first = _stage(stages, wanted)
    if first is None:
        return None
    taken = _taken(stages, takings, places)
    found: set[int] = set()
    ahead = [first]
    while ahead:
        stage = ahead.pop()
        if stage.number not in found:
            found.add(stage.number)
            if isinstance(stage.mention, Skip) and stage.mention.reason != "scratch":
                if stage.alias is None:
                    return None
                ahead.append(stage.alias)
            ahead += taken.get(stage.number, ())
    return found


def _stage(stages: Stages, name: str) -> Stage | None:
    if stage := stages.by_name.get(name.lower()):
        return stage
    number = int(name) if name.isdecimal() and len(name) < len("1000000") else -1
    return stages.every[number] if 0 <= number < len(stages.every) else None


def _taken(
    stages: Stages, takings: Iterable[tuple[bool, Taking]], places: Places
) -> Mapping[int, list[Stage]]:
    """The stages that each takes files from, by its number."""
    lines = [stage.found.line for stage in stages.every]
    found: defaultdict[int, list[Stage]] = defaultdict(list)
    for is_copy, taking in takings:
        for mention in (copied if is_copy else mounted)(places, taking, stages.by_name):
            if isinstance(mention, Skip) and (other := _stage(stages, mention.text)):
                found[bisect_right(lines, taking.found.line) - 1].append(other)
    return found
