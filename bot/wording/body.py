"""The body of a pull request: the facts first, one minute to decide, everything else folded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

from bot.model import Bump, Case, Difference, Evidence, OsRelease, Vulnerabilities
from bot.wording.colliding import collision_sections
from bot.wording.configuration import configuration_sections
from bot.wording.counting import count, megabytes
from bot.wording.files import file_section
from bot.wording.fitting import Section, fitted
from bot.wording.lacking import not_looked_at
from bot.wording.layers import step_sections
from bot.wording.markdown import LONGEST, code, comment, plain
from bot.wording.notes import note_sections
from bot.wording.packages import package_sections
from bot.wording.rebuilds import rebuild_sections
from bot.wording.remarks import remark
from bot.wording.table import comparison
from bot.wording.titles import short
from bot.wording.verdict import verdict
from bot.wording.vulnerabilities import vulnerability_sections
from bot.wording.warnings import warnings

LIMIT = 58_000
"""Characters of a body: GitHub takes 65,536 at most, and other forges more."""

_WAIT = re.compile(r"\btry again in [0-9]+ s\b")
"""What a registry says that limits how often it is asked: other seconds are no other evidence."""


def body(case: Case) -> str:
    """
    All that a reviewer needs in order to say yes or no, in at most `LIMIT` characters.

    The marker at its end has a hash of what is said, the dates of the scanners' data left out: as
    long as it is the same, the pull request needs no edit.
    """
    marker = comment(_marker(case))
    return f"{fitted(_sections(case), LIMIT - len(marker) - 4)}\n\n{marker}\n"


def _sections(case: Case) -> Iterator[Section]:
    yield Section(_summary(case))
    yield Section(warnings(case))
    yield from collision_sections(case)
    for evidence in case.evidence:
        yield Section(comparison(evidence, _same_today(case, evidence.bump)))
    yield from _why(case)
    for evidence in case.evidence:
        yield from evidence_sections(evidence, several=len(case.evidence) > 1)
    yield Section(not_looked_at(case.evidence))
    yield from rebuild_sections(case)
    yield file_section(case)
    yield Section(_what_you_can_do(case))


def evidence_sections(evidence: Evidence, *, several: bool = False) -> Iterator[Section]:
    """What was read from inside the images; under a heading where there are `several` moves."""
    found = [
        *vulnerability_sections(evidence.vulnerabilities, _system(evidence)),
        *package_sections(evidence.difference),
        *configuration_sections(evidence.difference),
        *step_sections(evidence.difference),
        *note_sections(evidence),
    ]
    if several and found:
        old, new = (str(i).partition("@")[0] for i in (evidence.bump.old, evidence.bump.new))
        yield Section(f"**{code(old)} → {code(new)}**")
    yield from found


def _system(evidence: Evidence) -> OsRelease | None:
    """The distribution of both images; None where it is another one, or not known."""
    if not isinstance(evidence.difference, Difference):
        return None
    old, new = evidence.difference.os
    return new if old and new and old.id == new.id else None


def _summary(case: Case) -> str:
    moves = case.update.moves
    files = len({move.use.path for move in moves})
    first = f"{count(len(moves), 'use')} in {count(files, 'file')}."
    told = [(evidence.bump, verdict(evidence)) for evidence in case.evidence]
    if len(told) == 1:
        return " ".join(filter(None, [first, told[0][1]]))
    named = [f"{code(str(bump.old))}: {said}" for bump, said in told if said]
    return "\n\n".join([first, *named])


def _same_today(case: Case, bump: Bump) -> str:
    """The most precise other name of the image that the present tag points at, if one is known."""
    names = (move.equivalents for move in case.update.moves if move.bump == bump)
    best = next((name for several in names for name in several), None)
    return f"; today the same image as {code(best)}" if best else ""


def _why(case: Case) -> Iterator[Section]:
    if all(move.use.role == "label" for move in case.update.moves):
        yield Section("**No build changes**: a label is to say again what its `FROM` says.")
        return
    sentences = dict.fromkeys(
        f"**{_moved_because(evidence.bump)}** {plain(evidence.new_tag.because)}"
        for evidence in case.evidence
    )
    yield Section("\n\n".join(sentences))


def _moved_because(bump: Bump) -> str:
    if bump.kind == "pin" and bump.old.effective_tag != bump.new.effective_tag:
        tag = code(bump.old.effective_tag or "")
        return f"Nothing is upgraded: {tag} and the proposed tag are the same image today."
    if bump.kind == "pin":
        return "Nothing is upgraded: the tag of today is written down with its digest."
    if bump.kind == "digest":
        return "The publisher pointed the tag at another image."
    if bump.kind in {"revision", "date"}:
        return "The publisher rebuilt the image under a new tag."
    if bump.kind == "variant":
        return _of_later_release(bump)
    return f"A new {bump.kind} version is published."


def _of_later_release(bump: Bump) -> str:
    if bump.old.repository == bump.new.repository:
        return "The same is published on a later release of its operating system."
    return f"This migrates: another image, {code(bump.new.name)}, is there for a later release."


_NAMED = 8
"""Images of a group that its last lines name."""


def _what_you_can_do(case: Case) -> str:
    return "\n".join(
        [
            "---",
            _whereof(case),
            "",
            _how_to_steer(case.update.moves[0].use.path),
            "This branch is made anew when its base or its target moves.",
        ]
    )


def _whereof(case: Case) -> str:
    """Which line moves, and why; of a group of several images, which they are."""
    moves = case.update.moves
    images = dict.fromkeys(str(move.use.image.repository) for move in moves)
    if len(images) > 1:
        first = ", ".join(map(code, list(images)[:_NAMED]))
        more = f" and {len(images) - _NAMED} more" if len(images) > _NAMED else ""
        return f"Group of {len(images)} images: {first}{more}."
    because = plain(moves[0].offer.because, 2 * LONGEST)
    return f"Line: {code(case.update.line)} of {code(next(iter(images)))}. {because}"


def _how_to_steer(path: str) -> str:
    hold, ignore = (
        remark(path, "basewatch: hold until 2027-01-31"),
        remark(path, "basewatch: ignore"),
    )
    if hold is None or ignore is None:
        return f"To leave it alone, write a rule for it in {code('basewatch.yaml')}."
    return f"To wait, write {code(hold)} above the line; to leave it alone, {code(ignore)}."


def _marker(case: Case) -> str:
    move = case.update.moves[0]
    said = "\n\n".join(section.text for section in _sections(_undated(case)))
    lasting = _WAIT.sub("try again later", said)
    seen = hashlib.sha256(lasting.encode("utf-8", "replace")).hexdigest()[:12]
    new = move.offer.new
    target = new.digest or new.tag
    return (
        f"basewatch line={move.use.image.repository}:{case.update.line} to={target} evidence={seen}"
    )


def _undated(case: Case) -> Case:
    """The case without what is new every day and means nothing: the age of scanners' data."""
    return replace(case, evidence=tuple(map(_without_dates, case.evidence)))


def _without_dates(evidence: Evidence) -> Evidence:
    found = evidence.vulnerabilities
    if not isinstance(found, Vulnerabilities):
        return evidence
    scanners = tuple(scanner._replace(database="") for scanner in found.scanners)
    return evidence._replace(vulnerabilities=found._replace(scanners=scanners))


__all__ = ["LIMIT", "body", "evidence_sections", "megabytes", "not_looked_at", "short"]
