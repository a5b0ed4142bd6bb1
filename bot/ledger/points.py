"""Single sightings of one reference, which of them are worth keeping, and the history they tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from bot.model import History, Sighting

SETTLED = 3600
"""Seconds; runs may write down what they saw in any order, if none comes later than this."""

MOST = 64
"""How many points are kept of one reference at most: the newest."""


class Point(NamedTuple):
    """That a reference pointed at a digest at one moment: seconds since 1970, UTC."""

    at: int
    digest: str


def history(points: Iterable[Point]) -> History:
    """What the points tell, in whatever order they come."""
    runs = (list(run) for _, run in groupby(sorted(points), key=lambda point: point.digest))
    return History(tuple(Sighting(run[0].digest, _utc(run[0]), _utc(run[-1])) for run in runs))


def thinned(points: Iterable[Point], most: int = MOST) -> list[Point]:
    """
    The points without which the history would be another one, and the latest.

    A point between two others of its digest tells nothing, once nothing can come between any more.
    So the outcome is the same in whatever order the points are added, if none is added later
    than `SETTLED`.
    """
    ordered = sorted(points)
    kept = _without_middles(ordered, ordered[-1].at - SETTLED) if ordered else []
    if len(kept) > most:
        kept = _without_middles(kept, ordered[-1].at + 1)
    return kept[-most:]


def _without_middles(ordered: Sequence[Point], settled: int) -> list[Point]:
    padded: list[Point | None] = [None, *ordered, None]
    around = zip(padded, ordered, padded[2:], strict=False)
    return [
        point
        for before, point, after in around
        if not (
            before
            and after
            and before.digest == point.digest == after.digest
            and after.at < settled
        )
    ]


def _utc(point: Point) -> dt.datetime:
    return dt.datetime.fromtimestamp(point.at, dt.UTC)
