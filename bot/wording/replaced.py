"""Say that an image's publisher replaced it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import Move, Replaced


def moved(replaced: Replaced) -> str:
    """What became of an image and what a person can do, as full sentences."""
    if replaced.image is None:
        return f"{replaced.because} Choose another image by hand."
    return f"{replaced.because} It moved to {replaced.image}; change it by hand."


def replacements(moves: Iterable[Move]) -> tuple[str, ...]:
    """Those sentences for each image of some moves that was replaced, each once."""
    said = ((move.use.image.name, move.replacement) for move in moves)
    return tuple(dict.fromkeys(f"{name}: {moved(what)}" for name, what in said if what))
