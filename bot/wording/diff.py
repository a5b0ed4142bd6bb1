"""What `diff` prints about two images: Markdown for a page, or text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from bot.model import (
    Difference,
    Evidence,
    Row,
    ScannerWord,
    SourceChange,
    Unavailable,
    Vulnerabilities,
)
from bot.wording.counting import count
from bot.wording.lacking import not_looked_at
from bot.wording.layers import layer_lines
from bot.wording.markdown import code
from bot.wording.provenance import provenance_row
from bot.wording.readable import readable
from bot.wording.severities import severity_of
from bot.wording.table import comparison, sizes
from bot.wording.tallies import by_severity, of_kind
from bot.wording.verdict import verdict
from bot.wording.vulnerabilities import left_out, scanner_name
from bot.wording.warnings import block, warnings_of

_WIDTH = 100
_KINDS = {
    "introduced": "introduced",
    "arrived": "arrived with a new package",
    "unexplained": "no longer found, for no reason",
    "fixed": "fixed",
    "gone": "gone with its package",
    "present": "still there",
}


_SAME = "Both are the same image today."


def markdown(evidence: Evidence) -> str:
    """All that is known of a move as a page of Markdown, nothing left out."""
    from bot.wording.body import evidence_sections  # plain text has none of them

    old, new = (code(str(image)) for image in (evidence.bump.old, evidence.bump.new))
    sections = [
        f"# {old} → {new}",
        _verdict(evidence),
        block(warnings_of(evidence)),
        comparison(evidence, proposed=False),
        *(section.text for section in evidence_sections(evidence)),
        not_looked_at((evidence,)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def text(evidence: Evidence) -> str:
    """
    The same as plain text, short enough for a terminal: no table, no row of what is still there.

    Control characters of foreign text are in it but for ends of lines, which would let a name of a
    package pose as a line of ours; who prints it takes care of the others.
    """
    lines = [
        f"{evidence.bump.old} → {evidence.bump.new}",
        "",
        *_wrapped(readable(_verdict(evidence))),
        *(line for said in warnings_of(evidence) for line in _wrapped(readable(said), "! ")),
        *_sizes(evidence),
        *layer_lines(evidence.difference),
        *_packages(evidence.difference),
        *_configuration(evidence.difference),
        *_origins(evidence),
        *_vulnerabilities(evidence.vulnerabilities),
        *_notes(evidence),
    ]
    for said in filter(None, not_looked_at((evidence,)).split("\n\n")):
        lines += ["", *_wrapped(readable(said))]
    return "\n".join(" ".join(line.splitlines()) for line in lines) + "\n"


def _wrapped(said: str, sign: str = "") -> list[str]:
    return textwrap.wrap(
        said, _WIDTH, initial_indent=sign, subsequent_indent=" " * len(sign), break_long_words=False
    )


def _sizes(evidence: Evidence) -> Iterator[str]:
    old, new = map(readable, sizes(evidence))
    if {old, new} != {"unknown"}:
        yield f"Size: {old} → {new}"
    found = evidence.difference
    if isinstance(found, Difference) and any(found.made):
        yield f"Made (as they say): {' → '.join(str(day or 'not said') for day in found.made)}"
    if evidence.platforms and (evidence.platforms.added or evidence.platforms.dropped):
        moves = {"+": evidence.platforms.added, "-": evidence.platforms.dropped}
        yield f"Platforms: {', '.join(f'{sign} {p}' for sign, ps in moves.items() for p in ps)}"


# ---------------------------------------------------------------- what differs


def _packages(found: Difference | Unavailable | None) -> Iterator[str]:
    if isinstance(found, Unavailable):
        yield from ("", f"Packages and configuration: {found.reason}")
    elif found and found.packages is None:
        yield from ("", *_wrapped(f"Packages: {found.unknown}"))
    elif found and found.packages is not None:
        old, new = found.counts
        same = "" if found.packages else ", all as they were"
        yield from ("", f"Packages: {old} → {new}{same}")
        width = min(max((len(change.source) for change in found.packages), default=0), 40)
        yield from (_change(change, width) for change in found.packages)


def _change(change: SourceChange, width: int) -> str:
    sign = {"added": "+", "removed": "-", "upgraded": "↑", "downgraded": "↓", "changed": "~"}
    versions = " → ".join(version for version in (change.old, change.new) if version)
    return f"  {sign[change.direction]} {change.source:{width}} {versions}"


def _configuration(found: Difference | Unavailable | None) -> Iterator[str]:
    if isinstance(found, Difference) and found.config:
        yield from ("", "Configuration:")
        for change in found.config:
            values = ""
            if change.what.endswith(f" {change.old or change.new}"):
                values = " is gone" if change.new is None else " is new"
            elif change.old is not None or change.new is not None:
                values = f" {_value(change.old)} → {_value(change.new)}"
            yield from _wrapped(f"{change.what}{values}: {change.meaning}", "  ")


def _origins(evidence: Evidence) -> Iterator[str]:
    for title, old, new in provenance_row(evidence):
        yield from ("", *_wrapped(readable(f"{title}: {old} → {new}")))


def _value(value: str | None) -> str:
    if value is None:
        return "not set"
    return value if len(value) <= _WIDTH else f"{value[:_WIDTH]}…"


def _vulnerabilities(found: Vulnerabilities | Unavailable | None) -> Iterator[str]:
    if found is None:
        return
    if isinstance(found, Unavailable):
        yield from ("", f"Vulnerabilities: {found.reason}")
        return
    yield from ("", "Vulnerabilities:" if found.conclusive else "Vulnerabilities: inconclusive")
    if found.conclusive:
        yield from _rows(found)
    if not found.scanners:
        yield "  No scanner was asked."
    for scanner in found.scanners:
        version = f" {scanner.version}" if scanner.version else ""
        yield from _wrapped(f"{scanner_name(scanner.scanner)}{version}: {_word(scanner)}", "  ")


def _word(scanner: ScannerWord) -> str:
    why = " ".join(filter(None, [scanner.unavailable, *scanner.inconclusive]))
    less = f"; it {left_out(scanner)}" if any(scanner.suppressed) else ""
    return why or f"its word counts{less}"


def _rows(found: Vulnerabilities) -> Iterator[str]:
    for kind, name in _KINDS.items():
        rows = [row for row in found.rows if row.kind == kind]
        if rows:
            yield f"  {name}: {_severities(rows)}"
    for row in of_kind(found, "introduced", "arrived", "fixed", "gone"):
        seen = ", ".join(map(scanner_name, row.by))
        severity = readable(severity_of(row))
        known = ", known exploited" if row.exploited else ""
        yield f"    {row.id} {severity} {row.package} ({_KINDS[row.kind]}{known}; {seen})"


def _severities(rows: Iterable[Row]) -> str:
    return ", ".join(f"{number} {severity}" for severity, number in by_severity(rows).items())


def _notes(evidence: Evidence) -> Iterator[str]:
    if evidence.notes:
        yield from ("", f"Release notes: {count(len(evidence.notes), 'note')}")
        yield from (f"  {note.title} {note.url}".rstrip() for note in evidence.notes)
    yield from (line for said in evidence.silent for line in _wrapped(said, "  "))


def _verdict(evidence: Evidence) -> str:
    return _SAME if evidence.is_same else verdict(evidence)
