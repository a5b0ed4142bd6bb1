"""A tag as read: its parts, what its competitors look like, and its place among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NamedTuple, TypeAlias

PartRole = Literal[
    "separator",
    "spelling",  # the `v` of `v1.2`
    "release",  # 3.12.4
    "update",  # the `u312` of `8u312`
    "prerelease",  # rc1, -beta.2
    "post",  # .post1
    "revision",  # r8, -2, _9, patched-1
    "date",  # 20240904, 2024-09-04-120102, 1779828949
    "hash",  # a commit
    "channel",  # latest, lts
    "codename",  # bookworm
    "system",  # alpine3.19, debian-12, nanoserver-1809
    "arch",  # arm64v8
    "flavour",  # slim, jdk17, anything else
]
_COUNTED = frozenset({"release", "update", "revision", "date"})

Slot: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""One number that moves: the numbers, then what comes before its release, then after it."""

_RELEASED: tuple[int, ...] = (1,)


class Part(NamedTuple):
    """
    A run of characters with one meaning.

    `shape` is what tags that compete with this one have in its place: the same text for what
    never changes, a placeholder for what moves, nothing for what may be absent (a prerelease).
    """

    role: PartRole
    text: str
    shape: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """
    A tag, read without loss: `str(tag)` is what was read.

    `shape` is equal for exactly the tags that compete with each other; `roles` are those that its
    parts have; `release` is the part that holds the version.
    """

    parts: tuple[Part, ...]
    shape: str = field(init=False, compare=False, repr=False)
    roles: frozenset[PartRole] = field(init=False, compare=False, repr=False)
    release: Part | None = field(init=False, compare=False, repr=False)
    _moving: tuple[Part, ...] | None = field(init=False, compare=False, repr=False)
    _key: tuple[Slot, ...] | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Computed at once: every tag of a listing is asked for them.
        found = [part for part in self.parts if part.role == "release"]
        object.__setattr__(self, "shape", "".join([part.shape for part in self.parts]))
        object.__setattr__(self, "roles", _set_of(tuple([part.role for part in self.parts])))
        object.__setattr__(self, "release", found[0] if found else None)
        object.__setattr__(self, "_moving", None)
        object.__setattr__(self, "_key", None)

    def __str__(self) -> str:
        return "".join([part.text for part in self.parts])

    @property
    def moving(self) -> tuple[Part, ...]:
        """The parts whose numbers order the tags of one shape, the weightiest first."""
        if self._moving is None:  # kept, as the key is
            moving = tuple([part for part in self.parts if part.role in _COUNTED])
            object.__setattr__(self, "_moving", moving)
        assert self._moving is not None
        return self._moving

    @property
    def key(self) -> tuple[Slot, ...]:
        """The tag's place among those of its shape: the greater is the newer."""
        if self._key is None:  # kept, because sorting a listing asks for it again and again
            object.__setattr__(self, "_key", tuple(self._slots()))
        assert self._key is not None
        return self._key

    def _slots(self) -> Iterator[Slot]:
        moving = self.moving
        first = self.release or (moving[0] if moving else None)
        for part in moving:
            weight = (self._stage, self._post) if part is first else ((), ())
            yield (part.numbers, *weight)

    @property
    def _stage(self) -> tuple[int, ...]:
        if not self.prerelease:
            return _RELEASED
        return (0, *(number for part in self.all("prerelease") for number in part.numbers))

    @property
    def _post(self) -> tuple[int, ...]:
        return tuple(number for part in self.all("post") for number in part.numbers)

    def all(self, role: PartRole) -> tuple[Part, ...]:
        """The parts of one role, in order."""
        return tuple(part for part in self.parts if part.role == role)

    @property
    def precision(self) -> int:
        """How many numbers the version has; 0 where there is none."""
        return self.release.text.count(".") + 1 if self.release else 0

    @property
    def calendar(self) -> bool:
        """Whether the version is a date with points (`2024.01.31`)."""
        return self.release is not None and _is_day(self.release)

    @property
    def prerelease(self) -> bool:
        """Whether the tag comes before a release of its own."""
        return "prerelease" in self.roles

    def words(self) -> Iterator[str]:
        """The words of the tag, in lower case."""
        return (part.text.lower() for part in self.parts if part.text[:1].isalpha())

    def line(self, major: int = 1) -> str:
        """
        The name of the tag's line: each number that may move is `*`, the first `major` are kept.

        What may be absent is left out, so that a prerelease and its release have one name.
        """
        return "".join(self._starred(part, major) for part in self.parts)

    def _starred(self, part: Part, major: int) -> str:
        if part is self.release:
            return "*.*.*" if self.calendar else _kept(part, major)
        if part.role in _COUNTED:
            return "".join(takewhile(lambda char: not char.isdigit(), part.text)) + "*"
        if part.role == "hash" and self.moving:
            return "*"
        return part.text if part.shape else ""


@lru_cache(maxsize=1 << 12)
def _set_of(roles: tuple[PartRole, ...]) -> frozenset[PartRole]:
    """The roles that there are; many tags are of the same few, and share one set."""
    return frozenset(roles)


def _kept(part: Part, major: int) -> str:
    numbers = part.text.split(".")
    if part.shape.endswith("+"):  # any number of them may follow
        return ".".join([*numbers[:major], "*"])
    return ".".join([*numbers[:major], *("*" for _ in numbers[major:])])


def _is_day(part: Part) -> bool:
    if not part.shape.startswith("^"):
        return False
    widths = [len(number) for number in part.text.split(".")]
    return widths == [4, 2, 2] and 1 <= part.numbers[1] <= 12 and 1 <= part.numbers[2] <= 31
