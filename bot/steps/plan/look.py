"""Which images must be looked at, so that a move to them can be judged? Only of moves on offer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.image import ImageRef
from bot.model import Lookups, Outline, Scope
from bot.steps.plan.choose import Choice
from bot.steps.plan.platforms import missing, outline_of
from bot.steps.plan.ripe import ripe_digest
from bot.steps.plan.settle import needs_digest, takes_digest


@dataclass(frozen=True, slots=True)
class _Move:
    """What a use may move to; `refresh`: only its digest moves; `sure`: it is another image."""

    choice: Choice
    new: ImageRef
    refresh: bool = False
    sure: bool = True

    @property
    def present(self) -> ImageRef:
        image = self.choice.use.image
        return image.at(image.effective_tag, image.digest)


def to_look_at(choices: Iterable[Choice], lookups: Lookups, scope: Scope) -> set[ImageRef]:
    """The images of moves that are to be looked at; see `lookups_needed`."""
    moves = [move for choice in choices for move in _moves(choice, lookups, apart=scope.apart)]
    wanted = {move.new for move in moves} | _presents(moves, lookups, each=scope.each)
    return {image for image in wanted if outline_of(image, lookups) is None}


def _moves(choice: Choice, lookups: Lookups, *, apart: bool) -> Iterator[_Move]:
    if choice.taken and not choice.stop:
        yield from _moved(choice, choice.target, lookups)
    elif _may_refresh(choice) and (new := _new(choice, choice.target, lookups)) and new.digest:
        yield _Move(choice, new, refresh=True)
    for candidate in choice.apart if apart else ():
        yield from _moved(choice, choice.use.image.at(candidate.tag), lookups)
    if apart and choice.migration and not choice.stop:
        new = choice.migration.new
        yield from _moved(choice, new.at(new.effective_tag), lookups)


def _moved(choice: Choice, tag: ImageRef, lookups: Lookups) -> Iterator[_Move]:
    if new := _new(choice, tag, lookups):
        # By its digest a tag may turn out to be the very image that is pinned.
        yield _Move(choice, new, sure=bool(new.digest) or not choice.use.image.digest)


def _may_refresh(choice: Choice) -> bool:
    wanted = "digest" in choice.ruling.allow | choice.ruling.apart
    return wanted and bool(choice.use.image.digest) and not choice.taken and needs_digest(choice)


def _new(choice: Choice, tag: ImageRef, lookups: Lookups) -> ImageRef | None:
    """What the use would be on: at a digest if that is known; `None` where that is no move."""
    if not takes_digest(choice):
        return tag
    answer = ripe_digest(choice, tag, lookups)
    if isinstance(answer, str):
        return None if answer == choice.use.image.digest else tag.at(tag.tag, answer)
    return tag if answer and tag not in lookups.digests else None


def _presents(moves: Iterable[_Move], lookups: Lookups, *, each: bool) -> set[ImageRef]:
    """The present images to compare with: not those of whose platforms none counts."""
    found = {move.present for move in moves if move.refresh}
    groups: defaultdict[ImageRef, list[_Move]] = defaultdict(list)
    for move in moves:
        if not move.refresh and not move.choice.ruling.required_platforms:
            groups[move.new.at(move.new.tag)].append(move)
    for group in groups.values():
        compared = _compared(group, lookups, each=each)
        found.update(move.present for move in compared if move.sure)
    return found


def _compared(group: Sequence[_Move], lookups: Lookups, *, each: bool) -> Sequence[_Move]:
    """
    Of those who would move to one image, whose present one is compared with it.

    Platforms come and go slowly, so where the oldest of them lacks none, neither will the others;
    who must be sure (`each`, and who holds) has all of them looked at.
    """
    oldest = max(group, key=lambda move: len(move.choice.options))
    before = outline_of(oldest.present, lookups)
    ruled = oldest.choice.ruling
    if each or any(move.choice.ruling.platforms == "hold" for move in group):
        return group
    if before is None:
        return [oldest]
    told = isinstance(before, Outline)
    alike = told and not missing(oldest.present, oldest.new, ruled, lookups)
    return [oldest] if alike else group
