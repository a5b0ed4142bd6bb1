"""
The commands of an Earthfile: their words, and the target that each is in.

The rules are those of `ast/parser/EarthLexer.g4` in https://github.com/earthly/earthly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.formats.yaml_spans import Scalar
from bot.model import Span

BASE = "base"
"""What the commands before all targets are called."""

_LINE = re.compile(r"[^\n]+")
_TARGET = re.compile(r"(?P<name>[A-Za-z][\w.-]*):[ \t]*(?:#.*)?")
_WORD = re.compile(
    r"(?:\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|\$\((?:[^()]|\([^()]*+\))*+\)|\\.|[^\s\"'\\]|[\"'\\])++"
)
_TEXT = "tag:yaml.org,2002:str"  # whatever a word looks like, it is no number


@dataclass(slots=True)
class Command:
    """A command: the target that it is in, its first word, and all others."""

    target: str
    words: list[Scalar] = field(default_factory=list)

    def starts(self, *words: str) -> bool:
        """Whether it begins with these words."""
        return [word.value for word in self.words[: len(words)]] == [*words]


@dataclass(slots=True)
class Recipes:
    """The commands of a text in order, and where its comments are."""

    commands: list[Command] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)


def read(text: str) -> Recipes:
    """Read a whole text; raises nothing."""
    recipes = Recipes()
    target = BASE
    open_: Command | None = None  # the line before goes on in this one
    for line in _LINE.finditer(text, text.startswith("\ufeff")):
        said = line[0].rstrip()
        named = None if open_ else _TARGET.fullmatch(said)
        if named:
            target = named["name"]
            continue
        goes_on = said.endswith("\\")
        end = line.start() + len(said) - goes_on
        words = [*_words(text, line.start(), end, recipes.comments)]
        if not words and said.lstrip().startswith("#"):
            continue  # within a command too
        if open_ is None:
            open_ = Command(target)
            recipes.commands.append(open_)
        open_.words += words
        if not goes_on:
            open_ = None
    return recipes


def _words(text: str, start: int, end: int, comments: list[Span]) -> Iterator[Scalar]:
    for match in _WORD.finditer(text, start, end):
        if match[0].startswith("#"):
            comments.append(Span(match.start(), end))
            return
        yield Scalar(match[0], Span(*match.span()), tag=_TEXT)


def cut(word: Scalar, start: int) -> Scalar:
    """A word from a character on, without the quotes around that."""
    said = word.value[start:]
    begin, end = word.span.start + start, word.span.end
    if len(said) > 1 and said[0] == said[-1] and said[0] in "\"'":
        return Scalar(said[1:-1], Span(begin + 1, end - 1), tag=_TEXT)
    return Scalar(said, Span(begin, end), tag=_TEXT)


def options(
    words: Sequence[Scalar], with_value: frozenset[str]
) -> tuple[list[tuple[str, Scalar | None]], list[Scalar]]:
    """The flags that words begin with, each with its value, and the words after them."""
    found: list[tuple[str, Scalar | None]] = []
    at = 0
    while at < len(words) and words[at].value.startswith("--"):
        name, equals, _ = words[at].value.partition("=")
        if equals:
            found.append((name, cut(words[at], len(name) + 1)))
        elif name in with_value and at + 1 < len(words):
            at += 1
            found.append((name, cut(words[at], 0)))
        else:
            found.append((name, None))
        at += 1
    return found, [*words[at:]]
