"""The kinds of file basewatch reads. To add one: a module here, and its name in `FORMATS`."""

from __future__ import annotations

from bot.formats import blubber, dockerfile
from bot.model import SourceFile
from bot.ports import Format

FORMATS: tuple[Format, ...] = (dockerfile, blubber)


def candidates(path: str) -> tuple[Format, ...]:
    """The formats that a file of this path may be of."""
    return tuple(format_ for format_ in FORMATS if format_.matches(path))


def claimant(file: SourceFile) -> Format | None:
    """The format that the file is of: the first that claims it."""
    return next((f for f in candidates(file.path) if f.claims(file)), None)
