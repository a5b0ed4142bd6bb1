"""Uses that take characters from the same place of a file: one edit must suit all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import uses_of
from bot.model import Candidate, Findings, SourceFile, Use
from bot.steps.plan.choose import Choice, Stop

TRIES = 64
"""How many candidates of one use are tried before the uses are held."""

Options: TypeAlias = Callable[[Choice], tuple[Candidate, ...]]


def moved_together(choices: tuple[Choice, ...], findings: Findings) -> tuple[Choice, ...]:
    """The choices, those that share text settled jointly; the order is kept."""
    settled = list(choices)
    for group in _sharing(choices):
        members = [choices[index] for index in group]
        file = findings.sources[members[0].use.path]
        for index, choice in zip(group, _jointly(members, file), strict=True):
            settled[index] = choice
    return tuple(settled)


def _sharing(choices: Sequence[Choice]) -> list[list[int]]:
    """Groups of two or more choices whose pieces overlap somewhere in their file."""
    by_file: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for index, choice in enumerate(choices):
        for piece in choice.use.pieces:
            if piece.span is not None and piece.span.start < piece.span.end:
                by_file[choice.use.path].append((piece.span.start, piece.span.end, index))
    leader = list(range(len(choices)))
    for places in by_file.values():
        _join_overlaps(sorted(places), leader)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for index in range(len(choices)):
        groups[_leader(leader, index)].append(index)
    return [group for group in groups.values() if len(group) > 1]


def _join_overlaps(places: Sequence[tuple[int, int, int]], leader: list[int]) -> None:
    reach, last = -1, -1
    for start, end, index in places:
        if start < reach:
            leader[_leader(leader, index)] = _leader(leader, last)
        if end > reach:
            reach, last = end, index


def _leader(leader: list[int], index: int) -> int:
    while leader[index] != index:
        index = leader[index]
    return index


def _jointly(members: Sequence[Choice], file: SourceFile) -> list[Choice]:
    members = [replace(member, taken=None, apart=None) for member in members]
    moves = _suiting_all(members, file, lambda choice: choice.options)
    if isinstance(moves, str):
        return [_held(member, moves) for member in members]
    apart = _suiting_all(members, file, lambda choice: choice.apart_options)
    aside = {} if isinstance(apart, str) else apart
    return [
        replace(member, taken=moves.get(index), apart=aside.get(index))
        for index, member in enumerate(members)
    ]


def _held(member: Choice, because: str) -> Choice:
    if member.stop or not member.options:
        return member
    return replace(member, stop=Stop("held", because, "shared-variable"))


def _suiting_all(
    members: Sequence[Choice], file: SourceFile, options: Options
) -> dict[int, Candidate] | str:
    """The newest candidate that leaves every member on a tag it may have, or why there is none."""
    problem = ""
    before = uses_of(file)
    for lead, candidate in _leads(members, options):
        try:
            tried = _Trial(before, _after(file, lead.use, candidate), candidate)
        except EditError as error:
            problem = problem or f"{error}."
            continue
        moves = tried.moves(members, options)
        if not isinstance(moves, str):
            return moves
        problem = problem or moves
    return problem or {}


def _leads(members: Sequence[Choice], options: Options) -> Iterator[tuple[Choice, Candidate]]:
    for member in members:
        if not member.stop:
            for candidate in options(member)[:TRIES]:
                yield member, candidate


def _after(file: SourceFile, use: Use, candidate: Candidate) -> list[Use]:
    edits = edits_for(use, use.image.at(candidate.tag, use.image.digest))
    return uses_of(SourceFile(file.path, rewrite(file.text, edits)))


@dataclass(frozen=True, slots=True)
class _Trial:
    """A file's uses before and after one candidate's edit."""

    before: Sequence[Use]
    after: Sequence[Use]
    candidate: Candidate

    def moves(self, members: Sequence[Choice], options: Options) -> dict[int, Candidate] | str:
        """What each member moves to, by its index; or which one cannot."""
        if len(self.before) != len(self.after):
            return f"Moving to {self.candidate.tag} would change which images the file names."
        became = {use.span: new for use, new in zip(self.before, self.after, strict=True)}
        moves: dict[int, Candidate] = {}
        for index, member in enumerate(members):
            new = became[member.use.span].image
            if new == member.use.image:
                continue
            fit = next((c for c in options(member) if c.tag == new.tag), None)
            if fit is None or member.stop:
                return _objection(member, str(new.at(new.tag)))
            moves[index] = fit
        return moves


def _objection(member: Choice, would_be: str) -> str:
    variables = sorted({p.variable for p in member.use.pieces if p.variable}) or ["the anchor"]
    shared = f"{' and '.join(variables)} is shared with line {member.use.position.line}"
    if member.stop:
        return f"{shared}, which is {member.stop.outcome}."
    return f"{shared}, which would become {would_be}: not a tag that it may move to."
