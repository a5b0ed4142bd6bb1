"""Which tags succeed a tag, and what kind of move each would be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import zip_longest
from operator import itemgetter

from bot.model import Candidate, Kind
from bot.tags.grammar import parse
from bot.tags.tag import Part, Tag
from bot.tags.words import PRERELEASES

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
    pairs = zip(old.key, new.key, old.moving, new.moving, strict=True)
    for before, after, old_part, new_part in pairs:
        if before[0] != after[0]:
            dates = old.calendar and new.calendar
            return "date" if dates else _kind_of(old_part, new_part, major)
        if before != after:
            return "patch" if before[1] != after[1] else "revision"
    return "revision"


def _kind_of(old: Part, new: Part, major: int) -> Kind:
    if old.role == "date":
        return "date"
    if old.role == "update":
        return "patch"
    if old.role == "revision":
        return "revision"
    place = _first_difference(old.numbers, new.numbers)
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


def successors(current: str, tags: Iterable[str], major: int) -> tuple[Candidate, ...]:
    """
    The tags that succeed `current`, newest first.

    A prerelease is marked as one, except a newer one of the release that `current` itself is a
    prerelease of: whoever is there has chosen to be.
    """
    old = parse(current)
    rivals = ((parse(text), text) for text in filter(_sieve(old), set(tags)))
    newer = [(tag.key, text, tag) for tag, text in rivals if succeeds(tag, old)]
    newer.sort(key=itemgetter(0, 1), reverse=True)
    return tuple(
        [
            Candidate(text, kind_of_move(old, new, major), _is_step_back(old, new))
            for _, text, new in newer
        ]
    )


def _sieve(old: Tag) -> Callable[[str], bool]:
    """
    Tells at a glance which tags cannot compete, since most of a long listing cannot.

    What competes has the same letters: only a commit may differ, and a prerelease be there or not.
    """
    if "hash" in old.roles:
        return lambda _text: True
    letters = _letters("".join([part.text for part in old.parts if part.shape]))
    return lambda text: _letters(text) == letters


@lru_cache(maxsize=1 << 16)
def _letters(text: str) -> bytes:
    folded = text.encode("utf-8", "surrogatepass").lower()
    return _OPTIONAL.sub(b"", folded).translate(None, b"0123456789.-_")


def _is_step_back(old: Tag, new: Tag) -> bool:
    if not new.prerelease:
        return False
    same_release = old.key[0][0] == new.key[0][0]
    return not (old.prerelease and same_release)
