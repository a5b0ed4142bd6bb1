"""What a move does about vulnerabilities, by every scanner whose word counts."""

from __future__ import annotations

from collections.abc import Mapping

from bot.diff.vulnerabilities.guards import (
    Ended,
    believable,
    of_support,
    without_silent,
    word_of,
)
from bot.diff.vulnerabilities.matching import grouped
from bot.diff.vulnerabilities.rows import Sides, ordered, row
from bot.model import Contents, Scanned, Unavailable, Vulnerabilities


def compared(
    scanned: Mapping[str, Scanned | Unavailable],
    old: Contents,
    new: Contents,
    ended: Ended = (None, None),
) -> Vulnerabilities:
    """
    One row for each vulnerability of each source package, by scanner name → what it says.

    Scanners that are inconclusive, or not to be had, are named with the reason and have no part in
    any row: where none is left, nothing is known, and the number of rows means nothing. The order
    of rows and scanners is the same for the same input. `ended`: the releases of the systems of
    both that nobody fixes any more, which no scanner's data is whole about.
    """
    doubts = tuple(of_support(*ended))
    words = without_silent(
        [word_of(name, scanned[name], (old, new), doubts) for name in sorted(scanned)], scanned
    )
    believed = {
        word.scanner: found
        for word in words
        if believable(word) and isinstance(found := scanned[word.scanner], Scanned)
    }
    sides = Sides(old, new, believed)
    rows = [row(group, sides) for group in grouped(believed)]
    return Vulnerabilities(words, ordered(rows))


__all__ = ["Ended", "compared"]
