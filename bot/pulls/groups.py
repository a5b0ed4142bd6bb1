"""Which updates go into one pull request together, where a user wants fewer and larger ones."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from bot.formats.beside import reached
from bot.model import BaseMove, Group, Kind, Move, Span, Update, Use, Verdict
from bot.pulls.marker import IMAGE, SEVERAL

_PREFIX = "basewatch/"  # as bot/steps/gather.py has it
PINS = f"{_PREFIX}pins"
DIGESTS = f"{_PREFIX}digests"

_LONGEST_NAME = 150
_BY_THEMSELVES: frozenset[Kind] = frozenset({"major", "variant"})
_Claims: TypeAlias = dict[tuple[str, Span, str], str]
"""What becomes of each place of each file: two different things cannot, on one branch."""


def grouped(updates: Iterable[Update], by: Group) -> tuple[Update, ...]:
    """
    The updates of one repository, by branch; the same moves, each of them once.

    Majors, variants and what the grouping is not about stay on their own branches, and so does a
    move of a place that something else in the group becomes of.
    """
    parts = [part for update in updates for part in _parts(update, by)]
    members: defaultdict[str, list[Update]] = defaultdict(list)
    taken: defaultdict[str, _Claims] = defaultdict(dict)
    for part in sorted(parts, key=lambda part: part.branch):
        home, claims = _home(part, by), _claims(part)
        alone = home is None or any(
            taken[home].get(at, text) != text for at, text in claims.items()
        )
        branch = part.branch if home is None or alone else home
        taken[branch] |= claims
        members[branch].append(part)
    return tuple(_joined(branch, parts, by) for branch, parts in sorted(members.items()))


def directory_of(update: Update) -> str:
    """The directory whose group an update is; empty for the top one, and for any other update."""
    use = update.moves[0].use
    return _directory(use) if update.branch == _directory_branch(use) else ""


def target_of(moves: Sequence[Move]) -> str:
    """What names all that these moves move to: one digest or tag as it is, of several a hash."""
    targets = sorted({str(move.offer.new) for move in moves})
    if len(targets) == 1:
        new = moves[0].offer.new
        return new.digest or new.tag or ""
    return f"several-{hashlib.sha256(chr(10).join(targets).encode()).hexdigest()[:16]}"


def branches_in_doubt(
    verdicts: Iterable[Verdict], by: Group, lines: frozenset[str]
) -> frozenset[str]:
    """
    Branches whose pull requests must stay though none of their updates is wanted just now.

    `verdicts`: those that failed or are held for now; `lines`: their branches without a group.
    """
    uses = [verdict.use for verdict in verdicts]
    if by == "image":
        return lines | {_image_branch(use) for use in uses}
    if by == "directory":
        return lines | {_directory_branch(use) for use in uses}
    if uses and by in {"pins", "weekly-digests"}:
        return lines | {PINS if by == "pins" else DIGESTS}
    return lines


def _parts(update: Update, by: Group) -> list[Update]:
    """An update as it is, or one for each directory that it touches."""
    if by != "directory" or _home(update, by) is None:
        return [update]
    by_directory: defaultdict[str, list[Move]] = defaultdict(list)
    for move in update.moves:
        by_directory[_directory(move.use)].append(move)
    parts = [(where, tuple(moves)) for where, moves in sorted(by_directory.items())]
    first, *rest = [replace(update, moves=moves) for _, moves in parts]
    # A part that cannot join its group needs a branch of its own.
    return [first, *(replace(part, branch=_own(part)) for part in rest)]


def _own(part: Update) -> str:
    return _named(
        f"{part.branch.removeprefix(_PREFIX)}-in-{_directory(part.moves[0].use) or 'top'}"
    )


def _home(update: Update, by: Group) -> str | None:
    use, kinds = update.moves[0].use, {move.offer.kind for move in update.moves}
    if kinds & _BY_THEMSELVES or (by == "directory" and _is_kept_in_step(update)):
        return None
    if by == "image":
        return _image_branch(use)
    if by == "directory":
        return _directory_branch(use)
    if by == "pins" and kinds == {"pin"}:
        return PINS
    if by == "weekly-digests" and kinds == {"digest"}:
        return DIGESTS
    return None


def _is_kept_in_step(update: Update) -> bool:
    """
    Whether it cannot be divided: it moves a frontend that is on one tag in all the repository
    (`bot.steps.plan`), or what is built on it is rebuilt, parents and children together.
    """
    return any(
        (move.use.role == "syntax" and move.use.no_digest)
        or reached(update.findings.beside, BaseMove(move.use.path, move.use.image, move.offer.new))
        for move in update.moves
    )


def _joined(branch: str, members: list[Update], by: Group) -> Update:
    if len(members) == 1 and branch == members[0].branch:
        return members[0]
    moves = tuple(move for update in members for move in update.moves)
    return Update(members[0].findings, branch, "*" if by == "image" else SEVERAL, moves)


def _image_branch(use: Use) -> str:
    repository = use.image.repository
    return _named(f"{IMAGE.removeprefix(_PREFIX)}{repository.registry}-{repository.path}")


def _directory_branch(use: Use) -> str:
    return _named(f"in-{_directory(use) or 'top'}")


def _directory(use: Use) -> str:
    return use.path.rpartition("/")[0]


def _claims(part: Update) -> _Claims:
    claims = {(m.use.path, edit.span, ""): edit.text for m in part.moves for edit in m.offer.edits}
    # Several images may be made of one value.
    uses = {(m.use.path, m.use.span, str(m.use.image)): str(m.offer.new) for m in part.moves}
    return claims | uses


def _named(whole: str) -> str:
    """A name for a branch that git takes; where that loses something, a hash of the whole stays."""
    name = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9._-]+", "-", whole)).strip("-.")
    plain = name == whole.replace("/", "-").replace(":", "-")
    if plain and len(name) <= _LONGEST_NAME and not name.endswith(".lock") and "/" not in whole:
        return _PREFIX + name
    mark = hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{_PREFIX}{name[:_LONGEST_NAME].rstrip('-.')}-{mark}"
