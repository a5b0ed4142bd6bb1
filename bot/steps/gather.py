"""
Step 5b: which moves belong on one branch? One branch per line, the same for its later moves.

Lines that need the same edit share a branch, and so do those on which the same is built: each
would write on top of the same changelogs.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.formats.beside import reached
from bot.image import Repository
from bot.model import KINDS, BaseMove, Beside, Kind, Move, Offer, Plan, Update, Verdict

PREFIX = "basewatch/"
_NAME_LIMIT = 150

_Home: TypeAlias = tuple[Repository, str, Kind | None]
"""What a branch is for: an image, a line of its tags, and the kind of what is proposed apart."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """One offer and the branch it would go on by itself."""

    branch: str
    verdict: Verdict
    offer: Offer
    apart: bool

    @property
    def move(self) -> Move:
        verdict = self.verdict
        facts, equivalents = verdict.facts, verdict.equivalents
        return Move(
            verdict.use,
            self.offer,
            facts,
            equivalents,
            verdict.replacement,
            verdict.elsewhere,
        )


def gather(plan: Plan) -> tuple[Update, ...]:
    """The plan's offers by branch; offers that change the same place go on one together."""
    wishes = list(_wishes(plan))
    home = _homes(wishes, plan.findings.beside)
    branches: defaultdict[str, list[_Wish]] = defaultdict(list)
    for wish in wishes:
        branches[home[wish.branch]].append(wish)
    return tuple(
        Update(
            plan.findings,
            branch,
            members[0].verdict.line,
            tuple(wish.move for wish in members),
        )
        for branch, members in sorted(branches.items())
    )


def branches_in_doubt(plan: Plan) -> frozenset[str]:
    """
    Branches whose proposals must stay though this plan makes none of them.

    Their image could not be looked up, or a person or a shared text holds it for now. What the
    policy does not want (any more) is in no doubt.
    """
    names = _names(plan)
    return frozenset(
        names[_home(verdict, kind)] for verdict in plan.verdicts for kind in _doubtful(verdict)
    )


def verdicts_in_doubt(plan: Plan) -> tuple[Verdict, ...]:
    """What those branches are there for."""
    return tuple(verdict for verdict in plan.verdicts if _doubtful(verdict))


def _doubtful(verdict: Verdict) -> tuple[Kind | None, ...]:
    if verdict.outcome == "failed" or (verdict.outcome == "held" and verdict.reason != "policy"):
        return None, *KINDS
    return tuple(offer.kind for offer in verdict.apart if not offer.edits)


def _wishes(plan: Plan) -> Iterator[_Wish]:
    names = _names(plan)
    for verdict in plan.verdicts:
        if verdict.offer:
            yield _Wish(names[_home(verdict, None)], verdict, verdict.offer, apart=False)
        for offer in verdict.apart:
            if offer.edits:
                yield _Wish(names[_home(verdict, offer.kind)], verdict, offer, apart=True)


def _home(verdict: Verdict, apart: Kind | None) -> _Home:
    return verdict.use.image.repository, verdict.line, apart


def _names(plan: Plan) -> Mapping[_Home, str]:
    """A name for each branch there may be; homes that would share a name are told apart."""
    homes = sorted(
        {(v.use.image.repository, v.line) for v in plan.verdicts},
        key=lambda home: (str(home[0]), home[1]),
    )
    names: dict[_Home, str] = {}
    taken: set[str] = set()
    for repository, line in homes:
        for kind in (None, *KINDS):
            name = branch_name(repository, line, kind)
            if name in taken:
                name = _marked(name, f"{repository}:{line} {kind}")
            taken.add(name)
            names[repository, line, kind] = name
    return names


def branch_name(repository: Repository, line: str, apart: str | None = None) -> str:
    """
    `basewatch/docker.io-library-node-20.x.x-alpine`: a name that git and both forges take.

    A name that had to be cut keeps apart from others by a hash of the whole.
    """
    whole = f"{repository.registry}-{repository.path}-{line}" + (f"-{apart}" if apart else "")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", whole.replace("*", "x"))
    name = PREFIX + re.sub(r"\.{2,}", ".", name).strip("-.")
    if len(name) > _NAME_LIMIT or name.endswith(".lock"):
        name = _marked(name, whole)
    return name


def _marked(name: str, whole: str) -> str:
    return f"{name[:_NAME_LIMIT].rstrip('-.')}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _homes(wishes: list[_Wish], beside: Beside) -> dict[str, str]:
    """Where each branch's wishes end up: branches that share a place become the first of them."""
    home = {wish.branch: wish.branch for wish in wishes}
    claimed: dict[object, str] = {}
    for wish in wishes:
        for place in _places(wish, beside):
            first = claimed.setdefault(place, wish.branch)
            _merge(home, first, wish.branch)
    return home


def _places(wish: _Wish, beside: Beside) -> Iterator[object]:
    """What it changes: edits; and of what is rebuilt the changelogs, unless it is to be alone."""
    path = wish.verdict.use.path
    yield from ((path, edit, wish.apart) for edit in wish.offer.edits)
    if not wish.apart:
        yield from reached(beside, BaseMove(path, wish.verdict.use.image, wish.offer.new))


def _merge(home: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((home[one], home[other]))
    if first != second:
        for branch, target in home.items():
            if target == second:
                home[branch] = first
