"""Step 7: what does the pull request say, and what do its files become?"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from bot.edits import rewrite
from bot.errors import EditError
from bot.formats import asked, second_opinion, uses_of, uses_of_all
from bot.formats.beside import in_agreement, rebuilt, releases_after
from bot.image import ImageRef
from bot.model import (
    BaseMove,
    Beside,
    Broken,
    Bump,
    Case,
    Difference,
    Evidence,
    Findings,
    Manner,
    Move,
    NewFile,
    Proposal,
    Rebuilt,
    SourceFile,
    Span,
    Use,
    Vulnerabilities,
)


def propose(case: Case) -> Proposal:
    """Write the pull request that a case argues for. Raises `EditError`."""
    # What a body tells of evidence takes longer to load than a check does to plan.
    from bot.pulls.groups import directory_of, target_of
    from bot.pulls.judging import Automerge, against_automerge, urgency_of
    from bot.pulls.templates import titled
    from bot.wording.body import body
    from bot.wording.titles import title

    update, wishes = case.update, case.wishes
    case = replace(case, rebuilt=rebuilds(case), evidence=tuple(_with_releases(case)))
    case = replace(case, colliding=tuple(_colliding(case)))
    by_itself = Automerge(wishes.automerge, wishes.conditions)
    bumps = (move.bump for move in update.moves)
    said = titled(title(case), bumps, wishes, directory_of(update))
    return Proposal(
        snapshot=update.findings.snapshot,
        branch=update.branch,
        title=said.title,
        body=body(case),
        files=rewritten(update.findings, update.moves, case.rebuilt)
        | new_beside(update.findings, case.rebuilt),
        message=said.message,
        target=target_of(update.moves),
        labels=wishes.labels,
        reviewers=tuple(dict.fromkeys((*wishes.reviewers, *case.owners))),
        assignees=wishes.assignees,
        milestone=wishes.milestone,
        draft=wishes.draft,
        automerge=bool(wishes.automerge) and not against_automerge(case, by_itself),
        urgency=urgency_of(case.evidence),
        wishes=wishes,
        images=frozenset(str(move.use.image.repository) for move in update.moves),
        apart=all(move.offer.kind in {"major", "variant"} for move in update.moves),
        before=_before(case),
    )


def _before(case: Case) -> dict[str, bytes]:
    findings = case.update.findings
    moved = {move.use.path: findings.sources[move.use.path] for move in case.update.moves}
    new = chain.from_iterable(each.files for each in case.rebuilt)
    beside = {file.path: findings.beside.files[file.path] for file in new}
    return {path: file.data() for path, file in (moved | beside).items()}


def worthwhile(case: Case) -> Case | None:
    """
    The case without the bases that only what is rebuilt has on record, where nothing is rebuilt
    for them; `None` where nothing else moves.
    """
    idle = _unchanged(case)
    moves = tuple(m for m in case.update.moves if m.use.carries != "record" or m.bump not in idle)
    if len(moves) == len(case.update.moves):
        return case
    left = {move.bump for move in moves}
    evidence = tuple(each for each in case.evidence if each.bump in left)
    update = replace(case.update, moves=moves)
    return replace(case, update=update, evidence=evidence) if moves else None


def _unchanged(case: Case) -> frozenset[Bump]:
    """The moves for which nothing is to be rebuilt, as nothing is known to be new."""
    if not case.wishes.rebuilding.only_changed:
        return frozenset()
    return frozenset(each.bump for each in case.evidence if each.is_nothing_new)


def rebuilds(case: Case) -> tuple[Rebuilt, ...]:
    """What the repository builds on what the case moves, as it is to be rebuilt."""
    wishes, evidence = case.wishes.rebuilding, {each.bump: each for each in case.evidence}
    idle = _unchanged(case)
    moves = [_base_move(m, evidence.get(m.bump)) for m in case.update.moves if m.bump not in idle]
    maintainer = wishes.maintainer or case.wishes.signed_off
    since = max(filter(None, map(_first_seen, case.evidence)), default=None)
    made = case.update.findings.snapshot.made
    # Not by the clock: a second run is to say the same, be there a ledger or none.
    now = min(made, case.now) if made else case.now
    manner = Manner(now, since, maintainer, wishes.versions, wishes.skip, wishes.control)
    return rebuilt(case.update.findings.beside, moves, manner)


def _colliding(case: Case) -> Iterator[Broken]:
    """What the files say for the releases that are left, where images move to later ones."""
    by_path: defaultdict[str, list[tuple[Use, ImageRef]]] = defaultdict(list)
    for move in case.update.moves:
        if move.offer.kind == "variant":
            by_path[move.use.path].append((move.use, move.offer.new))
    if by_path:
        from bot.formats.colliding import collisions  # most proposals move to no other release

        findings = case.update.findings
        for path, moved in sorted(by_path.items()):
            uses = [use for use in findings.uses if use.path == path]
            file = findings.sources[path]
            yield from collisions(file, moved, uses, asked(file))


def _with_releases(case: Case) -> Iterator[Evidence]:
    """The evidence, with what the changelogs at hand say of the versions in between."""
    findings = case.update.findings
    for evidence in case.evidence:
        old, new = evidence.bump.old, evidence.bump.new
        notes = releases_after((findings.beside, *findings.elsewhere), old, new.tag)
        yield evidence._replace(notes=(*notes, *(evidence.notes or ()))) if notes else evidence


def _base_move(move: Move, evidence: Evidence | None) -> BaseMove:
    path, old, new = move.use.path, move.bump.old, move.bump.new
    if evidence is None:
        return BaseMove(path, old, new)
    found, difference = evidence.vulnerabilities, evidence.difference
    rows = found.rows if isinstance(found, Vulnerabilities) and found.conclusive else ()
    fixes, gone = (
        tuple(dict.fromkeys(row.id for row in rows if row.kind == kind))
        for kind in ("fixed", "gone")
    )
    sources = difference.packages if isinstance(difference, Difference) else None
    pairs = [each for each in sources or () if each.old and each.new]
    changed = (f"{each.source} {each.old} -> {each.new}" for each in pairs)
    return BaseMove(path, old, new, fixes, tuple(changed), gone)


def _first_seen(evidence: Evidence) -> dt.datetime | None:
    seen = evidence.new_seen.of(evidence.bump.new.digest or "")
    return seen.first if seen else None


def new_beside(
    findings: Findings, some: Iterable[Rebuilt], *, agreeing: bool = False
) -> dict[str, NewFile]:
    """The files of what is rebuilt, as they become; `agreeing`: and all that disagree."""
    beside = findings.beside
    others = in_agreement(beside) if agreeing else ()
    files = chain(others, chain.from_iterable(each.files for each in some))
    return {file.path: NewFile(file.data(), beside.modes[file.path]) for file in files}


def rewritten(
    findings: Findings, moves: Sequence[Move], some: Iterable[Rebuilt] = ()
) -> dict[str, NewFile]:
    """
    The files that the moves change, as they become; `some` is rebuilt because of the moves.

    Each is read again and must say what was meant, everywhere in it; raises `EditError` otherwise.
    """
    by_file: defaultdict[str, list[Move]] = defaultdict(list)
    for move in moves:
        by_file[move.use.path].append(move)
    changed = {path: _edited(findings.sources[path], here) for path, here in by_file.items()}
    beside = _with(findings.beside, changed, some)
    for family in dict.fromkeys(map(findings.family, changed)):
        here = [move for path in family for move in by_file.get(path, ())]
        _read_back(findings, changed, here, beside)
    for path, file in changed.items():
        _heard_twice(findings.sources[path], file)
    return {
        path: NewFile(file.data(), findings.modes[path])
        for path, file in changed.items()
        if file != findings.sources[path]
    }


def _with(beside: Beside, changed: Mapping[str, SourceFile], some: Iterable[Rebuilt]) -> Beside:
    """What lies beside the files once all is changed."""
    if not beside.files:
        return beside
    moved = {path: file for path, file in changed.items() if path in beside.files}
    made = {file.path: file for each in some for file in each.files}
    return replace(beside, files={**beside.files, **moved, **made})


def _edited(file: SourceFile, moves: Sequence[Move]) -> SourceFile:
    edits = [edit for move in moves for edit in move.offer.edits]
    return file._replace(text=rewrite(file.text, edits))


def _read_back(
    findings: Findings, changed: Mapping[str, SourceFile], moves: Sequence[Move], beside: Beside
) -> None:
    """Read a file again that is changed by all of these moves, and the files that it meets."""
    path = moves[0].use.path
    old = [findings.sources[one] for one in findings.family(path) if one in findings.sources]
    new = [changed.get(file.path, file) for file in old]
    now = findings.beside_of(path)
    then = now if now.meet else beside
    meant = {_place(move.use): str(move.offer.new) for move in moves}
    wanted = [meant.get(_place(use), str(use.image)) for use in uses_of_all(old, now)]
    if [str(use.image) for use in uses_of_all(new, then)] != wanted:
        if any(move.use.carries == "record" for move in moves):
            raise EditError(f"nothing that is built on what {path} names can be rebuilt now")
        paths = " and ".join(dict.fromkeys(move.use.path for move in moves))
        said = "does not read back as it was meant to; it is left as it is"
        if paths != path:
            said = "do not read back as they were meant to; they are left as they are"
        raise EditError(f"{paths} {said}")


def _place(use: Use) -> tuple[str, Span, str]:
    """What tells a use from all others: several images can be made of one value."""
    return use.path, use.span, str(use.image)


def _heard_twice(old: SourceFile, new: SourceFile) -> None:
    """
    Ask a second reader that shares no code with ours, where there is one.

    It has a say only about files in which it saw, before the edit, the images that we saw.
    """
    before, after = second_opinion(old), second_opinion(new)
    if before is None or after is None:
        return
    ours_before, ours_after = (_parents(file) for file in (old, new))
    if before == ours_before and after != ours_after:
        raise EditError(f"{old.path} reads differently to a second parser after the edit")


def _parents(file: SourceFile) -> tuple[str, ...]:
    """What the stages start from; what comments say of it is nothing to another parser."""
    uses = (use for use in uses_of(file) if use.role == "from")
    return tuple(str(use.image.at(use.image.tag) if use.marker else use.image) for use in uses)
