"""How a file spells what a scalar says: in quotes, by escapes, folded, over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.yaml_spans.nodes import Scalar
from bot.model import Piece, Span

_BREAK = r"(?:\r\n|[\r\n\x85\u2028\u2029])"
_BLOCK_HEADER = re.compile(r"[|>][^\r\n\x85\u2028\u2029]*")
_SINGLE = re.compile(r"(?P<as_is>[^']+)|''")
_DOUBLE = re.compile(
    rf"(?P<as_is>[^\\]+)|\\(?:(?P<join>{_BREAK}[ \t]*)"
    r"|x(?P<x>[0-9A-Fa-f]{2})|u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})|(?P<one>.))",
    re.DOTALL,
)
_ONE = dict(
    zip('0abt\tnvfre "/\\N_LP', '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True)
)
_NULL = {"~", "null", "Null", "NULL"}
_NO_TEXT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*|0x[0-9a-fA-F_]+|0o?[0-7_]+|0b[01_]+)"
    r"|[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF"
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """
    What a scalar says, without the line ends that close a block scalar, and how.

    `span` is what the file says there, without quotes; the texts of `pieces` make up `words`.
    """

    words: str
    span: Span
    pieces: tuple[Piece, ...]

    @property
    def end(self) -> int | None:
        """Where the words could be made longer; `None` where their end is computed."""
        last = self.pieces[-1].span if self.pieces else None
        return last.end if last else None


def is_null(scalar: Scalar) -> bool:
    """Whether a scalar says nothing: left out, `~`, `null`, or an empty text."""
    if scalar.tag:
        return scalar.tag == "tag:yaml.org,2002:null" or not scalar.value
    return not scalar.value or (not scalar.style and scalar.value in _NULL)


def is_text(scalar: Scalar) -> bool:
    """Whether a scalar is a text, and not a number or truth value (https://yaml.org/type/)."""
    return bool(scalar.style or scalar.tag) or not _NO_TEXT.fullmatch(scalar.value)


def spelling(text: str, scalar: Scalar) -> Spelling:
    """How a scalar of `text` is spelled: one piece without span where it cannot be traced."""
    block = scalar.style in {"|", ">"}
    words = scalar.value.rstrip("\r\n") if block else scalar.value
    span = _inner(text, scalar)
    pieces = tuple(_pieces(text, span, scalar.style))
    if "".join(piece.text for piece in pieces) != words:
        pieces = (Piece(words, None),)
    return Spelling(words, span, pieces)


def _inner(text: str, scalar: Scalar) -> Span:
    start, end = scalar.span.start, scalar.span.end
    if scalar.style in {"'", '"'}:
        return Span(start + 1, end - 1)
    if header := scalar.style and _BLOCK_HEADER.match(text, start, end):
        start = header.end()
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    return Span(start, max(start, start + len(said.strip())))


def _pieces(text: str, span: Span, style: str) -> Iterator[Piece]:
    if style == '"':
        yield from _double_quoted(text, span)
    elif style == "'":
        for match in _SINGLE.finditer(text, span.start, span.end):
            yield _as_is(match) if match["as_is"] else Piece("'", None)
    elif span.start < span.end:
        yield Piece(span.of(text), span)


def _double_quoted(text: str, span: Span) -> Iterator[Piece]:
    for match in _DOUBLE.finditer(text, span.start, span.end):
        if match["as_is"]:
            yield _as_is(match)
        elif not match["join"]:
            yield Piece(_unescaped(match), None)


def _unescaped(match: re.Match[str]) -> str:
    if number := match["x"] or match["u"] or match["U"]:
        return chr(int(number, 16)) if int(number, 16) <= 0x10FFFF else ""
    return _ONE.get(match["one"], "")


def _as_is(match: re.Match[str]) -> Piece:
    return Piece(match[0], Span(match.start(), match.end()))
