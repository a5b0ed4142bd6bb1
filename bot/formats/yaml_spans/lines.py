"""Where offsets are, in lines and columns, for a text that is asked about often."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from bot.model import Position


@lru_cache(maxsize=32)
def lines_of(text: str) -> Lines:
    """The lines of a text, of which many places are asked for."""
    return Lines(text)


class Lines:
    """The lines of a text; they end with a line feed, as `SourceFile.position` counts them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def of(self, offset: int) -> int:
        """The number of the line of a character, from 0."""
        return bisect_right(self._starts, offset, 0, len(self._starts) - 1) - 1

    def start(self, line: int) -> int:
        """The offset of a line's first character."""
        return self._starts[line]

    def position(self, offset: int) -> Position:
        """The line and column of a character, for people."""
        line = self.of(offset)
        bom = 1 if line == 0 and offset and self._text.startswith("\ufeff") else 0
        return Position(line + 1, offset - self._starts[line] - bom + 1)
