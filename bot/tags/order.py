"""Which tags succeed a tag, and what kind of move each would be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, zip_longest
from operator import itemgetter
from typing import TypeAlias

from bot.model import Candidate, Kind
from bot.tags.grammar import parse
from bot.tags.tag import Part, Slot, Tag
from bot.tags.words import PRERELEASES

Lts: TypeAlias = Callable[[str], bool | None]
"""Tells whether a tag is of a release with long support; None: not known."""

_Ranked: TypeAlias = tuple[tuple[Slot, ...], str, Tag]
_STAGES = "|".join(sorted(word for word in PRERELEASES if len(word) > 1))
_OPTIONAL = re.compile(rf"{_STAGES}|post|[0-9][abc][0-9]|m[0-9]".encode())


def competes(one: Tag, other: Tag) -> bool:
    """Whether two tags are of one line, majors included: same variant, precision and spelling."""
    return one.shape == other.shape and bool(one.moving)


def succeeds(newer: Tag, older: Tag) -> bool:
    """Whether a tag comes after another of its line: a strict partial order over all tags."""
    return competes(newer, older) and newer.key > older.key


def kind_of_move(old: Tag, new: Tag, major: int = 1) -> Kind:
    """
    What moves between two tags that compete: the weightiest number that differs.

    `major`: how many leading numbers of a version make its major.
    """
    for place, (before, after) in enumerate(zip(old.key, new.key, strict=True)):
        if before[0] != after[0]:
            if old.calendar and new.calendar:
                return "date"
            return _kind_of(old.moving[place], after[0], major)
        if before != after:
            return "patch" if before[1] != after[1] else "revision"
    return "revision"


def _kind_of(old: Part, new: tuple[int, ...], major: int) -> Kind:
    """What moves where a part gets other numbers."""
    if old.role == "date":
        return "date"
    if old.role == "update":
        return "patch"
    if old.role == "revision":
        return "revision"
    place = _first_difference(old.numbers, new)
    if place < major:
        return "major"
    return "minor" if place == major else "patch"


def _first_difference(old: tuple[int, ...], new: tuple[int, ...]) -> int:
    """Where two versions differ; what one does not say is 0."""
    place = 0
    for one, other in zip_longest(old, new, fillvalue=0):
        if one != other:
            break
        place += 1
    return place


class Ranks:
    """
    The tags of one listing by line, the newest first, read as far as somebody asks for.

    Most of a long listing cannot compete with a tag, which is seen at a glance: what competes has
    the same letters, only a commit may differ, and a prerelease be there or not.
    """

    def __init__(self, tags: Iterable[str]) -> None:
        self._texts: defaultdict[bytes, list[str]] = defaultdict(list)
        self._read: dict[bytes | None, Mapping[str, Sequence[_Ranked]]] = {}
        for text in set(tags):
            self._texts[_letters(text)].append(text)

    def successors(self, current: str, major: int, is_lts: Lts) -> tuple[Candidate, ...]:
        """
        The tags that succeed `current`, newest first, with what `is_lts` tells of each.

        A prerelease is marked as one, except a newer one of the release that `current` itself is a
        prerelease of: whoever is there has chosen to be.
        """
        old = parse(current)
        if not old.moving:
            return ()
        line, mine = self._lines(old).get(old.shape, ()), old.key
        return tuple(
            [
                Candidate(
                    text,
                    kind_of_move(old, new, major),
                    "prerelease" in new.roles and _is_step_back(old, new),
                    is_lts(text),
                )
                for key, text, new in line
                if key > mine
            ]
        )

    def _lines(self, old: Tag) -> Mapping[str, Sequence[_Ranked]]:
        """The tags that may compete with a tag, by what those that do have in common."""
        some = None
        if "hash" not in old.roles:
            some = _letters("".join([part.text for part in old.parts if part.shape]))
        if some not in self._read:
            texts = chain(*self._texts.values()) if some is None else self._texts.get(some, ())
            self._read[some] = _ranked(texts)
        return self._read[some]


def successors(current: str, tags: Iterable[str], major: int) -> tuple[Candidate, ...]:
    """The tags that succeed `current`, newest first, of a listing that is asked about once."""
    return Ranks(tags).successors(current, major, not_known)


def not_known(_tag: str) -> bool | None:
    """Tell of no tag whether it is of a release with long support."""
    return None


def _ranked(texts: Iterable[str]) -> Mapping[str, Sequence[_Ranked]]:
    lines: defaultdict[str, list[_Ranked]] = defaultdict(list)
    for text in texts:
        tag = parse(text)
        if tag.moving:
            lines[tag.shape].append((tag.key, text, tag))
    for line in lines.values():
        line.sort(key=itemgetter(0, 1), reverse=True)
    return lines


@lru_cache(maxsize=1 << 16)
def _letters(text: str) -> bytes:
    folded = text.encode("utf-8", "surrogatepass").lower()
    return _OPTIONAL.sub(b"", folded).translate(None, b"0123456789.-_")


def _is_step_back(old: Tag, new: Tag) -> bool:
    """Whether a prerelease is one for who is on a tag."""
    same_release = old.key[0][0] == new.key[0][0]
    return not (old.prerelease and same_release)
