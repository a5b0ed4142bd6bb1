"""Step 7: what does the pull request say, and what do its files become?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.edits import rewrite
from bot.errors import EditError
from bot.formats import second_opinion, uses_of
from bot.model import Case, Findings, Move, NewFile, Proposal, SourceFile


def propose(case: Case) -> Proposal:
    """Write the pull request that a case argues for. Raises `EditError`."""
    # What a body tells of evidence takes longer to load than a check does to plan.
    from bot.pulls.groups import target_of
    from bot.pulls.judging import Automerge, against_automerge, urgency_of
    from bot.pulls.templates import titled
    from bot.wording.body import body
    from bot.wording.titles import title

    update, wishes = case.update, case.wishes
    by_itself = Automerge(wishes.automerge, wishes.conditions)
    said = titled(title(case), (move.bump for move in update.moves), wishes)
    return Proposal(
        snapshot=update.findings.snapshot,
        branch=update.branch,
        title=said.title,
        body=body(case),
        files=rewritten(update.findings, update.moves),
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
        before={move.use.path: _now(update.findings, move) for move in update.moves},
    )


def _now(findings: Findings, move: Move) -> bytes:
    return findings.sources[move.use.path].data()


def rewritten(findings: Findings, moves: Sequence[Move]) -> dict[str, NewFile]:
    """
    The files that the moves change, as they become.

    Each is read again and must say what was meant, everywhere in it; raises `EditError` otherwise.
    """
    by_file: defaultdict[str, list[Move]] = defaultdict(list)
    for move in moves:
        by_file[move.use.path].append(move)
    return {
        path: NewFile(_moved(findings.sources[path], here), findings.modes[path])
        for path, here in by_file.items()
    }


def _moved(file: SourceFile, moves: Sequence[Move]) -> bytes:
    new = SourceFile(
        file.path, rewrite(file.text, [edit for move in moves for edit in move.offer.edits])
    )
    meant = {move.use.span: str(move.offer.new) for move in moves}
    wanted = [meant.get(use.span, str(use.image)) for use in uses_of(file)]
    if [str(use.image) for use in uses_of(new)] != wanted:
        raise EditError(f"{file.path} does not read back as it was meant to; it is left as it is")
    _heard_twice(file, new)
    return new.data()


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
    return tuple(str(use.image) for use in uses_of(file) if use.role == "from")
