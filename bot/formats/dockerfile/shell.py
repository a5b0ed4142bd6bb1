"""
Expand the words of a Dockerfile as BuildKit's `shell.Lex` does, tracing every character.

The rules are those of https://github.com/moby/buildkit/blob/master/frontend/dockerfile/shell/lex.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from bot.formats.dockerfile.globs import first_match, prefix, suffix
from bot.formats.dockerfile.text import Run

TEXT_LIMIT = 4096
RUN_LIMIT = 256
DEPTH_LIMIT = 16
_LONG = "it expands to more than anyone would write"

_NAME = re.compile(r"[0-9]+|[@*#?$!-]|[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Value:
    """
    An expanded word. `missing`: why it is not what a build would see, as a full sentence;
    `opaque`: only a build knows what it is.
    """

    runs: tuple[Run, ...]
    missing: str | None = None
    opaque: bool = False

    @property
    def text(self) -> str:
        """The word as the builder sees it."""
        return "".join([run.text for run in self.runs])

    def through(self, variable: str) -> Value:
        """The same word as the value of a variable."""
        runs = [Run(text, at, (variable, *via)) for text, at, via in self.runs]
        if not runs:
            runs = [Run("", None, (variable,))]
        if any(len(run.via) > DEPTH_LIMIT for run in runs):
            raise ValueError(_LONG)
        return Value(tuple(runs), self.missing, self.opaque)


@dataclass(slots=True)
class Scope:
    """The variables that a word may ask for, and how much more work their file may cause."""

    values: dict[str, Value] = field(default_factory=dict)
    work: int = 1_000_000

    def known(self, name: str) -> Value | None:
        """The variable's value; raises `ValueError` where the file has asked for too much."""
        value = self.values.get(name)
        self.spend(8 + (len(value.runs) if value else 0))
        return value

    def plain(self, name: str) -> Value:
        """What `${name}` expands to; nothing, with the reason, where the variable is not set."""
        value = self.known(name)
        return value or Value((Run("", None, (name,)),), f"{name} has no default")

    def spend(self, work: int) -> None:
        """Count work done; raises `ValueError` where the file has caused too much of it."""
        self.work -= work
        if self.work < 0:
            raise ValueError("the file expands more variables than anyone would write")


Literal = Callable[[int, int], list[Run]]


@cache
def _plain(stop: str, escape: str) -> re.Pattern[str]:
    return re.compile(rf"[^$'\"{re.escape(escape)}{re.escape(stop)}]+")


@dataclass(slots=True)
class _Out:
    """What a word has expanded to so far."""

    runs: list[Run] = field(default_factory=list)
    missing: str | None = None
    opaque: bool = False

    def add(self, runs: Iterable[Run]) -> None:
        self.runs += runs
        bounded(self.runs)

    def put(self, value: Value) -> None:
        self.add(value.runs)
        self.missing = self.missing or value.missing
        self.opaque = self.opaque or value.opaque

    def value(self) -> Value:
        return Value(tuple(self.runs), self.missing, self.opaque)


@dataclass(slots=True)
class Lexer:
    """One word being read; `names` collects the variables it asks for."""

    text: str
    at: int
    end: int
    literal: Literal
    scope: Scope
    escape: str = "\\"
    names: set[str] = field(default_factory=set)
    depth: int = 0

    def word(self, stop: str = "", *, raw: bool = False) -> Value:
        """
        Read up to `stop` (or the end), leaving it behind; `raw` keeps escapes.

        Raises `ValueError`, as a clause, where the builder refuses the word.
        """
        out = _Out()
        plain = _plain(stop, self.escape)
        while self.at < self.end:
            char = self.text[self.at]
            if match := plain.match(self.text, self.at, self.end):
                out.add(self.literal(self.at, match.end()))
                self.at = match.end()
            elif char == stop:
                self.at += 1
                return out.value()
            elif char == "$":
                out.put(self._dollar())
            elif char == self.escape:
                self._escaped(out, raw=raw)
            elif char == "'":
                self._single(out)
            else:
                self._double(out, raw=raw)
        if stop:
            raise ValueError(f"its {stop!r} is missing")
        return out.value()

    def _escaped(self, out: _Out, *, raw: bool) -> None:
        start = self.at if raw else self.at + 1
        self.at = min(self.at + 2, self.end)
        if start < self.at:
            out.add(self.literal(start, self.at))

    def _single(self, out: _Out) -> None:
        close = self.text.find("'", self.at + 1, self.end)
        if close < 0:
            raise ValueError("its single quote is not closed")
        if close > self.at + 1:
            out.add(self.literal(self.at + 1, close))
        self.at = close + 1

    def _double(self, out: _Out, *, raw: bool) -> None:
        self.at += 1
        start = self.at
        while self.at < self.end:
            char = self.text[self.at]
            if char not in f'"${self.escape}':
                self.at += 1
                continue
            if start < self.at:
                out.add(self.literal(start, self.at))
            if char == '"':
                self.at += 1
                return
            if char == "$":
                out.put(self._dollar())
            else:
                self._escaped_in_quotes(out, raw=raw)
            start = self.at
        raise ValueError("its double quote is not closed")

    def _escaped_in_quotes(self, out: _Out, *, raw: bool) -> None:
        """Within double quotes only a quote, a dollar and the escape itself can be escaped."""
        escapes = self.text[self.at + 1 : self.end][:1] in ('"', "$", self.escape)
        start = self.at if raw or not escapes else self.at + 1
        self.at += 2 if escapes else 1
        out.add(self.literal(start, self.at))

    def _dollar(self) -> Value:
        start = self.at
        self.at += 1
        if self.text[self.at : self.at + 1] != "{" or self.at >= self.end:
            if name := self._name():
                return self._plain_variable(name)
            return Value(tuple(self.literal(start, self.at)))
        self.at += 1
        if self.text[self.at : self.at + 1] in ("", "{", "}", ":") or self.at >= self.end:
            raise ValueError("it has a bad substitution")
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise ValueError(_LONG)
        value = self._substitution(self._name())
        self.depth -= 1
        return value

    def _name(self) -> str:
        match = _NAME.match(self.text, self.at, self.end)
        if not match:
            return ""
        self.at = match.end()
        return match[0]

    def _next(self) -> str:
        char = self.text[self.at : min(self.at + 1, self.end)]
        self.at += 1
        return char

    def _substitution(self, name: str) -> Value:
        sign = self._next()
        if sign == "}":
            return self._plain_variable(name)
        if sign == "/":
            return self._replaced(name)
        empty_too = sign == ":"
        if empty_too:
            sign = self._next()
        if sign not in tuple("+-?#%"):
            raise ValueError(f"${{{name}{sign} is a substitution that builders do not know")
        word = self.word("}", raw=sign in "#%")
        if sign in "#%":
            return self._trimmed(name, sign, word)
        return self._chosen(name, sign, word, empty_too=empty_too)

    def _known(self, name: str) -> Value | None:
        self.names.add(name)
        return self.scope.known(name)

    def _plain_variable(self, name: str) -> Value:
        self.names.add(name)
        return self.scope.plain(name)

    def _chosen(self, name: str, sign: str, word: Value, *, empty_too: bool) -> Value:
        """`${X:-d}`, `${X:+a}`, `${X:?e}` and their forms without the colon."""
        value = self._known(name)
        if value and value.opaque:
            return value
        there = value is not None and not (empty_too and value.text == "")
        if sign == "+":
            return word.through(name) if there else Value((Run("", None, (name,)),))
        if there and value:
            return value
        if sign == "?":
            return Value((Run("", None, (name,)),), f"{name} has no default and must be given")
        return word.through(name)

    def _trimmed(self, name: str, sign: str, word: Value) -> Value:
        value = self._plain_variable(name)
        if value.opaque or word.missing:
            return Value(value.runs, word.missing or value.missing, opaque=True)
        self.scope.spend(200)
        text, pattern = value.text, word.text
        greedy = pattern[:1] == sign
        pattern = pattern[1:] if greedy else pattern
        if sign == "#":
            low, high = prefix(pattern, text, greedy=greedy), len(text)
        else:
            low, high = 0, len(text) - suffix(pattern, text, greedy=greedy)
        if (low, high) == (0, len(text)):
            return value
        left = cut(value.runs, low, high) or [Run("", None, (name,))]
        if greedy and "*" in pattern and "/" not in pattern:
            # It could take more off another text than off this one.
            left = [Run(run.text, None, run.via) for run in left]
        return Value(tuple(left), value.missing)

    def _replaced(self, name: str) -> Value:
        every = self.text[self.at : self.at + 1] == "/"
        self.at += every
        pattern, words = self.word("/", raw=True), self.word("}", raw=True)
        value = self._plain_variable(name)
        missing = value.missing or pattern.missing or words.missing
        if value.opaque:
            return value
        text, done = value.text, ""
        self.scope.spend(200)
        while found := first_match(pattern.text, text):
            done += text[: found[0]] + words.text
            text = text[found[1] :]
            self.scope.spend(200)
            if not every or len(done) > TEXT_LIMIT:
                break
        return Value((Run(done + text, None, (name,)),), missing)


def bounded(runs: list[Run]) -> None:
    """Raise `ValueError`, as a clause, where a word has grown beyond what anyone would write."""
    if len(runs) > RUN_LIMIT or sum([len(run.text) for run in runs]) > TEXT_LIMIT:
        raise ValueError(_LONG)


def cut(runs: Iterable[Run], start: int, end: int) -> list[Run]:
    """Characters `start` up to `end` of what the runs spell."""
    found: list[Run] = []
    at = 0
    for text, where, via in runs:
        low, high = max(start - at, 0), min(end - at, len(text))
        if low < high:
            found.append(Run(text[low:high], where if where is None else where + low, via))
        at += len(text)
    return found
