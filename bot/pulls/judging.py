"""What the evidence says about a pull request itself: how urgent it is, and who may merge it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.model import Case, Condition, Evidence, Kind, Row, Urgency, Vulnerabilities
from bot.wording.warnings import warnings

_SOLVED = frozenset({"fixed", "gone"})
_BROUGHT = frozenset({"introduced", "arrived"})


@dataclass(frozen=True, slots=True)
class Automerge:
    """What a forge may merge by itself: moves of these kinds only, and all of `only_if` holding."""

    kinds: frozenset[Kind] = frozenset()
    only_if: frozenset[Condition] = frozenset({"nothing_introduced", "no_warnings"})


def urgency_of(evidence: Iterable[Evidence]) -> Urgency:
    """The worst that a proposal does away with, by scanners that are conclusive."""
    rows = [row for row in _rows(evidence) if row.kind in _SOLVED]
    if any(row.exploited for row in rows):
        return "exploited"
    severities = {row.severity for row in rows}
    if "critical" in severities:
        return "critical"
    if "high" in severities:
        return "high"
    return "fixes" if rows else "ordinary"


def against_automerge(case: Case, policy: Automerge) -> str:
    """Why a person has to merge this, as a clause; empty where the forge may by the policy."""
    kinds = {move.offer.kind for move in case.update.moves}
    if not kinds <= policy.kinds:
        return f"moves of kind {', '.join(sorted(kinds - policy.kinds))} are merged by people"
    moves = {move.bump for move in case.update.moves if move.use.role != "label"}
    if any(bump.old.repository != bump.new.repository for bump in moves):
        return "another image takes over"
    if not moves <= {evidence.bump for evidence in case.evidence}:
        return "there is a move without evidence"
    if "no_warnings" in policy.only_if and warnings(case):
        return "there are warnings"
    return next(filter(None, (_against(e, policy) for e in case.evidence)), "")


def _against(evidence: Evidence, policy: Automerge) -> str:
    """What one move's vulnerabilities say; an image that stays the same has none to tell."""
    asked = policy.only_if & {"nothing_introduced", "fixes_something"}
    if not asked:
        return ""
    found = evidence.vulnerabilities
    if evidence.is_same:
        return "it fixes nothing" if "fixes_something" in asked else ""
    if not isinstance(found, Vulnerabilities) or not found.conclusive:
        return "nothing certain is known about vulnerabilities"
    kinds = {row.kind for row in found.rows}
    if "nothing_introduced" in asked and kinds & _BROUGHT:
        return "it introduces vulnerabilities"
    if "fixes_something" in asked and not kinds & _SOLVED:
        return "it fixes nothing"
    return ""


def _rows(evidence: Iterable[Evidence]) -> Iterator[Row]:
    for each in evidence:
        if isinstance(each.vulnerabilities, Vulnerabilities) and each.vulnerabilities.conclusive:
            yield from each.vulnerabilities.rows
