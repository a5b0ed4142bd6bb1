"""What all scanners that are programs have in common: being found, and being understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot import programs
from bot.errors import EvidenceError
from bot.ports import Scanner
from bot.programs import Ran
from bot.scanners.pair import Program, ProgramScanner
from bot.scanners.reading import Json, loaded, text
from bot.scanners.settings import Means, Tool

_VERSION = re.compile(r"v?([0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}(?:[-+][0-9A-Za-z.-]+)?)")


def if_there(
    name: str, made: Callable[[str, Tool, Means], Program], means: Means
) -> Scanner | None:
    """The scanner that the program of this name is, where it is there."""
    tool = means.tools.get(name)
    program = programs.found(tool.program) if tool else None
    return ProgramScanner(made(program, tool, means), means) if tool and program else None


def version(name: str, said: Json) -> str:
    """The version in a program's own word, without `v`; raises `EvidenceError` where it is none."""
    match = _VERSION.fullmatch(text(said))
    if not match:
        raise EvidenceError(f"{name} does not tell a version that can be read, so it is not used")
    return match[1]


def supported(name: str, known: str, least: tuple[int, int]) -> str:
    """The version, where it is of `least` or later; raises `EvidenceError` where it is not."""
    if numbers(known)[:2] < least:
        raise EvidenceError(
            f"{name} {known} is too old to be understood: {least[0]}.{least[1]} and later are"
        )
    return known


def numbers(known: str) -> tuple[int, ...]:
    """The numbers of a version, without what makes it a prerelease or a build of one's own."""
    return tuple(map(int, re.split(r"[-+]", known, maxsplit=1)[0].split(".")))


def answered(name: str, ran: Ran) -> Json:
    """The JSON that a program gave; raises `EvidenceError`."""
    with understood(name):
        return loaded(ran.output)


@contextmanager
def understood(name: str) -> Iterator[None]:
    """What a program says and nobody can read (`ValueError`) is an `EvidenceError` of its name."""
    try:
        yield
    except ValueError as error:
        raise EvidenceError(f"{name} {error}") from None
