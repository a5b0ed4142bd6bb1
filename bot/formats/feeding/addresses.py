"""
Characters of several files in one reference: each has an address that says which file has it.

What a file says of its own has the offsets of that file. What others give to it has offsets no file
is long enough for, so that readers of references need not know of other files.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.formats.feeding.values import Given
from bot.formats.telling import Value
from bot.model import SourceFile, Span

OUTSIDE = 1 << 40
"""Offsets from here on are addresses of characters of other files."""


class Home(NamedTuple):
    """Where some characters stand: a file, what of it they are, and the value they are part of."""

    file: SourceFile
    format: str
    span: Span
    given: Given


class Addresses:
    """The addresses that were given out, and what stands there."""

    def __init__(self) -> None:
        self._homes: list[Home] = []

    def of(self, given: Given, name: str, file: SourceFile, format_: str) -> Value:
        """A value as it is given to another file: under the variable's name, with addresses."""
        pieces = []
        for piece in given.pieces:
            span = piece.span
            if span and span.start < OUTSIDE:
                self._homes.append(Home(file, format_, span, given))
                start = OUTSIDE * len(self._homes)
                span = Span(start, start + len(piece.text))
            pieces.append(piece._replace(span=span, variable=name))
        return tuple(pieces)

    def home(self, span: Span | None) -> Home | None:
        """What stands at an address; `None` for what is no other file's."""
        if span is None or span.start < OUTSIDE:
            return None
        index, offset = divmod(span.start, OUTSIDE)
        home = self._homes[index - 1]
        start = home.span.start + offset
        return home._replace(span=Span(start, start + span.end - span.start))
