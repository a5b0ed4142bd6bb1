"""Variables within references: which characters of the file spell what a reader puts there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.formats.telling.places import Left
from bot.formats.yaml_spans import Node, Scalar, is_text, spelling, target
from bot.model import Piece, SkipReason, Span

Value: TypeAlias = tuple[Piece, ...]
"""How a variable's value is spelled, and where."""

_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_DEPTH = 8
_MOST = 1000
"""Pieces beyond which nobody has meant it."""


@dataclass(frozen=True, slots=True)
class Style:
    """
    How a language writes variables.

    `pattern` has the groups `name`, and where there are such things `op` and `word` (what stands
    after the name in `${NAME:-word}`), `escaped` (`$$`, which stands for itself), and `placeholder`
    (a name where otherwise a template language would fill something in).
    `because` says, as a clause, why a variable that nothing gives a value is left alone.
    `sign`: what every variable begins with; nothing else is searched for them.
    """

    pattern: re.Pattern[str]
    because: str
    reason: SkipReason = "variable-without-default"
    escaped: str = "$"
    sign: str = "$"

    def named(self, match: re.Match[str]) -> str:
        """The name of the variable that a match is of; empty for an escape."""
        groups = match.groupdict()
        return next(filter(None, map(groups.get, ("name", "bare", "placeholder"))), "")

    def without_placeholders(self, words: str) -> str:
        """Words without variables that look like those of a template language."""
        if "placeholder" not in self.pattern.groupindex:
            return words
        return self.pattern.sub(lambda match: "" if match["placeholder"] else match[0], words)


COMPOSE = Style(
    # https://docs.docker.com/reference/compose-file/interpolation/
    re.compile(
        r"\$(?:(?P<escaped>\$)|\{(?P<name>[A-Za-z_]\w*)(?:(?P<op>:?[-?+])(?P<word>(?:[^{}]|\{[^{}]*\})*))?\}"
        r"|(?P<bare>[A-Za-z_]\w*))"
    ),
    "has no default here",
)
"""`$NAME`, `${NAME}`, `${NAME:-word}`, `${NAME-word}`, `${NAME:?…}`, `${NAME:+word}`, `$$`."""

SHELL = Style(
    re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>[A-Za-z_]\w*)\}|(?P<bare>[A-Za-z_]\w*))"),
    "is given its value elsewhere",
)
"""`$NAME`, `${NAME}` and `$$` alone, as in CI's variables."""


def expanded(pieces: Iterable[Piece], style: Style, values: Mapping[str, Value]) -> Value | Left:
    """
    Pieces with their variables replaced by how their values are spelled.

    Why it is left alone where something has no value. What a default says counts where
    `values` says nothing, and is the default's own characters.
    """
    found: list[Piece] = []
    for number, part in enumerate(_within(pieces, style, values, _DEPTH)):
        if isinstance(part, Left):
            return part
        if number > _MOST:
            return Left("variable-not-expanded", "it expands to more than anyone would write")
        if part.text:
            found.append(part)
    return tuple(found)


def _within(
    pieces: Iterable[Piece], style: Style, values: Mapping[str, Value], depth: int
) -> Iterator[Piece | Left]:
    for piece in pieces:
        at = 0
        for match in style.pattern.finditer(piece.text):
            yield _plain(_cut(piece, at, match.start()), style)
            yield from _one(piece, match, style, values, depth)
            at = match.end()
        yield _plain(_cut(piece, at, len(piece.text)), style)


def _plain(piece: Piece, style: Style) -> Piece | Left:
    """What stands between variables, if it is none that cannot be read."""
    if style.sign in piece.text:
        return Left("variable-not-expanded", f"{piece.text[:80]} cannot be expanded")
    return piece


def _one(
    piece: Piece, match: re.Match[str], style: Style, values: Mapping[str, Value], depth: int
) -> Iterator[Piece | Left]:
    groups = match.groupdict()
    name = style.named(match)
    written = groups.get("op") or ""
    operator = written.lstrip(":")
    empty = written == ":-" and not "".join(part.text for part in values.get(name, ()))
    if groups.get("escaped"):
        yield Piece(style.escaped, None)
    elif not depth:
        yield Left("variable-not-expanded", f"{name} stands for itself")
    elif operator == "+":
        yield Left("variable-not-expanded", f"what {name} says depends on whether it is set")
    elif name in values and not empty:
        yield from _within(values[name], style, values, depth - 1)
    elif operator == "-":
        word = _cut(piece, match.start("word"), match.end("word"))._replace(variable=name)
        yield from _within((word,), style, values, depth - 1)
    else:
        yield Left(style.reason, f"{name} {style.because}")


def _cut(piece: Piece, start: int, end: int) -> Piece:
    span = piece.span and Span(piece.span.start + start, piece.span.start + end)
    return Piece(piece.text[start:end], span, piece.variable)


def value_of(text: str, node: Node, name: str) -> Value | None:
    """How a node of a text spells a variable's value; `None` where YAML changes what is written."""
    said = target(node)
    if not isinstance(said, Scalar) or is_changed_by_yaml(said):
        return None
    return tuple(piece._replace(variable=name) for piece in spelling(text, said).pieces)


def partly(node: Node, style: Style) -> bool:
    """Whether variables say a part of a text, so a digest in it is right for one value only."""
    said = target(node)
    if not isinstance(said, Scalar) or style.sign not in said.value:
        return False
    return not style.pattern.fullmatch(said.value)


def is_changed_by_yaml(said: Scalar) -> bool:
    """Whether a plain scalar is read as a number that prints as something else (`3.10`)."""
    if is_text(said):
        return False
    if _FLOAT.fullmatch(said.value):
        return repr(float(said.value)).removesuffix(".0") != said.value
    return not said.value.isdecimal() or (said.value.startswith("0") and said.value != "0")
