"""Which release of which operating system does a part of a tag name?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from bot.model import Cycle
from bot.tags.tag import Part
from bot.tags.tokens import numbers

#: Systems of which images are published while a release is not out yet: only the data knows.
_PUBLISHED_EARLY: Final = frozenset({"debian", "deb", "ubuntu", "fedora", "fc", "leap", "opensuse"})

_WINDOWS: Final = frozenset({"windows", "windowsservercore", "servercore", "nanoserver", "ltsc"})
#: https://learn.microsoft.com/windows-server/get-started/windows-server-release-info
_WINDOWS_BUILDS: Final = {"1607": "2016", "1809": "2019"}
_NUMBERED: Final = re.compile(r"(?P<word>[A-Za-z]+)(?P<gap>[-_.]*)(?P<number>\d+(?:\.\d+)*)")


class System(Protocol):
    """An operating system whose releases are known, as `bot.lifecycle` has it."""

    @property
    def key(self) -> str: ...
    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def codenames(self) -> Mapping[str, str]: ...
    @property
    def has_lts(self) -> bool: ...
    def release(self, version: str) -> Cycle | None:
        """The release that a version belongs to, if it is known to be out."""


class Release(NamedTuple):
    """
    A release of an operating system, as a part of a tag names it.

    `numbers` give its place among those of one `shape`, which tells the system and the spelling;
    `out`: whether it surely is released; `lts`: as of a `Candidate`; `cycle`: what is known of it.
    """

    shape: str
    numbers: tuple[int, ...]
    cycle: Cycle
    out: bool
    lts: bool | None = None

    def outlives(self, other: Release) -> bool:
        """Whether its support does not end before that of the other, as far as is known."""
        mine, others = self.cycle.security_until, other.cycle.security_until
        return mine is None or others is None or mine >= others


class Systems:
    """The operating systems that tags may name; those that nothing is known of count upwards."""

    def __init__(self, known: Iterable[System] = ()) -> None:
        known = tuple(known)
        self._by_word = {word: system for system in known for word in system.words}
        self._by_codename = {
            codename: (system, number)
            for system in known
            for codename, number in system.codenames.items()
        }
        # Few are named, by many tags of a listing.
        self._called_of = lru_cache(maxsize=1024)(self._called)
        self._counted_of = lru_cache(maxsize=1024)(self._counted)

    def named(self, part: Part) -> Release | None:
        """The release that a part names; None where it names none, or none that has a place."""
        if part.role == "codename":
            return self._called_of(part.text)
        return self._counted_of(part.text) if part.role == "system" else None

    def _counted(self, text: str) -> Release | None:
        found = _NUMBERED.fullmatch(text)
        if found is None:
            return None
        word = found["word"].lower()
        return _windows(found) if word in _WINDOWS else self._numbered(found, word)

    def _called(self, codename: str) -> Release | None:
        system, number = self._by_codename.get(codename.lower(), (None, ""))
        cycle = system.release(number) if system else None
        if system is None or cycle is None:
            return None
        shape = f"<{system.key} by name>"
        return Release(shape, numbers(number), cycle, out=True, lts=_lts(system, cycle))

    def _numbered(self, found: re.Match[str], word: str) -> Release:
        number, system = found["number"], self._by_word.get(word)
        cycle = system.release(number) if system else None
        places = number.count(".") + 1
        return Release(
            f"{found['word']}{found['gap']}<{places} numbers>",
            numbers(number),
            cycle or Cycle(found[0], "system"),
            out=cycle is not None or word not in _PUBLISHED_EARLY,
            lts=_lts(system, cycle) if system and cycle else None,
        )


def _lts(system: System, cycle: Cycle) -> bool | None:
    return cycle.lts if system.has_lts else None


def _windows(found: re.Match[str]) -> Release | None:
    """
    A Windows Server with long support, by its year (`ltsc2022`) or its build (`nanoserver-1809`).

    The publisher went over from the one to the other, so they are of one shape. The releases in
    between, which had support for 18 months, have no successors.
    """
    word, number = found["word"].lower(), found["number"]
    year = number if word == "ltsc" else _WINDOWS_BUILDS.get(number)
    if year is None:
        return None
    before = "" if word == "ltsc" else f"{found['word']}{found['gap']}"
    return Release(
        f"{before}<windows>", numbers(year), Cycle(f"Windows Server {year}", "system"), out=True
    )
