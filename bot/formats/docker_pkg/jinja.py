"""
A template as a Dockerfile: what Jinja puts in is put in where it is known, the rest is masked.

https://jinja.palletsprojects.com/en/stable/templates/ has the syntax. Statements and comments leave
blanks and line ends, so that conditions leave what both of their branches say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from bot.model import Piece, Span

_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENING = re.compile(r"\{[{%#]")
_SET = re.compile(r"\{%[-+]?\s*set\s+(\w+)\s*=\s*(\"[^\"\n]*\"|'[^'\n]*')\s*[-+]?%\}")
_BLOCK = re.compile(
    r"\{%[-+]?\s*(?:(?:set\s[^=]*|macro\s.*)|(end(?:set|macro)))\s*[-+]?%\}", re.DOTALL
)
_NAME = re.compile(r"\{\{[-+]?\s*([A-Za-z_]\w*)\s*[-+]?\}\}")
_FILTERED = re.compile(
    r"\{\{[-+]?\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z_]\w*))\s*((?:\|\s*\w+\s*)+)[-+]?\}\}"
)
_LONGEST = 2000
"""Characters of a statement that is looked at closely."""
_NOT_MASKED = re.compile(r"[^A-Za-z0-9_.:/{}\\\r\n-]")
_BEFORE_LINE_END = re.compile(r"[^\r\n](?=\r?\n)")
_NOT_BLANK = re.compile(r"[^\n\r]")


class Given(NamedTuple):
    """What a variable stands for, and where the template says so; `None`: another file does."""

    text: str
    at: int | None = None


class _Run(NamedTuple):
    """Characters from `start` on, taken from `at` in the template, or given for `bit` of it."""

    start: int
    at: int | None
    bit: Span | None = None
    variable: str | None = None


def named(word: str) -> tuple[str, bool, tuple[str, ...]] | None:
    """What `{{ "x" | image_tag }}` filters, whether that is a variable, and the filters."""
    match = _FILTERED.fullmatch(word)
    if not match:
        return None
    filters = tuple(name.strip() for name in match[4].split("|") if name.strip())
    words = match[1] if match[1] is not None else match[2]
    return (match[3], True, filters) if words is None else (words, False, filters)


def asked(word: str) -> frozenset[str]:
    """The variables that a word asks for by nothing but their names."""
    return frozenset(match[1] for match in _NAME.finditer(word))


def bits(text: str) -> tuple[list[Span], int | None]:
    """Each expression, statement and comment; and where the first is that is never closed."""
    found: list[Span] = []
    unclosed: dict[str, int] = {}
    at = 0
    while match := _OPENING.search(text, at):
        opening = match[0]
        end = -1 if opening in unclosed else text.find(_CLOSING[opening], match.end())
        if end < 0:
            unclosed.setdefault(opening, match.start())
            at = match.start() + 1
        else:
            at = end + 2
            found.append(Span(match.start(), at))
    return found, min(unclosed.values(), default=None)


def variables(text: str) -> dict[str, Given]:
    """What the template itself sets, once and to plain words."""
    found: dict[str, Given] = {}
    several: set[str] = set()
    for match in _SET.finditer(text) if "{%" in text else ():
        several |= {match[1]} & found.keys()
        found[match[1]] = Given(match[2][1:-1], match.start(2) + 1)
    return {name: given for name, given in found.items() if name not in several}


@dataclass(slots=True)
class Rendered:
    """
    The template's text as a Dockerfile, and where each character comes from.

    `broken`: where something begins that Jinja finds no end of, so that it refuses the file.
    """

    text: str = ""
    runs: list[_Run] = field(default_factory=lambda: [_Run(0, 0)])
    size: int = 0
    broken: int | None = None

    def span(self, span: Span) -> Span:
        """Where the template has what stands at a span: all of each bit that is touched."""
        return Span(self._origin(span.start, first=True), self.end(span.end))

    def end(self, offset: int) -> int:
        """Where the template has the end of what ends at an offset."""
        return self._origin(offset - 1, first=False) + 1 if offset else 0

    def pieces(self, piece: Piece) -> Iterator[Piece]:
        """A piece of a reference, divided where the template has its characters apart."""
        if piece.span is None:
            yield piece
            return
        start, last = piece.span
        while start < last:
            index = self._index(start)
            run = self.runs[index]
            after = self.runs[index + 1].start if index + 1 < len(self.runs) else len(self.text)
            end = min(last, after)
            at = None if run.at is None else run.at + start - run.start
            span = None if at is None else Span(at, at + end - start)
            yield Piece(self.text[start:end], span, piece.variable or run.variable)
            start = end

    def _index(self, offset: int) -> int:
        return max(bisect_right(self.runs, offset, key=attrgetter("start")) - 1, 0)

    def _origin(self, offset: int, *, first: bool) -> int:
        run = self.runs[self._index(offset)]
        if run.bit is not None:
            return run.bit.start if first else run.bit.end - 1
        assert run.at is not None
        return run.at + offset - run.start


def rendered(text: str, known: Mapping[str, Given]) -> Rendered:
    """The template with what is known put in; everything else of Jinja's is masked."""
    if "{" not in text:
        return Rendered(text, [_Run(0, 0)], len(text))
    parts: list[str] = []
    at = hidden = 0
    each, broken = bits(text)
    found = Rendered(runs=[], broken=broken)
    for bit in each:
        words, run = _put(text, bit, known)
        looked_at = text.startswith("{%", bit.start) and len(words) < _LONGEST
        opens = _BLOCK.fullmatch(words) if looked_at else None
        before = text[at : bit.start]
        _add(found, parts, _blank(before) if hidden else before, _Run(0, at))
        if opens:
            hidden = max(hidden + (-1 if opens[1] else 1), 0)
        _add(found, parts, words if run else _masked(words), run or _Run(0, bit.start))
        at = bit.end
    # A block that never ends hides nothing: the file is broken, and no guess is better.
    _add(found, parts, text[at:], _Run(0, at))
    found.text = "".join(parts)
    return found


def _put(text: str, bit: Span, known: Mapping[str, Given]) -> tuple[str, _Run | None]:
    words = bit.of(text)
    match = _NAME.fullmatch(words)
    given = known.get(match[1]) if match else None
    if match is None or given is None or not given.text or "\n" in given.text:
        return words, None
    return given.text, _Run(0, given.at, bit, match[1])


def _add(found: Rendered, parts: list[str], words: str, run: _Run) -> None:
    if words or not found.size:
        found.runs.append(run._replace(start=found.size))
        parts.append(words)
        found.size += len(words)


def _masked(words: str) -> str:
    """An expression as one word, its lines continued; of what puts in nothing, blanks."""
    if not words.startswith("{{"):
        return _blank(words)
    flat = words.replace("\\", "_")
    return _NOT_MASKED.sub("_", _BEFORE_LINE_END.sub("\\\\", flat))


def _blank(words: str) -> str:
    return _NOT_BLANK.sub(" ", words)
