"""
What a moved base asks of a tree: a block on top of the changelog of all that is built on it.

docker-pkg builds what its registry does not have yet, so an image is rebuilt once its changelog
has a new version, and never before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain

from bot.formats.docker_pkg.changelogs import Entry, is_person, prepended
from bot.formats.docker_pkg.controls import corrected
from bot.formats.docker_pkg.names import TEMPLATE, folder_of
from bot.formats.docker_pkg.records import children_of, says
from bot.formats.docker_pkg.trees import Image, Trees, trees_of
from bot.formats.docker_pkg.versions import Habit, habit_in, habit_of_all, next_version
from bot.model import BaseMove, Beside, Manner, Rebuilt, SourceFile

_IDS, _PACKAGES = 20, 10
_NOBODY = "basewatch <basewatch@localhost>"


def rebuilt(beside: Beside, moves: Sequence[BaseMove], manner: Manner) -> tuple[Rebuilt, ...]:
    """
    The changelogs as they become, parents before children; each version is new to its changelog.

    An image that the manner leaves out is left as it is, and so is what is built on it and on
    nothing else that moves.
    """
    trees = trees_of(beside)
    rebuild = _Rebuild(trees, manner, _right_on(moves, trees))
    return tuple(rebuild.all())


def in_agreement(beside: Beside) -> Iterator[SourceFile]:
    """Every `control` that says something else than its template, as it becomes."""
    trees = trees_of(beside)
    return chain.from_iterable(_control(image, trees) for image in trees.images)


def _control(image: Image, trees: Trees) -> Iterator[SourceFile]:
    if image.control:
        text = corrected(image.control, trees.used(image))
        if text != image.control.text:
            yield SourceFile(image.control.path, text)


def reached(beside: Beside, move: BaseMove) -> frozenset[str]:
    """The changelogs that a move of a base would put a block on, if no image is left out."""
    trees = trees_of(beside)
    right = (trees.at[folder] for folder in _right_on([move], trees) if folder in trees.at)
    return frozenset(image.log.file.path for image in trees.descendants(right))


def _right_on(moves: Iterable[BaseMove], trees: Trees) -> dict[str, dict[BaseMove, None]]:
    """By folder of an image, the moves of what it is built right on."""
    found: dict[str, dict[BaseMove, None]] = {}
    for move in moves:
        if move.path.endswith(TEMPLATE):
            found.setdefault(folder_of(move.path), {})[move] = None
        for image in children_of(move.old, move.path, trees):
            if says(image.log.blocks[0], move.new) != move.new.digest or not move.new.digest:
                found.setdefault(image.folder, {})[move] = None
    return found


class _Rebuild:
    """One base bump going through the trees."""

    def __init__(
        self, trees: Trees, manner: Manner, right_on: dict[str, dict[BaseMove, None]]
    ) -> None:
        self.trees, self.manner, self.right_on = trees, manner, right_on
        self.done: dict[str, str] = {}
        self.why: dict[str, dict[BaseMove, None]] = {}
        self.when = self._moment()

    def all(self) -> Iterator[Rebuilt]:
        """Every image that is to be rebuilt, in the order in which they are built."""
        for image in self.trees.ordered():
            parents = self._parents(image)
            right = self.right_on.get(image.folder, {})
            if not (right or parents) or self._left_out(image):
                continue
            version = next_version(image.log.versions, self._habit(image), self.when.date())
            why = dict(chain(right.items(), *(self.why[p.folder].items() for p in parents)))
            self.done[image.folder], self.why[image.folder] = version, why
            text = prepended(image.log, self._entry(image, version, parents))
            path, others = image.log.file.path, tuple(self._others(image))
            yield Rebuilt(path, image.name, image.version, version, text, others)

    def _others(self, image: Image) -> Iterator[SourceFile]:
        return _control(image, self.trees) if self.manner.control else iter(())

    def _parents(self, image: Image) -> list[Image]:
        found = {p.image.folder: p.image for p in self.trees.parents(image) if p.image}
        return [parent for folder, parent in found.items() if folder in self.done]

    def _left_out(self, image: Image) -> bool:
        return any(fnmatchcase(image.name, pattern) for pattern in self.manner.skip)

    def _moment(self) -> dt.datetime:
        """
        When the target was first seen; `now` where somebody has rebuilt something since, or nobody
        knows. It is never before what is in the changelogs.
        """
        first, now = self.manner.since, self.manner.now
        affected = (self.trees.at[folder] for folder in self.right_on if folder in self.trees.at)
        reached = self.trees.descendants(affected)
        newest = max((i.log.blocks[0].moment for i in reached), default=first)
        if first and newest and newest < first:
            return first
        return max(now, newest) if newest else now

    def _habit(self, image: Image) -> Habit:
        return self.manner.versions or habit_in(image.log.versions) or self._habit_around(image)

    def _habit_around(self, image: Image) -> Habit:
        """As in the rest of the tree; where nothing there was rebuilt, as the tree counts on."""
        several = [i.log.versions for i in self.trees.images if i.tree == image.tree]
        found = habit_of_all(several)
        return found or ("patch" if any(len(each) > 1 for each in several) else "sequence")

    # ------------------------------------------------------------ what the block says

    def _entry(self, image: Image, version: str, parents: Sequence[Image]) -> Entry:
        why = self.why[image.folder]
        fixes = tuple(dict.fromkeys(chain.from_iterable(move.fixes for move in why)))
        gone = tuple(dict.fromkeys(chain.from_iterable(move.gone for move in why)))
        packages = tuple(dict.fromkeys(chain.from_iterable(move.packages for move in why)))
        items = [_on(move) for move in self.right_on.get(image.folder, {})]
        if parents:
            named = ", ".join(f"{parent.name} {self.done[parent.folder]}" for parent in parents)
            theirs = chain.from_iterable(self.why[parent.folder] for parent in parents)
            bases = ", ".join(dict.fromkeys(_short(move) for move in theirs))
            items.append(f"Rebuild on {named}, for {bases}.")
        if fixes:
            items.append(f"Fixes {_listed(fixes, _IDS)}.")
        if gone:
            whose = "its package" if len(gone) == 1 else "their packages"
            items.append(f"Drops {_listed(gone, _IDS)} with {whose}.")
        if packages:
            items.append(f"Updates {_listed(packages, _PACKAGES)}.")
        who = self._who(image)
        return Entry(version, items, who, self.when, "high" if fixes or gone else "medium")

    def _who(self, image: Image) -> str:
        values = self.trees.config(image.tree).values
        configured = f"{values.get('fallback_author', '')} <{values.get('fallback_email', '')}>"
        return next(filter(is_person, (self.manner.maintainer, configured)), _NOBODY)


def _on(move: BaseMove) -> str:
    """What an image right on a moved base is rebuilt on, in full: it is what goes on record."""
    old, new = move.old, move.new
    if (old.effective_tag, old.name) != (new.effective_tag, new.name):
        return f"Rebuild on {new} (was {old.tag or old.effective_tag})."
    if old.digest and old.digest != new.digest:
        return f"Rebuild on {new} (was {old.digest[:19]})."
    return f"Rebuild on {new}."


def _short(move: BaseMove) -> str:
    name = move.new.name.rpartition("/")[2]
    digest = f" ({move.new.digest[:19]})" if move.new.digest else ""
    return f"{name}:{move.new.effective_tag}{digest}"


def _listed(words: Sequence[str], most: int) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"
