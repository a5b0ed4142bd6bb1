"""
The variables of a Dockerfile: only the `ARG`s before the first `FROM` reach `FROM`.

See `buildMetaArgs` and `dispatchArg` in
https://github.com/moby/buildkit/blob/master/frontend/dockerfile/dockerfile2llb/convert.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.formats.dockerfile.shell import Lexer
from bot.formats.dockerfile.text import Instruction, Run
from bot.formats.dockerfile.values import Scope, Value, bounded
from bot.formats.dockerfile.words import Word, quoted_words
from bot.model import Span, Steer

UNREADABLE = "the default of"
PLATFORM_ARGS = (
    "BUILDPLATFORM", "BUILDOS", "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT",
    "TARGETPLATFORM", "TARGETOS", "TARGETOSVERSION", "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE",
)  # fmt: skip
_PLATFORM_VALUES = {
    name: Value((Run("", None, (name,)),), f"{name} is known only when it is built", opaque=True)
    for name in PLATFORM_ARGS
}

_SIMPLE = re.compile(r"(?:[A-Za-z0-9._/:@-]++|\$[A-Za-z_]\w*+|\$\{[A-Za-z_]\w*+\})++", re.ASCII)
_PART = re.compile(r"\$(?:(\w+)|\{(\w+)\})|[^$]+", re.ASCII)


@dataclass(slots=True)
class Arg:
    """A global `ARG` with its default, and the variables that the default asks for."""

    name: str
    found: Instruction
    word: Word
    value: Value
    names: set[str]


@dataclass(slots=True)
class Globals:
    """
    The global scope: `declared` holds every name, `args` the last default of each.

    `late` has the line of each `ARG` with a default that comes too late, in a stage; `given` what
    a build gives, which goes before any default.
    """

    escape: str
    scope: Scope = field(default_factory=lambda: Scope(_PLATFORM_VALUES.copy()))
    declared: dict[str, Instruction] = field(default_factory=dict)
    args: dict[str, Arg] = field(default_factory=dict)
    every: list[Arg] = field(default_factory=list)
    steers: dict[str, tuple[Steer, ...]] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    given: Mapping[str, Value] = field(default_factory=dict)

    def add(self, found: Instruction, steers: tuple[Steer, ...]) -> None:
        """Take in one `ARG` instruction."""
        for name, word in declarations(found, self.escape):
            self.declared[name] = found
            names: set[str] = set()
            if name in self.given:
                value = self.given[name].through(name)
            elif word is not None:
                value, names = self._default(name, found, word)
            else:
                continue
            self.scope.values[name] = value
            self.args[name] = Arg(name, found, word or (found.rest, found.rest), value, names)
            self.every.append(self.args[name])
            if steers:
                self.steers[name] = steers

    def _default(self, name: str, found: Instruction, word: Word) -> tuple[Value, set[str]]:
        names: set[str] = set()
        try:
            value, names = expand(found, word, self.scope, self.escape)
            return value.through(name), names
        except ValueError as error:
            why = f"{UNREADABLE} {name} cannot be read: {error}"
            return Value((Run("", None, (name,)),), why, opaque=True), names


def declarations(found: Instruction, escape: str) -> Iterator[tuple[str, Word | None]]:
    """The names that an `ARG` declares, each with where its default stands, if it has one."""
    for start, end in quoted_words(found.text, found.rest, escape):
        if found.text[start] == "#":
            # BuildKit declares these words too, but nobody means them.
            return
        equals = found.text.find("=", start, end)
        if equals < 0:
            yield found.text[start:end], None
        else:
            yield found.text[start:equals], (equals + 1, end)


def expand(found: Instruction, word: Word, scope: Scope, escape: str) -> tuple[Value, set[str]]:
    """
    A word as the builder expands it, and the variables it asks for.

    Raises `ValueError`, as a clause, where the builder refuses it.
    """
    start, end = word
    text = found.text[start:end]
    if "$" not in text and escape not in text and '"' not in text and "'" not in text:
        return Value(tuple(found.runs(start, end)) if text else ()), set()
    if _SIMPLE.fullmatch(text):
        return _simple(found, word, scope)
    lexer = Lexer(found.text, start, end, found.runs, scope, escape)
    return lexer.word(), lexer.names


def _simple(found: Instruction, word: Word, scope: Scope) -> tuple[Value, set[str]]:
    """A word of plain characters and variables: what `Lexer` makes of it, at less cost."""
    runs: list[Run] = []
    names: set[str] = set()
    missing, opaque = None, False
    for match in _PART.finditer(found.text, *word):
        name = match[1] or match[2]
        if not name:
            runs += found.runs(*match.span())
            continue
        names.add(name)
        value = scope.plain(name)
        runs += value.runs
        missing, opaque = missing or value.missing, opaque or value.opaque
    bounded(runs)
    return Value(tuple(runs), missing, opaque), names


def word_span(found: Instruction, word: Word) -> Span:
    """Where the file has the word, without quotes that surround all of it."""
    start, end = word
    text = found.text[start:end]
    if len(text) > 1 and text[0] in "\"'" and text.find(text[0], 1) == len(text) - 1:
        start, end = start + 1, end - 1
    return found.span(start, end)
