"""
Read OSV records, as far as they tell what is affected, how badly, and what fixes it.

https://ossf.github.io/osv-schema/. A record that cannot be read is a `ValueError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.diff.ids import advisories
from bot.model import Severity
from bot.scanners import cvss
from bot.scanners.reading import Json, at, line, listed, loaded, mapping, mappings, text, texts
from bot.scanners.severity import of_word, worst

RECORD_LIMIT = 8 << 20
"""Bytes of one record: the largest are advisories with every version of every package."""

_NAMES = 5000
_MOST_ADVISORIES = 50
_END = re.compile(r"(?:\.html?)?(?:[?#].*)?$")
_OURS = "basewatch_advisories"
"""Where, in what is kept of a record, stands what was read of `references` and `related`."""

_UNWANTED = ("details", "references", "credits", "related")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a range: `kind` is introduced, fixed, last_affected or limit."""

    kind: str
    version: str


@dataclass(frozen=True, slots=True)
class Affected:
    """What a record says of one package."""

    ecosystem: str
    name: str
    ranges: tuple[tuple[Event, ...], ...]
    versions: frozenset[str]
    urgency: str
    severities: dict[str, Severity]


@dataclass(frozen=True, slots=True)
class Record:
    """
    One record; `severities` is by source, vendors' words before numbers.

    `advisories`: the ids of what distributions published, where it leads to them.
    """

    id: str
    modified: str
    withdrawn: bool
    aliases: tuple[str, ...]
    upstream: tuple[str, ...]
    summary: str
    severities: dict[str, Severity]
    affected: tuple[Affected, ...]
    advisories: tuple[str, ...] = ()


def slim(data: bytes) -> bytes:
    """The record without what is not read, as it is kept."""
    record = mapping(loaded(data))
    kept = {key: value for key, value in record.items() if key not in _UNWANTED}
    kept[_OURS] = list(_advisories(record))
    return json.dumps(kept, separators=(",", ":")).encode()


def read(data: bytes) -> Record:
    """The record in the bytes."""
    return of(loaded(data))


def of(told: Json) -> Record:
    """The record in what JSON gave."""
    name = text(at(told, "id"))
    if not name:
        raise ValueError("told a record without id")
    return Record(
        name,
        text(at(told, "modified")),
        bool(at(told, "withdrawn")),
        texts(at(told, "aliases"), _NAMES),
        texts(at(told, "upstream"), _NAMES),
        line(at(told, "summary")),
        _severities(name, told),
        tuple(map(_affected, mappings(at(told, "affected")))),
        _advisories(told),
    )


def _advisories(told: Json) -> tuple[str, ...]:
    """Of references each has its advisory's id at the end of its address."""
    pages = (text(entry.get("url")) for entry in mappings(at(told, "references")))
    ends = (_END.sub("", page.rstrip("/").rpartition("/")[2]) for page in pages)
    kept = texts(at(told, _OURS), _NAMES)
    return advisories((*ends, *texts(at(told, "related"), _NAMES), *kept))[:_MOST_ADVISORIES]


def severity(told: dict[str, Severity]) -> Severity:
    """The one to go by: what the vendor says, and else the number."""
    known = [word for source, word in told.items() if source != "cvss" and word != "unknown"]
    return worst(known) if known else told.get("cvss", "unknown")


def _severities(name: str, told: Json) -> dict[str, Severity]:
    found = _numbers(told)
    word = of_word(text(at(told, "database_specific", "severity")))
    if word != "unknown":
        found[name.partition("-")[0].lower()] = word
    return found


def _numbers(told: Json) -> dict[str, Severity]:
    """By the kinds of https://ossf.github.io/osv-schema/#severitytype-field."""
    found: dict[str, Severity] = {}
    numbers: dict[str, Severity] = {}
    for entry in mappings(at(told, "severity")):
        kind, score = text(entry.get("type")), text(entry.get("score"))
        if kind == "Ubuntu":
            found["ubuntu"] = of_word(score)
        elif kind.startswith("CVSS_"):
            numbers[kind] = cvss.severity(score)
    known = [numbers[kind] for kind in ("CVSS_V3", "CVSS_V2") if kind in numbers]
    if number := next((word for word in known if word != "unknown"), None):
        found["cvss"] = number
    return found


def _affected(told: Json) -> Affected:
    urgency = text(at(told, "ecosystem_specific", "urgency"))
    severities = _numbers(told)
    ecosystem = text(at(told, "package", "ecosystem"))
    if (word := of_word(urgency)) != "unknown":
        severities[ecosystem.partition(":")[0].lower()] = word
    return Affected(
        ecosystem,
        text(at(told, "package", "name")),
        tuple(tuple(_events(part)) for part in mappings(at(told, "ranges"))),
        frozenset(found for each in listed(at(told, "versions")) if (found := text(each))),
        urgency,
        severities,
    )


def _events(told: Json) -> Iterator[Event]:
    if text(at(told, "type")) != "ECOSYSTEM":
        return  # GIT and SEMVER order what is no package of a distribution
    for entry in mappings(at(told, "events")):
        for kind in ("introduced", "fixed", "last_affected", "limit"):
            if version := text(entry.get(kind)):
                yield Event(kind, version)
