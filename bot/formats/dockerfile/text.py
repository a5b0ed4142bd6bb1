"""One instruction of a Dockerfile: its words on one line, and where the file has each of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from bot.model import Span

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's `unicode.IsSpace` takes as white space; Python's `str.isspace` takes four more."""

BLANKS = "\t\v\f\r "
"""What divides the keyword and the words of `FROM` (`reWhitespace` of BuildKit's parser.go)."""

_COMMAND = re.compile(rf"[{SPACES}]*+([^{BLANKS}]*+)[{BLANKS}]*+")


class Run(NamedTuple):
    """
    Characters of an expanded word: where the file has them (`None`: nowhere, they were computed),
    and the variables they came through, outermost first.

    A variable without a value leaves an empty run, so that it is known where it stood.
    """

    text: str
    at: int | None
    via: tuple[str, ...] = ()


@dataclass(slots=True)
class Instruction:
    """
    An instruction as BuildKit's parser sees it: continued lines joined, comments left out.

    `line` and `last` are its first and last line in the file, from 1, here-documents included.
    `seams` pairs an index of `text` with the offset in the file where the part begins.
    """

    keyword: str
    text: str
    rest: int
    line: int
    last: int
    seams: tuple[tuple[int, int], ...]
    above: tuple[Span, ...] = ()
    inside: tuple[Span, ...] = ()
    heredocs: tuple[Span, ...] = ()

    def offset(self, index: int) -> int:
        """Where in the file the character at `index` stands."""
        if len(self.seams) == 1:
            return self.seams[0][1] + index
        start, at = self.seams[bisect_right(self.seams, index, key=itemgetter(0)) - 1]
        return at + index - start

    def span(self, start: int, end: int) -> Span:
        """Where in the file the characters `start` up to `end` stand, seams included."""
        if len(self.seams) == 1:
            at = self.seams[0][1]
            return Span(at + start, at + end)
        first = self.offset(start)
        return Span(first, self.offset(end - 1) + 1 if end > start else first)

    def runs(self, start: int, end: int, via: tuple[str, ...] = ()) -> list[Run]:
        """The characters `start` up to `end`, divided where lines are joined within them."""
        if len(self.seams) == 1:
            return [Run(self.text[start:end], self.seams[0][1] + start, via)]
        first = bisect_right(self.seams, start, key=itemgetter(0))
        last = bisect_left(self.seams, end, key=itemgetter(0))
        inner = [at for at, _ in self.seams[first:last]]
        return [
            Run(self.text[low:high], self.offset(low), via)
            for low, high in pairwise([start, *inner, end])
        ]

    def __contains__(self, offset: int) -> bool:
        """Whether the file has the instruction's own lines at `offset`."""
        return self.seams[0][1] <= offset < self.offset(len(self.text))

    @property
    def whole(self) -> Span:
        """Where the file has the instruction, without its here-documents."""
        return self.span(0, len(self.text))


def command(text: str, at: int = 0) -> tuple[str, int]:
    """The keyword of an instruction that begins at `at`, and where what follows it begins."""
    match = _COMMAND.match(text, at)
    assert match
    return match[1], match.end()
