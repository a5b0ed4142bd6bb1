"""How many vulnerabilities there are of each kind, and how far the scanners agree on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.model import SEVERITIES, Row, RowClass, ScannerWord, Severity, Vulnerabilities

GOOD: tuple[RowClass, ...] = ("fixed", "gone")
BAD: tuple[RowClass, ...] = ("introduced", "arrived")


class Agreement(NamedTuple):
    """Of `total` rows, how many each conclusive scanner sees, and how many one alone does."""

    scanners: tuple[ScannerWord, ...]
    total: int
    agreed: int
    alone: dict[str, int]


def of_kind(found: Vulnerabilities, *kinds: RowClass) -> list[Row]:
    """The rows of some classes."""
    return [row for row in found.rows if row.kind in kinds]


def by_severity(rows: Iterable[Row]) -> dict[Severity, int]:
    """How many rows there are of each severity that there is, the worst first."""
    counts = Counter(row.severity for row in rows)
    return {severity: counts[severity] for severity in reversed(SEVERITIES) if counts[severity]}


def is_fixable(row: Row) -> bool:
    """Whether a version that fixes it is there to be had."""
    return row.state == "fixed" or bool(row.fixed_in)


def believed(found: Vulnerabilities) -> tuple[ScannerWord, ...]:
    """The scanners whose word counts."""
    return tuple(s for s in found.scanners if not s.unavailable and not s.inconclusive)


def agreement(found: Vulnerabilities) -> Agreement:
    """How far the scanners agree, row by row."""
    scanners = believed(found)
    names = {scanner.scanner for scanner in scanners}
    agreed = sum(1 for row in found.rows if names <= set(row.by))
    alone = Counter(row.by[0] for row in found.rows if len(row.by) == 1)
    only = {name: alone[name] for name in sorted(names) if alone[name] and len(names) > 1}
    return Agreement(scanners, len(found.rows), agreed, only)


def worst_of(rows: Sequence[Row]) -> str:
    """A note in brackets on how many are critical, high or known exploited; empty where none is."""
    counts = by_severity(rows)
    exploited = sum(row.exploited for row in rows)
    told: dict[str, int] = {s: counts[s] for s in ("critical", "high") if s in counts}
    told |= {"known exploited": exploited} if exploited else {}
    # Of one alone it goes without saying how many are critical.
    words = [name if len(rows) == 1 else f"{number} {name}" for name, number in told.items()]
    return f" ({', '.join(words)})" if words else ""
