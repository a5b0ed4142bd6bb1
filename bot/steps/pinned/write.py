"""What files become whose pins move, and the pull requests that do it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from zlib import crc32

from bot.edits import rewrite
from bot.errors import EditError
from bot.formats import claimant, pins_of
from bot.model import (
    KINDS,
    Findings,
    Group,
    Kind,
    NewFile,
    PackagePin,
    PinVerdict,
    Plan,
    Proposal,
    SourceFile,
    Wishes,
)

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
    new = old._replace(text=rewrite(old.text, edits))
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


def branched(plan: Plan, by: Group) -> dict[str, tuple[PinVerdict, ...]]:
    """
    What moves, by branch: one for each file, or where a user wants that, for each directory.

    What is proposed on its own has a branch for each package, or what is built from one source.
    """
    found: defaultdict[str, list[PinVerdict]] = defaultdict(list)
    for verdict in plan.pins:
        if verdict.offer:
            found[branch_of(verdict.pin.path, by)].append(verdict)
    leading: dict[tuple[str, str], PackagePin] = {}
    for verdict in plan.pins:
        if aside := verdict.apart:
            pin = verdict.pin
            first = leading.setdefault((pin.path, aside.package.origin or f" {pin.name}"), pin)
            alone = verdict._replace(outcome="update", offer=aside, apart=None)
            found[_branch_apart(first, aside.kind)].append(alone)
    return {branch: tuple(verdicts) for branch, verdicts in found.items()}


def branch_of(path: str, by: Group = "line") -> str:
    """The branch of the pull request that moves the pins of a file by themselves."""
    if by == "directory":
        folder = path.rpartition("/")[0]
        return f"{_BRANCH}in-{_named(folder) or 'top'}-{_hash(folder)}"
    return f"{_BRANCH}{_named(path)}-{_hash(path)}"


def _branch_apart(pin: PackagePin, kind: Kind) -> str:
    return f"{_BRANCH}{_named(pin.path)}-{_hash(f'{pin.path} {pin.name}')}-{kind}"


def _named(words: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower()[:60]


def _hash(words: str) -> str:
    return f"{crc32(words.encode('utf-8', 'replace')):08x}"


def proposed(plan: Plan, wishes: Wishes, branch: str) -> Proposal:
    """The pull request of one branch that moves pins. Raises `EditError`."""
    from bot.pulls.templates import conventional
    from bot.wording.pins import body, target, title

    findings, verdicts = plan.findings, branched(plan, wishes.group)[branch]
    paths = dict.fromkeys(verdict.pin.path for verdict in verdicts)
    files = [findings.sources[path] for path in paths]
    said = title(verdicts)
    about = files[0].path if branch == branch_of(files[0].path) else branch
    return Proposal(
        snapshot=findings.snapshot,
        branch=branch,
        title=conventional(said, *wishes.conventional) if wishes.conventional else said,
        body=body(files, verdicts, about),
        files={
            path: repinned(findings, path, [one for one in verdicts if one.pin.path == path])
            for path in paths
        },
        target=target(verdicts),
        labels=wishes.labels,
        reviewers=wishes.reviewers,
        assignees=wishes.assignees,
        milestone=wishes.milestone,
        draft=wishes.draft,
        wishes=wishes,
        before={file.path: file.data() for file in files},
    )


def branches(plan: Plan, by: Group = "line") -> Iterator[str]:
    """The branches that stay: of what moves, and of what nobody could tell."""
    yield from branched(plan, by)
    for verdict in plan.pins:
        if verdict.outcome == "failed":
            yield branch_of(verdict.pin.path, by)
            yield from (_branch_apart(verdict.pin, kind) for kind in KINDS)
