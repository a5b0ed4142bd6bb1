"""Vulnerabilities of a new image as SARIF, for code scanning."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot import __version__
from bot.cli.carried import carried
from bot.cli.evidence_vulnerabilities import doubt, why
from bot.cli.sarif_parts import place, place_of, said
from bot.model import SEVERITIES, Unavailable

if TYPE_CHECKING:
    from bot.cli.payload import Document
    from bot.image import ImageRef
    from bot.model import Evidence, Row, RowClass, Severity, Use, Vulnerabilities

MOST_RESULTS = 25_000
MOST_LOCATIONS = 100
"""
GitHub rejects a run of more results, and shows no more locations of one.

https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

_STATES: dict[RowClass, str] = {
    "introduced": "new",
    "arrived": "new",
    "present": "unchanged",
    "fixed": "absent",
    "gone": "absent",
}
"""Rows of class `unexplained` are no results: in the new image nobody sees them."""

_LEVELS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "unknown": "warning",
}
_SCORES: dict[Severity, str] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "2.0",
    "negligible": "0.1",
}
"""In the middle of what GitHub takes for each severity: a word is all that all scanners give."""

_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{0,1000})?"
)


def sarif(evidence: Evidence, uses: Sequence[Use] = (), *, gone: bool = False) -> Document:
    """
    SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): what is known of the new image.

    One run. A result's places are those of `uses`; the image's name where there are none. What the
    new image does not have any more is left out, since GitHub takes every result for an alert; with
    `gone` it is there as `absent`. Where nothing is known there are no `results`, which is another
    thing than an empty list: that would close every alert.
    """
    return carried(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [_run(evidence, uses, _rows(evidence.vulnerabilities, gone=gone))],
        }
    )


def _run(evidence: Evidence, uses: Sequence[Use], rows: list[Row] | None) -> Document:
    image = evidence.bump.new
    shown = (rows or [])[:MOST_RESULTS]
    rules = _rules(shown)
    order = {rule["id"]: index for index, rule in enumerate(rules)}
    places = _places(image, uses)
    results = [{**_result(row, image, places), "ruleIndex": order[_id(row)]} for row in shown]
    return {
        "tool": {"driver": {"name": "basewatch", "version": __version__, "rules": rules}},
        "automationDetails": {"id": f"basewatch/{image.repository}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": rows is not None,
                "toolExecutionNotifications": [*_notices(evidence.vulnerabilities, rows)],
            }
        ],
        "properties": {"old": str(evidence.bump.old), "new": str(image)},
        **({} if rows is None else {"results": results}),
    }


def _rows(found: Vulnerabilities | Unavailable | None, *, gone: bool) -> list[Row] | None:
    """What becomes results, the worst first; None where nothing is known."""
    if found is None or isinstance(found, Unavailable) or not found.conclusive:
        return None
    wanted = {"new", "unchanged", "absent"} if gone else {"new", "unchanged"}
    rows = [row for row in found.rows if _STATES.get(row.kind) in wanted]
    return sorted(rows, key=_urgency)


def _urgency(row: Row) -> tuple[object, ...]:
    absent = _STATES[row.kind] == "absent"
    severity = -SEVERITIES.index(row.severity)
    return absent, severity, not row.exploited, row.id, row.package, row.family


def _notices(
    found: Vulnerabilities | Unavailable | None, rows: list[Row] | None
) -> Iterator[Document]:
    """Why a scanner's word, or every one's, does not count; what did not fit."""
    if found is None or isinstance(found, Unavailable):
        yield _notice("error", found.reason if found else "No scanner was asked.")
        return
    for word in found.scanners:
        if reason := why(word):
            yield _notice("warning" if found.conclusive else "error", f"{word.scanner}: {reason}")
    if not found.scanners:
        yield _notice("error", doubt(found))
    if rows and len(rows) > MOST_RESULTS:
        least = f"{len(rows) - MOST_RESULTS:,} of {len(rows):,} results, the least severe,"
        yield _notice("warning", f"{least} were left out: code scanning takes {MOST_RESULTS:,}.")


def _notice(level: str, text: str) -> Document:
    return {"level": level, "message": {"text": said(text)}}


# ---------------------------------------------------------------- rules: one for each vulnerability


def _rules(rows: Iterable[Row]) -> list[Document]:
    """By id, each of the worst row that has it."""
    worst: dict[str, Row] = {}
    for row in sorted(rows, key=_urgency):
        worst.setdefault(_id(row), row)
    return [_rule(name, worst[name]) for name in sorted(worst)]


def _rule(name: str, row: Row) -> Document:
    about = f"{name}: {said(row.title, 200)}" if row.title else name
    told = ", ".join(f"{who} {severity}" for who, severity in sorted(row.severities.items()))
    score = _SCORES.get(row.severity)
    return {
        "id": name,
        "shortDescription": {"text": about},
        "fullDescription": {"text": about},
        "help": {"text": said(f"{name}: {row.severity} ({told or 'nobody says why'}).")},
        "helpUri": _help(name, row),
        "defaultConfiguration": {"level": _LEVELS.get(row.severity, "note")},
        "properties": {
            "precision": "high",
            "tags": ["security", "vulnerability"],
            **({"security-severity": score} if score else {}),
        },
    }


def _help(name: str, row: Row) -> str:
    if _ADDRESS.fullmatch(row.url):
        return row.url
    return f"https://osv.dev/vulnerability/{quote(name, safe=':', errors='replace')}"


def _id(row: Row) -> str:
    return said(row.id, 255)


# ---------------------------------------------------------------- results: one for each row


def _result(row: Row, image: ImageRef, places: Sequence[Document]) -> Document:
    part = {"name": said(row.package), "kind": "package"}
    return {
        "ruleId": _id(row),
        "level": _LEVELS.get(row.severity, "note"),
        "baselineState": _STATES[row.kind],
        "message": {"text": _message(row, image)},
        "locations": [{**each, "logicalLocations": [part]} for each in places],
        "partialFingerprints": _fingerprints(row, image),
        "properties": {
            "class": row.kind,
            "by": list(row.by),
            "severity": row.severity,
            "state": row.state,
            "exploited": row.exploited or None,
            "epss": row.epss,
        },
    }


def _message(row: Row, image: ImageRef) -> str:
    seen = f"Seen by {', '.join(row.by)}."
    if _STATES[row.kind] == "absent":
        return said(f"{row.package} {row.old} had {row.id} ({row.severity}). {seen}")
    fix = f"fixed in {row.fixed_in}" if row.fixed_in else _UNFIXED[row.state]
    where = image.at(image.tag)  # a digest would read as a mention
    has = f"{row.package} {row.new} in {where} has {row.id} ({row.severity}; {fix})."
    known = " It is known to be exploited." if row.exploited else ""
    return f"{said(has)}{known} {said(seen)}"


_UNFIXED = {
    "fixed": "fixed in a later version",
    "not-fixed": "not fixed yet",
    "wont-fix": "will not be fixed",
    "unknown": "no fix known",
}


def _fingerprints(row: Row, image: ImageRef) -> Document:
    """The same for as long as that package of the repository's images has it."""
    parts = (str(image.repository), row.family, row.package, row.id)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
    return {"primaryLocationLineHash": f"{digest}:1", "basewatch/v1": digest}


def _places(image: ImageRef, uses: Sequence[Use]) -> list[Document]:
    """Where the image is named; without a file, its name stands for one, as scanners have it."""
    if not uses:
        return [place(quote(str(image.repository), safe="/"), {"startLine": 1})]
    spots = sorted({(use.path, *use.position, use.text) for use in uses})
    return [place_of(*spot) for spot in spots[:MOST_LOCATIONS]]
