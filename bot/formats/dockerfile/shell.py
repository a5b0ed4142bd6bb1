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
from bot.formats.dockerfile.values import DEPTH_LIMIT, LONG, TEXT_LIMIT, Scope, Value, bounded, cut

_NAME = re.compile(r"[0-9]+|[@*#?$!-]|[^\W\d]\w*")

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
            raise ValueError(LONG)
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
