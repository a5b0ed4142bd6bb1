"""Vulnerabilities: how many of each severity, who says so, and each of them by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.model import OsRelease, Row, RowClass, ScannerWord, Severity, Unavailable, Vulnerabilities
from bot.wording.counting import count, spoken
from bot.wording.fitting import Section
from bot.wording.markdown import code, folded, link, plain, table
from bot.wording.severities import name_of, severity_of
from bot.wording.tallies import (
    BAD,
    Agreement,
    agreement,
    by_severity,
    is_fixable,
    of_kind,
)
from bot.wording.trackers import address, notice

_DATA = re.compile(r" \(data of [^()\n]{1,200}\)")
_DAY = re.compile(r"(?<![0-9])20[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])")
_COLUMNS: tuple[Severity, ...] = ("critical", "high", "medium", "low", "negligible", "unknown")
_ALWAYS = frozenset({"critical", "high", "medium", "low"})
_MOST = 120
"""Rows of one class that anyone reads."""

_NOTICES = 2
"""Advisories of one row that are linked to."""


def vulnerability_sections(
    found: Vulnerabilities | Unavailable | None, system: OsRelease | None = None
) -> Iterator[Section]:
    """
    The table with its line on the scanners, then each class of rows, folded.

    `system`: the distribution of the images, whose pages about them are linked to.
    """
    if found is None:
        return
    if isinstance(found, Unavailable):
        yield Section(f"### Vulnerabilities\n\nNot known: {plain(found.reason)}")
        return
    yield Section("\n\n".join(["### Vulnerabilities", *_summary(found)]))
    if found.conclusive:
        yield from _row_sections(found, system)


def without_data(text: str) -> str:
    """A text of ours without the days of the scanners' data: another day is no other evidence."""
    return _DATA.sub("", text)


def left_out(scanner: ScannerWord) -> str:
    """How many findings a scanner did not tell, and by what: Grype has rules that nobody wrote."""
    old, new = scanner.suppressed
    rules = "lists, VEX or its own rules" if scanner.scanner == "grype" else "lists or VEX"
    return f"left out {old} of the old and {new} of the new image, by {rules}"


def scanner_name(name: str) -> str:
    """A scanner's name as its makers write it."""
    return name_of(name)


def _summary(found: Vulnerabilities) -> Iterator[str]:
    if not found.conclusive:
        yield "**Inconclusive**: no scanner's word counts, so nothing is said of their number."
    elif found.rows:
        yield _table(found)
    else:
        yield "None is known in either image."
    if found.conclusive:
        yield _agreed(agreement(found))
    if doubts := [*_doubted(found.scanners)]:
        yield "\n".join(f"* {doubt}" for doubt in doubts)


def _day(database: str) -> str:
    """The day of a scanner's data, where it says one: the rest tells a person nothing."""
    day = _DAY.search(database)
    return day[0] if day else plain(database)


# ---------------------------------------------------------------- the table


def _table(found: Vulnerabilities) -> str:
    present = of_kind(found, "present")
    lines = [
        ("fixed", of_kind(found, "fixed")),
        ("gone with their package", of_kind(found, "gone")),
        ("introduced", of_kind(found, "introduced")),
        ("arrived with a new package", of_kind(found, "arrived")),
        ("still there, a fix exists", [row for row in present if is_fixable(row)]),
        ("still there, no fix yet", [row for row in present if not is_fixable(row)]),
        ("no longer found, for no reason", of_kind(found, "unexplained")),
    ]
    shown = [(name, rows) for name, rows in lines if rows or name in ("fixed", "introduced")]
    used = {severity for _, rows in shown for severity in by_severity(rows)} | _ALWAYS
    columns = [severity for severity in _COLUMNS if severity in used]
    return table(["", *columns], [_line(name, rows, columns) for name, rows in shown], numbers=True)


def _line(name: str, rows: Sequence[Row], columns: Sequence[Severity]) -> list[str]:
    counts = by_severity(rows)
    heavy = {"critical", "high"} if not name.startswith("still") else set()
    cells = [str(counts[column]) if column in counts else "–" for column in columns]
    bold = [column in heavy and column in counts for column in columns]
    return [name, *(f"**{c}**" if b else c for c, b in zip(cells, bold, strict=True))]


# ---------------------------------------------------------------- the scanners


def _agreed(told: Agreement) -> str:
    names = spoken(_introduced(scanner) for scanner in told.scanners)
    if len(told.scanners) == 1:
        return f"By {names} alone."
    if not told.total:
        return f"{names} agree on that."
    alone = [f"{number} only {scanner_name(name)} reports" for name, number in told.alone.items()]
    sentence = f"{names} agree on {told.agreed} of {count(told.total, 'row')}"
    return "; ".join([sentence, *alone]) + "."


def _introduced(scanner: ScannerWord) -> str:
    version = f" {plain(scanner.version)}" if scanner.version else ""
    data = f" (data of {_day(scanner.database)})" if scanner.database else ""
    return f"{scanner_name(scanner.scanner)}{version}{data}"


def _doubted(scanners: Sequence[ScannerWord]) -> Iterator[str]:
    for scanner in scanners:
        name = scanner_name(scanner.scanner)
        if scanner.unavailable:
            yield f"{name} was not to be had: {plain(scanner.unavailable)}"
        if scanner.inconclusive:
            yield f"**{name} is inconclusive**: {' '.join(map(plain, scanner.inconclusive))}"
        if any(scanner.suppressed):
            yield f"{name} {left_out(scanner)}."


# ---------------------------------------------------------------- the rows


def _row_sections(found: Vulnerabilities, system: OsRelease | None) -> Iterator[Section]:
    if rows := of_kind(found, *BAD):
        yield Section(_folded("Vulnerabilities introduced", rows, system))
    if rows := of_kind(found, "fixed", "gone"):
        whole = _folded("Vulnerabilities fixed or gone", rows, system)
        yield Section(whole, "rows", (_fewer(rows, system),))
    if rows := of_kind(found, "unexplained"):
        why = "The package is as it was, so this is the scanner's doing and no fix."
        title = "No longer found, for no reason"
        yield Section(_folded(title, rows, system, before=why), "remaining")
    if rows := of_kind(found, "present"):
        yield Section(_folded("Vulnerabilities that remain", rows, system), "remaining")


def _folded(
    title: str,
    rows: Sequence[Row],
    system: OsRelease | None,
    *,
    before: str = "",
    number: int = 0,
) -> str:
    """The rows, the worst on top, as many as anyone reads; `number` of them there are in all."""
    number = number or len(rows)
    head = ["", "package", "was", "now", "severity", "fixed in", "seen by"]
    shown = table(head, [_cells(row, system) for row in rows[:_MOST]])
    left = number - min(len(rows), _MOST)
    more = f"… and {left} more" if left else ""
    return folded(f"{title} ({number})", "\n\n".join(filter(None, [before, shown, more])))


def _fewer(rows: Sequence[Row], system: OsRelease | None) -> str:
    """The worst of them only."""
    worst = [row for row in rows if row.severity in {"critical", "high"}]
    if not worst:
        return f"{count(len(rows), 'vulnerability')} fixed or gone, none of them critical or high."
    return _folded("Vulnerabilities fixed or gone", worst, system, number=len(rows))


def _cells(row: Row, system: OsRelease | None) -> list[str]:
    name = link(plain(row.id), address(row, system))
    exploited = " 🔥 known exploited" if row.exploited else ""
    likely = f" EPSS {row.epss:.0%}" if row.epss is not None and row.epss >= 0.1 else ""
    return [
        f"{name}{exploited}{likely}{_advisories(row, system)}",
        code(row.package),
        code(row.old) if row.old else "–",
        code(row.new) if row.new else _now(row.kind),
        severity_of(row),
        code(row.fixed_in) if row.fixed_in else "–",
        ", ".join(map(scanner_name, row.by)),
    ]


def _now(kind: RowClass) -> str:
    return "gone" if kind == "gone" else "–"


def _advisories(row: Row, system: OsRelease | None) -> str:
    """In brackets, what its distribution published about it, the latest numbers first."""
    names = [name for name in reversed(row.advisories) if name != row.id]
    found = [(name, page) for name in names if (page := notice(name, system))]
    shown = ", ".join(link(plain(name), page) for name, page in found[:_NOTICES])
    return f" ({shown})" if shown else ""


__all__ = ["scanner_name", "vulnerability_sections"]
