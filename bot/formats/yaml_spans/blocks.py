"""Texts of several lines: which characters of the file spell each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats.yaml_spans.nodes import Scalar
from bot.formats.yaml_spans.spellings import spelling
from bot.model import Piece, Span

_HEADER = re.compile(r"[|>][^\r\n]*(?:\r\n|\r|\n|$)")
_LINE = re.compile(r"(?P<words>[^\r\n]*)(?P<end>\r\n|\r|\n|$)")


def characters(text: str, scalar: Scalar) -> tuple[Piece, ...]:
    """
    All that a scalar says, line ends too, and where; without a span what cannot be traced.

    Unlike `spelling`, which is for words on one line, this finds the lines of a literal block.
    """
    if scalar.style != "|":
        said = spelling(text, scalar).pieces
        if "".join(piece.text for piece in said) == scalar.value:
            return said
        return (Piece(scalar.value, None),)
    pieces = _closed(tuple(_lines(text, scalar)), scalar.value)
    if "".join(piece.text for piece in pieces) == scalar.value:
        return pieces
    return (Piece(scalar.value, None),)


def _lines(text: str, scalar: Scalar) -> Iterator[Piece]:
    header = _HEADER.match(text, scalar.span.start, scalar.span.end)
    at = header.end() if header else scalar.span.start
    indent = _indent(text, at, scalar)
    while at < scalar.span.end and (match := _LINE.match(text, at)):
        start = min(at + indent, match.end("words"))
        words = text[start : match.end("words")]
        if words:
            yield Piece(words, Span(start, match.end("words")))
        if match["end"]:
            yield Piece("\n", Span(*match.span("end")) if match["end"] == "\n" else None)
        at = match.end()


def _indent(text: str, at: int, scalar: Scalar) -> int:
    """How far the lines are indented: as the first one that says something, less what it keeps."""
    while at < scalar.span.end and (match := _LINE.match(text, at)):
        if match["words"].strip(" "):
            first = next((line for line in scalar.value.split("\n") if line.strip(" ")), "")
            return max(len(match["words"]) - len(first), 0)
        at = match.end()
    return 0


def _closed(pieces: tuple[Piece, ...], value: str) -> tuple[Piece, ...]:
    """The pieces with as many line ends at their end as the value has (`|-` leaves none)."""
    wanted = len(value) - len(value.rstrip("\n"))
    bare = list(pieces)
    ends = 0
    while bare and bare[-1].text == "\n":
        bare.pop()
        ends += 1
    return (*bare, *pieces[len(bare) : len(bare) + min(wanted, ends)])
