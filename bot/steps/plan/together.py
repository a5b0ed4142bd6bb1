"""Uses that take characters from the same place of a file: one edit must suit all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import uses_of
from bot.model import KINDS, Beside, Candidate, Findings, Kind, OutcomeName, SourceFile, Use
from bot.steps.plan.choose import Choice

BUDGET = 1 << 22
"""Characters of one file that are read again at most, to try what could move."""

_STAYS: dict[OutcomeName, str] = {
    "skipped": "which is to be left alone",
    "held": "which is held",
    "failed": "which could not be looked up",
}


def moved_together(choices: tuple[Choice, ...], findings: Findings) -> tuple[Choice, ...]:
    """The choices, those that share text settled jointly; the order is kept."""
    settled = list(choices)
    groups = sharing([choice.use for choice in choices])
    pages = _pages(findings, {choices[group[0]].use.path for group in groups})
    for group in groups:
        members = [choices[index] for index in group]
        joint = _jointly(members, pages[members[0].use.path])
        for index, choice in zip(group, joint, strict=True):
            settled[index] = choice
    return tuple(settled)


# ---------------------------------------------------------------- who shares with whom


def sharing(uses: Sequence[Use]) -> list[list[int]]:
    """Groups of two or more uses, by index, whose pieces overlap somewhere in their file."""
    by_file: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for index, use in enumerate(uses):
        for piece in use.pieces:
            if piece.span is not None and piece.span.start < piece.span.end:
                by_file[use.path].append((piece.span.start, piece.span.end, index))
    leader = list(range(len(uses)))
    for places in by_file.values():
        _join_overlaps(sorted(places), leader)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for index in range(len(uses)):
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
        leader[index] = leader[leader[index]]
        index = leader[index]
    return index


# ---------------------------------------------------------------- how far they can move


@dataclass(slots=True)
class _Page:
    """A file as it is: its uses, each one's place among them, and how much may be read again."""

    file: SourceFile
    beside: Beside
    left: int = field(default_factory=lambda: BUDGET)
    uses: list[Use] = field(default_factory=list)
    places: dict[Use, int] = field(default_factory=dict)

    def spend(self, text: str) -> bool:
        """Whether there is some left, to read this text."""
        self.left -= len(text)
        if self.beside.meet:
            self.left -= sum(len(file.text) for file in self.beside.files.values())
        return self.left > 0


def _pages(findings: Findings, paths: Collection[str]) -> dict[str, _Page]:
    pages = {path: _Page(findings.sources[path], findings.beside_of(path)) for path in paths}
    for use in findings.uses:
        if page := pages.get(use.path):
            page.places[use] = len(page.uses)
            page.uses.append(use)
    return pages


@dataclass(frozen=True, slots=True)
class _State:
    """The file after some moves, its uses in order, and what each moved member is on by then."""

    file: SourceFile
    uses: Sequence[Use]
    taken: dict[int, Candidate]


@dataclass(slots=True)
class _Group:
    """
    The members of a group, and what each may move to.

    `leads` are the candidates that a member may ask for, `fits` those that it may be taken along
    to; both newest first. `problems` tells what stood against the last thing a member asked for.
    """

    members: Sequence[Choice]
    leads: Sequence[tuple[Candidate, ...]]
    fits: Sequence[tuple[Candidate, ...]]
    places: Sequence[int]
    page: _Page
    problems: dict[int, str] = field(default_factory=dict)

    def furthest(self, state: _State) -> _State:
        """Let each member in turn move as far as all can follow, until none can any more."""
        while True:
            before = state
            for lead in self._distinct_leads():
                state = self._ahead(state, lead)
            if state is before:
                return state

    def _distinct_leads(self) -> Iterator[int]:
        """Members that ask for something; those of the same words in the same places ask once."""
        asked = set()
        for index, member in enumerate(self.members):
            if not member.stop and self.leads[index]:
                key = _where(member)
                if key not in asked:
                    asked.add(key)
                    yield index

    def _ahead(self, state: _State, lead: int) -> _State:
        for candidate in self.leads[lead]:
            if candidate == state.taken.get(lead):
                break
            if not self.page.spend(state.file.text):
                self.problems[lead] = "Too much of this file is shared to try what could move."
                break
            moved = self._moved(state, lead, candidate)
            if not isinstance(moved, str):
                self.problems.pop(lead, None)
                return moved
            self.problems.setdefault(lead, moved)
        return state

    def _moved(self, state: _State, lead: int, candidate: Candidate) -> _State | str:
        """The file with one member on another tag; or why that cannot be."""
        use = state.uses[self.places[lead]]
        try:
            edits = edits_for(use, use.image.at(candidate.tag, use.image.digest))
            file = state.file._replace(text=rewrite(state.file.text, edits))
        except EditError as error:
            return f"It cannot be rewritten: {error}."
        uses = uses_of(file, self.page.beside)
        if len(uses) != len(state.uses):
            return f"Moving to {candidate.tag} would change which images the file names."
        taken: dict[int, Candidate] = {}
        for index, member in enumerate(self.members):
            new = uses[self.places[index]].image
            if new == member.use.image and index not in state.taken:
                continue
            fit = next((c for c in self.fits[index] if c.tag == new.tag), None)
            if fit is None or member.stop or self._is_back(index, fit, state):
                return _objection(self.members[lead], member, str(new.at(new.tag)))
            taken[index] = fit
        return _State(file, uses, taken)

    def _is_back(self, index: int, fit: Candidate, state: _State) -> bool:
        on = state.taken.get(index)
        return on is not None and self.fits[index].index(fit) > self.fits[index].index(on)


def _jointly(members: Sequence[Choice], page: _Page) -> list[Choice]:
    places = [page.places[member.use] for member in members]
    start = _State(page.file, page.uses, {})
    options = [member.options for member in members]
    group = _Group(members, options, options, places, page)
    taken = group.furthest(start).taken
    told = _told(group, taken)
    aside = _asides(members, start, places, page)
    return [
        member._replace(taken=taken.get(index), apart=aside[index])
        for index, member in enumerate(told)
    ]


def _told(group: _Group, taken: Collection[int]) -> list[Choice]:
    """The members, those that stay with why they do, as the first of their like was told."""
    alike: dict[object, str] = {}
    for index in sorted(group.problems):
        alike.setdefault(_where(group.members[index]), group.problems[index])
    return [
        member if index in taken else _blocked(member, group.problems.get(index), alike)
        for index, member in enumerate(group.members)
    ]


def _blocked(member: Choice, problem: str | None, alike: Mapping[object, str]) -> Choice:
    if member.stop or not member.options:
        return member
    because = problem or alike.get(_where(member))
    because = because or "The uses that share its text cannot all follow it."
    return member._replace(blocked=because)


def _asides(
    members: Sequence[Choice], start: _State, places: Sequence[int], page: _Page
) -> list[tuple[Candidate, ...]]:
    """For each member the moves to be proposed apart, one for each kind that all can follow."""
    aside: list[dict[Candidate, None]] = [{} for _ in members]
    fits = [(*member.apart_options, *member.options) for member in members]
    for kind in KINDS:
        leads = [_of(kind, member.apart_options) for member in members]
        if any(leads):
            group = _Group(members, leads, fits, places, page)
            for index, candidate in group.furthest(start).taken.items():
                aside[index][candidate] = None
    return [tuple(candidates) for candidates in aside]


def _of(kind: Kind, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    return tuple(candidate for candidate in candidates if candidate.kind == kind)


def _where(choice: Choice) -> tuple[object, ...]:
    """What a member reads and where: members of the same words in the same places are alike."""
    spans = tuple(piece.span for piece in choice.use.pieces if piece.variable)
    alone = choice.use.span if any(not p.variable for p in choice.use.pieces) else None
    return str(choice.use.image), spans, alone, choice.options, choice.apart_options


def _objection(lead: Choice, member: Choice, would_be: str) -> str:
    shared = {p.variable for p in lead.use.pieces} & {p.variable for p in member.use.pieces}
    names = sorted(name for name in shared if name) or ["The text"]
    verb = "is" if len(names) == 1 else "are"
    who = f"{' and '.join(names)} {verb} shared with line {member.use.position.line}"
    if member.stop:
        return f"{who}, {_STAYS.get(member.stop.outcome, 'which is to stay')}."
    return f"{who}, which would become {would_be}: not a tag that it may move to."
