"""Which comments of a YAML text stand beside what."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence

from bot.formats.yaml_spans.lines import Lines
from bot.formats.yaml_spans.nodes import Remark
from bot.model import Span

ABOVE_LIMIT = 100  # lines of comment that can belong to what stands below them
_COMMENT = re.compile(r"(?<![^\s\ufeff])#[^\r\n]*")


class Comments:
    """
    The comments of a text, given the spans of its scalars, which may have a `#` in them.

    `remarks` are its comments, where that is no YAML.
    """

    def __init__(
        self,
        text: str,
        scalars: Sequence[Span],
        lines: Lines,
        remarks: Sequence[Remark] | None = None,
    ) -> None:
        self._text = text
        self._lines = lines
        self._scalars = scalars
        self._starts = [span.start for span in scalars]
        self._found = self._by_line() if remarks is None else self._given(remarks)

    def beside(self, first: int, last: int) -> tuple[str, ...]:
        """The comments on lines `first` to `last`, and on the comment lines right above them."""
        numbers = self.around(first, last)
        return tuple(self._found[line][0] for line in numbers if line in self._found)

    def around(self, first: int, last: int) -> range:
        """Lines `first` to `last`, and the comment lines right above them."""
        above = first
        while first - above < ABOVE_LIMIT and self._alone(above - 1):
            above -= 1
        return range(above, last + 1)

    def elsewhere(self, lines: Container[int]) -> Iterator[Span]:
        """Where the comments of all other lines stand, in order."""
        for line, (said, _, start) in self._found.items():
            if line not in lines:
                yield Span(start, start + len(said))

    def below(self, line: int) -> tuple[tuple[str, ...], int]:
        """The comments on the comment lines right below a line, and the next line after them."""
        end = line + 1
        while self._alone(end):
            end += 1
        return tuple(self._found[number][0] for number in range(line + 1, end)), end

    def _given(self, remarks: Sequence[Remark]) -> dict[int, tuple[str, bool, int]]:
        return {
            self._lines.of(span.start): (span.of(self._text), alone, span.start)
            for span, alone in remarks
        }

    def _by_line(self) -> dict[int, tuple[str, bool, int]]:
        """Each line's comment, whether it has its line to itself, and where it begins."""
        found: dict[int, tuple[str, bool, int]] = {}
        at = 0
        while match := _COMMENT.search(self._text, at):
            scalar_end = self._scalar_end(match.start())
            at = scalar_end or match.end()
            if scalar_end is None:
                line = self._lines.of(match.start())
                before = self._text[self._lines.start(line) : match.start()]
                found[line] = (match[0], not before.strip(" \t\ufeff"), match.start())
        return found

    def _scalar_end(self, offset: int) -> int | None:
        """The end of the scalar that a character is part of."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or self._scalars[index].end <= offset:
            return None
        return self._scalars[index].end

    def _alone(self, line: int) -> bool:
        return line in self._found and self._found[line][1]
