"""What a word of a Dockerfile expands to, and the variables that words may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.formats.dockerfile.text import Run

TEXT_LIMIT = 4096
RUN_LIMIT = 256
DEPTH_LIMIT = 16
LONG = "it expands to more than anyone would write"


class Value(NamedTuple):
    """
    An expanded word. `missing`: why it is not what a build would see, as a full sentence;
    `opaque`: only a build knows what it is.
    """

    runs: tuple[Run, ...]
    missing: str | None = None
    opaque: bool = False

    @property
    def text(self) -> str:
        """The word as the builder sees it."""
        return "".join([run.text for run in self.runs])

    def through(self, variable: str) -> Value:
        """The same word as the value of a variable."""
        runs = [Run(text, at, (variable, *via)) for text, at, via in self.runs]
        if not runs:
            runs = [Run("", None, (variable,))]
        if any(len(run.via) > DEPTH_LIMIT for run in runs):
            raise ValueError(LONG)
        return Value(tuple(runs), self.missing, self.opaque)


@dataclass(slots=True)
class Scope:
    """The variables that a word may ask for, and how much more work their file may cause."""

    values: dict[str, Value] = field(default_factory=dict)
    work: int = 1_000_000

    def known(self, name: str) -> Value | None:
        """The variable's value; raises `ValueError` where the file has asked for too much."""
        value = self.values.get(name)
        self.spend(8 + (len(value.runs) if value else 0))
        return value

    def plain(self, name: str) -> Value:
        """What `${name}` expands to; nothing, with the reason, where the variable is not set."""
        value = self.known(name)
        return value or Value((Run("", None, (name,)),), f"{name} has no default")

    def spend(self, work: int) -> None:
        """Count work done; raises `ValueError` where the file has caused too much of it."""
        self.work -= work
        if self.work < 0:
            raise ValueError("the file expands more variables than anyone would write")


def bounded(runs: list[Run]) -> None:
    """Raise `ValueError`, as a clause, where a word has grown beyond what anyone would write."""
    if len(runs) > RUN_LIMIT or sum([len(run.text) for run in runs]) > TEXT_LIMIT:
        raise ValueError(LONG)


def cut(runs: Iterable[Run], start: int, end: int) -> list[Run]:
    """Characters `start` up to `end` of what the runs spell."""
    found: list[Run] = []
    at = 0
    for text, where, via in runs:
        low, high = max(start - at, 0), min(end - at, len(text))
        if low < high:
            found.append(Run(text[low:high], where if where is None else where + low, via))
        at += len(text)
    return found
