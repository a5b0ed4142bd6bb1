"""How a reference stands today, as `classify --online` shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.cli.text import clean

if TYPE_CHECKING:
    from bot.flow import Standing
    from bot.image import ImageRef


def online(stands: Standing) -> dict[str, Any]:
    """What `--online` adds to a reference in JSON."""
    seen = stands.history.of(stands.digest or "")
    return {
        "digest": stands.digest,
        "pushed": _moment(stands.pushed),
        "first_seen": _moment(seen and seen.first),
        "moves": stands.history.moves,
        "last_moved": _moment(stands.history.moved),
        "equivalents": list(stands.equivalents),
        "platforms": [clean(platform) for platform in stands.platforms],
        "failure": stands.failure and clean(stands.failure),
    }


def lines(image: ImageRef, stands: Standing) -> Iterator[str]:
    """What `--online` adds to a reference in text: a line for each thing that is known."""
    if stands.digest:
        other = image.digest not in {None, stands.digest}
        yield f"digest    {stands.digest}{', not the one that is written' if other else ''}"
    if stands.platforms:
        yield f"for       {', '.join(map(clean, stands.platforms))}"
    if stands.pushed:
        yield f"pushed    {_day(stands.pushed)}"
    if seen := stands.history.of(stands.digest or ""):
        yield f"seen      there since {_day(seen.first)}{_moves(stands)}"
    if stands.equivalents:
        yield f"same as   {', '.join(map(clean, stands.equivalents))}"


def _moves(stands: Standing) -> str:
    moved = stands.history.moved
    if moved is None:
        return ", never elsewhere"
    times = "once" if stands.history.moves == 1 else f"{stands.history.moves} times"
    return f"; moved {times}, last on {_day(moved)}"


def _day(when: dt.datetime) -> str:
    return f"{when:%Y-%m-%d}"


def _moment(when: dt.datetime | None) -> str | None:
    return f"{when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if when else None
