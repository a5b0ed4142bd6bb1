"""Numbers as people say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def count(number: int, what: str) -> str:
    """A number and what there are so many of: `1 file`, `2 vulnerabilities`."""
    if number == 1:
        return f"1 {what}"
    # `vulnerability`, but not `day`.
    with_y = what.endswith("y") and what[-2:-1] not in "aeiou"
    return f"{number} {what[:-1]}ies" if with_y else f"{number} {what}s"


def listed(words: Sequence[str], most: int = 6) -> str:
    """Words in a row, those beyond so many only counted."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown


def spoken(words: Iterable[str]) -> str:
    """Words as a sentence lists them: `a, b and c`."""
    *firsts, last = [*words] or [""]
    return f"{', '.join(firsts)} and {last}" if firsts else last


def megabytes(size: int) -> str:
    """A number of bytes as people say it, in units of 1000."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"
