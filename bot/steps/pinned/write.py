"""What files become whose pins move, and the pull request that does it: one for each file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from zlib import crc32

from bot.edits import rewrite
from bot.errors import EditError
from bot.formats import claimant, pins_of
from bot.model import Findings, NewFile, PinVerdict, Plan, Proposal, SourceFile, Wishes

_BRANCH = "basewatch/packages-"


def moving(plan: Plan) -> dict[str, tuple[PinVerdict, ...]]:
    """The pins that move, by file."""
    found: defaultdict[str, list[PinVerdict]] = defaultdict(list)
    for verdict in plan.pins:
        if verdict.offer:
            found[verdict.pin.path].append(verdict)
    return {path: tuple(verdicts) for path, verdicts in found.items()}


def repinned(findings: Findings, path: str, verdicts: Sequence[PinVerdict]) -> NewFile:
    """
    A file as it becomes; read again, it must pin what was meant and otherwise what it did.

    Raises `EditError` where it does not.
    """
    old = findings.sources[path]
    offers = {verdict.pin.span: verdict.offer for verdict in verdicts if verdict.offer}
    edits = [edit for offer in offers.values() for edit in offer.edits]
    new = SourceFile(path, rewrite(old.text, edits))
    meant = [
        (name, operator, offers[span].new if span in offers else version, label)
        for (name, operator, version, label), span in _said(old)
    ]
    if [said for said, _ in _said(new)] != meant:
        raise EditError(f"{path} does not read back as it was meant to; it is left as it is")
    return NewFile(new.data(), findings.modes[path])


def _said(file: SourceFile) -> list[tuple[tuple[str, str, str, str], object]]:
    format_ = claimant(file)
    pins = pins_of(file, format_) if format_ else ()
    return [((pin.name, pin.operator, pin.version, pin.label), pin.span) for pin in pins]


def branch_of(path: str) -> str:
    """The branch of the pull request that moves the pins of a file."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-").lower()[:60]
    return f"{_BRANCH}{words}-{crc32(path.encode('utf-8', 'replace')):08x}"


def proposed(plan: Plan, wishes: Wishes, path: str) -> Proposal:
    """The pull request that moves the pins of one file. Raises `EditError`."""
    from bot.pulls.templates import conventional
    from bot.wording.pins import body, target, title

    findings, verdicts = plan.findings, moving(plan)[path]
    said = title(path, verdicts)
    return Proposal(
        snapshot=findings.snapshot,
        branch=branch_of(path),
        title=conventional(said, *wishes.conventional) if wishes.conventional else said,
        body=body(findings.sources[path], verdicts),
        files={path: repinned(findings, path, verdicts)},
        target=target(verdicts),
        labels=wishes.labels,
        reviewers=wishes.reviewers,
        assignees=wishes.assignees,
        milestone=wishes.milestone,
        draft=wishes.draft,
        wishes=wishes,
        before={path: findings.sources[path].data()},
    )


def branches(plan: Plan) -> Iterator[str]:
    """The branches that stay: of what moves, and of what nobody could tell."""
    for verdict in plan.pins:
        if verdict.offer or verdict.outcome == "failed":
            yield branch_of(verdict.pin.path)
