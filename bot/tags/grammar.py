"""Read a tag: give every piece of it the meaning that it has where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar, Final

from bot.tags import words
from bot.tags.place import length_of_system, release_at
from bot.tags.tag import Part, PartRole, Tag
from bot.tags.tokens import LIMIT, NOTHING, Token, numbers, tokens

_NAMES = frozenset({"flavour", "system"})
_AFTER_VERSION = frozenset({"release", "update", "date", "revision", "prerelease", "post", "hash"})


# A version that no date can hide in, and what follows it.
_PLAIN: Final = re.compile(
    rf"(?=.{{1,{LIMIT}}}$)(?P<v>[vV]?)(?P<release>\d{{1,6}}(?:\.\d{{1,6}})*)(?P<rest>(?:[-_][A-Za-z].*)?)",
    re.ASCII,
)


@lru_cache(maxsize=1 << 14)  # the longest listings; more would be memory to look through, no more
def parse(text: str) -> Tag:
    """Read a tag. Every text is one: what means nothing is kept as a name. `str` gives it back."""
    plain = _PLAIN.fullmatch(text)
    if not plain:
        return Tag(tuple(read(text)))
    spelling = (Part("spelling", plain["v"], plain["v"]),) if plain["v"] else ()
    return Tag((*spelling, _version(plain["release"]), *_after_version(plain["rest"])))


@lru_cache(maxsize=1 << 14)
def _after_version(rest: str) -> tuple[Part, ...]:
    """What follows a version reads the same after any, and few things follow many versions."""
    return tuple(read(f"0{rest}")[1:])


def read(text: str) -> Sequence[Part]:
    """The parts of any tag, piece by piece."""
    return _Reader(tokens(text)).read()


@lru_cache(maxsize=1 << 12)
def _kept(role: PartRole, text: str) -> Part:
    """A part that competitors have too; few words make up the many tags, so each is made once."""
    return Part(role, text, text)


def _version(text: str) -> Part:
    """
    A version whose precision is part of its shape; so is whether it counts years.

    Where a publisher changed from years to versions, `2023.12` is no successor of `3.0`.
    """
    found = tuple(map(int, text.split(".")))
    first = "^" if len(found) > 1 and 1990 <= found[0] < 2100 else "#"
    return Part("release", text, first + ".#" * (len(found) - 1), found)


class _Reader:
    """Goes through the pieces of one tag from left to right."""

    def __init__(self, pieces: Sequence[Token]) -> None:
        self._pieces = pieces
        self._count = len(pieces)
        self._at = 0
        self._parts: list[Part] = []
        self._release = release_at(pieces)
        self._version_seen = False

    def read(self) -> list[Part]:
        while self._at < self._count:
            self._BY_SORT[self._pieces[self._at].sort](self)
        return self._parts

    # ------------------------------------------------------------ looking and taking

    def _peek(self, ahead: int = 0) -> Token:
        at = self._at + ahead
        return self._pieces[at] if at < self._count else NOTHING

    def _take(
        self, count: int, role: PartRole, shape: str | None = None, moves: tuple[int, ...] = ()
    ) -> None:
        """Make a part of the next pieces; without `shape`, competitors have the same text."""
        text = self._text(count)
        self._parts.append(_kept(role, text) if shape is None else Part(role, text, shape, moves))
        self._at += count

    def _text(self, count: int) -> str:
        if count == 1:
            return self._pieces[self._at].text
        return "".join([piece.text for piece in self._pieces[self._at : self._at + count]])

    def _commit(self) -> None:
        self._take(1, "hash", "@")

    def _architecture(self) -> None:
        self._take(1, "arch")

    def _other(self) -> None:
        """Take what no tag has, and give it a shape that no tag has either."""
        text = self._peek().text.encode("utf-8", "surrogatepass").hex()
        self._take(1, "flavour", f"<{text}>")

    # ------------------------------------------------------------ separators and what they begin

    def _separator(self) -> None:
        count = self._length_of_stage(1)
        if count:
            self._stage(1 + count)
        elif self._post_follows(1):
            self._post(1)
        else:
            self._take(1, "separator")

    def _length_of_stage(self, ahead: int) -> int:
        """How many pieces a prerelease that begins `ahead` has; 0 where none does."""
        word = self._peek(ahead)
        name = word.text.lower()
        if not self._version_seen or word.sort != "word" or name not in words.PRERELEASES:
            return 0
        if name in words.TOUCHING_PRERELEASES and ahead:
            return 0  # `-b07` counts builds
        if self._peek(ahead + 1).sort == "number":
            return 2
        if len(name) > 1 and self._counts(ahead + 1):
            return 3
        return 1 if name in words.BARE_PRERELEASES else 0

    def _counts(self, ahead: int) -> bool:
        """Whether a separator and a number stand `ahead`."""
        return self._peek(ahead).sort == "sep" and self._peek(ahead + 1).sort == "number"

    def _stage(self, count: int) -> None:
        pieces = self._pieces[self._at : self._at + count]
        name = next(piece.text.lower() for piece in pieces if piece.sort == "word")
        number = pieces[-1].text if pieces[-1].sort == "number" else ""
        self._take(count, "prerelease", "", (words.PRERELEASES[name], *numbers(number)))

    def _post_follows(self, ahead: int) -> bool:
        word = self._peek(ahead)
        is_post = self._version_seen and word.sort == "word" and word.text.lower() == "post"
        return is_post and self._peek(ahead + 1).sort == "number"

    def _post(self, ahead: int) -> None:
        self._take(ahead + 2, "post", "", numbers(self._peek(ahead + 1).text))

    # ------------------------------------------------------------ numbers

    def _number(self) -> None:
        piece = self._peek()
        if self._at == self._release:
            self._release_number()
        elif self._follows_version(dotted="." in piece.text) and piece.text.count(".") <= 1:
            self._revision(1)
        else:
            self._take(1, "flavour")

    def _release_number(self) -> None:
        """
        Take the version. With a build number (`17.0.1_12`) it is whole, however many numbers it
        has: `17_35` is succeeded by `17.0.1_12`. Elsewhere its precision is part of its shape.
        """
        text = self._peek().text
        if self._peek(1).text == "_" and self._peek(2).sort == "number":
            self._take(1, "release", "#+", _without_zeros(numbers(text)))
        else:
            self._parts.append(_version(text))
            self._at += 1
        self._version_seen = True

    def _follows_version(self, *, dotted: bool) -> bool:
        """
        Whether a number here counts builds: only a separator stands between it and the version,
        what counts it, or a name that has its number already (`2.5.1rocm6.1-1`).
        """
        before = self._parts[-2:]
        if len(before) < 2 or before[1].role != "separator" or not self._version_seen:
            return False
        name = before[0].text
        numbered = name[0].isalpha() and name[-1].isdigit() and not dotted
        return before[0].role in _AFTER_VERSION or (before[0].role in _NAMES and numbered)

    def _revision(self, count: int) -> None:
        """Take a revision; Red Hat writes the second of the build after it (`923.1669829893`)."""
        text = self._text(count)
        number = self._pieces[self._at + count - 1].text
        found = numbers(number)
        if self._peek(count).text == "." and self._peek(count + 1).sort == "epoch":
            found = (*found, int(self._peek(count + 1).text))
            count += 2
        self._take(count, "revision", f"{text.removesuffix(number)}#", found)

    # ------------------------------------------------------------ dates

    def _date(self) -> None:
        """Take a date; the `.1` of a second build that day may be absent, so it has no shape."""
        text = self._peek().text
        day = text.partition(".")[0] if text[:8].isdigit() else text
        shape = "".join("%" if char.isdigit() else char for char in day)
        self._take(1, "date", shape, numbers(text))
        self._version_seen = True

    def _epoch(self) -> None:
        text = self._peek().text
        self._take(1, "date", f"%{len(text)}", (int(text),))
        self._version_seen = True

    # ------------------------------------------------------------ words

    def _word(self) -> None:
        name = self._peek().text.lower()
        touches = self._peek(1).sort == "number"
        stage = self._length_of_stage(0) if self._touches_version() else 0
        if stage:
            self._stage(stage)
        elif name == "v" and (touches or self._peek(1).sort in {"date", "epoch"}):
            self._take(1, "spelling")
        elif self._post_follows(0):
            self._post(0)
        elif name == "u" and touches and self._touches_version():
            self._take(2, "update", f"{self._peek().text}#", numbers(self._peek(1).text))
        elif name in words.SYSTEMS:
            self._take(length_of_system(self._pieces, self._at), "system")
        elif count := self._length_of_revision(name):
            self._revision(count)
        else:
            self._name(name)

    def _touches_version(self) -> bool:
        return bool(self._parts) and self._parts[-1].role in {"release", "date"}

    def _length_of_revision(self, name: str) -> int:
        if not self._version_seen:
            return 0
        if self._peek(1).sort in {"number", "epoch"} and name in words.REVISIONS:
            return 2
        return 3 if name in words.SPACED_REVISIONS and self._counts(1) else 0

    def _name(self, name: str) -> None:
        if self._peek(1).sort == "number" and self._at + 1 != self._release:
            self._take(2, "flavour")  # the number belongs to the name: jdk17, cudnn9
        elif name in words.CHANNELS:
            self._take(1, "channel")
        else:
            self._take(1, "codename" if name in words.CODENAMES else "flavour")

    _BY_SORT: ClassVar[Mapping[str, Callable[[_Reader], None]]] = {
        "sep": _separator,
        "word": _word,
        "number": _number,
        "date": _date,
        "epoch": _epoch,
        "hash": _commit,
        "arch": _architecture,
        "other": _other,
    }


def _without_zeros(found: tuple[int, ...]) -> tuple[int, ...]:
    """`17` and `17.0.0` are one version where precision does not matter."""
    while found and found[-1] == 0:
        found = found[:-1]
    return found
