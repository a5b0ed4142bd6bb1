"""What scanners say of two images, for the JSON document about them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, get_args

from bot.model import SEVERITIES, Unavailable
from bot.model.vulnerabilities import RowClass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.cli.payload import Document
    from bot.model import Row, ScannerWord, Vulnerabilities

KINDS: tuple[RowClass, ...] = get_args(RowClass)


def vulnerabilities(found: Vulnerabilities | Unavailable | None) -> Document | Unavailable:
    """
    The scanners, the rows and their counts by class and severity.

    Where no scanner's word counts, rows and counts are unavailable: there may be any number.
    """
    if found is None:
        return Unavailable("No scanner was asked.")
    if isinstance(found, Unavailable):
        return found
    gap = None if found.conclusive else Unavailable(doubt(found))
    return {
        "conclusive": found.conclusive,
        "scanners": [_scanner(word) for word in found.scanners],
        "rows": gap or [_row(row) for row in found.rows],
        "counts": gap or _counts(found.rows),
    }


def doubt(found: Vulnerabilities) -> str:
    """Why nothing is known though scanners were asked."""
    if not found.scanners:
        return "No scanner was asked."
    return " ".join(f"{word.scanner}: {why(word)}" for word in found.scanners)


def why(word: ScannerWord) -> str:
    """Why a scanner's word does not count; empty where it does."""
    return " ".join(filter(None, (word.unavailable, *word.inconclusive)))


def _scanner(word: ScannerWord) -> Document:
    old, new = word.suppressed
    return {
        "name": word.scanner,
        "version": word.version or None,
        "database": word.database or None,
        "unavailable": word.unavailable or None,
        "inconclusive": list(word.inconclusive),
        "suppressed": None if word.unavailable else {"old": old, "new": new},
    }


def _row(row: Row) -> Document:
    return {
        "id": row.id,
        "package": row.package,
        "family": row.family,
        "severity": row.severity,
        "class": row.kind,
        "by": list(row.by),
        "severities": dict(sorted(row.severities.items())),
        "old": row.old or None,
        "new": row.new or None,
        "fixed_in": row.fixed_in or None,
        "state": row.state,
        "exploited": row.exploited or None,  # that nobody says so is no "no"
        "epss": row.epss,
        "title": row.title or None,
        "url": row.url or None,
        "advisories": list(row.advisories),
    }


def _counts(rows: Iterable[Row]) -> Document:
    found = Counter((row.kind, row.severity) for row in rows)
    worst_first = SEVERITIES[::-1]
    return {kind: {each: found[kind, each] for each in worst_first} for kind in KINDS}
