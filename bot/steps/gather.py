"""Step 5b: which moves belong on one branch? One branch per line, the same for its later moves."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.image import Repository
from bot.model import Edit, Move, Offer, Plan, Update, Verdict

PREFIX = "basewatch/"
_NAME_LIMIT = 150


@dataclass(frozen=True, slots=True)
class _Wish:
    """One offer and the branch it would go on by itself."""

    branch: str
    line: str
    move: Move
    path: str


def gather(plan: Plan) -> tuple[Update, ...]:
    """The plan's offers by branch; offers that need the same edit go on one branch together."""
    wishes = list(_wishes(plan))
    home = _homes(wishes)
    branches: defaultdict[str, list[_Wish]] = defaultdict(list)
    for wish in wishes:
        branches[home[wish.branch]].append(wish)
    return tuple(
        Update(plan.findings, branch, members[0].line, tuple(wish.move for wish in members))
        for branch, members in sorted(branches.items())
    )


def branches_in_doubt(plan: Plan) -> frozenset[str]:
    """Branches of lines that could not be looked up or are held: what is there must stay."""
    return frozenset(
        branch
        for verdict in plan.verdicts
        if verdict.outcome in {"failed", "held"}
        for branch in (_branch(verdict, None), _branch(verdict, "major"))
    )


def _wishes(plan: Plan) -> Iterator[_Wish]:
    for verdict in plan.verdicts:
        if verdict.offer:
            yield _wish(verdict, verdict.offer, None)
        for offer in verdict.apart:
            if offer.edits:
                yield _wish(verdict, offer, offer.kind)


def _wish(verdict: Verdict, offer: Offer, apart: str | None) -> _Wish:
    move = Move(verdict.use, offer, verdict.facts)
    return _Wish(_branch(verdict, apart), verdict.line, move, verdict.use.path)


def _branch(verdict: Verdict, apart: str | None) -> str:
    return branch_name(verdict.use.image.repository, verdict.line, apart)


def branch_name(repository: Repository, line: str, apart: str | None = None) -> str:
    """
    `basewatch/docker.io-library-node-20.x.x-alpine`: a name that git and both forges take.

    A name that had to be cut keeps apart from others by a hash of the whole.
    """
    whole = f"{repository.registry}-{repository.path}-{line}" + (f"-{apart}" if apart else "")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", whole.replace("*", "x"))
    name = re.sub(r"\.{2,}", ".", name).strip("-.")
    if len(name) > _NAME_LIMIT or name.endswith(".lock"):
        name = f"{name[:_NAME_LIMIT].rstrip('-.')}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
    return PREFIX + name


def _homes(wishes: list[_Wish]) -> dict[str, str]:
    """Where each branch's wishes end up: branches that share an edit become the first of them."""
    home = {wish.branch: wish.branch for wish in wishes}
    claimed: dict[tuple[str, Edit, str], str] = {}
    for wish in wishes:
        apart = "apart" if wish.branch.endswith("-major") else ""
        for edit in wish.move.offer.edits:
            first = claimed.setdefault((wish.path, edit, apart), wish.branch)
            _merge(home, first, wish.branch)
    return home


def _merge(home: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((home[one], home[other]))
    if first != second:
        for branch, target in home.items():
            if target == second:
                home[branch] = first
