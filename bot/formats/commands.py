"""
What a line of shell divides into: simple commands, and the words of each.

Enough of the grammar of https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
to tell which words stand as commands. What is not understood is passed over, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 65_536
"""Characters of a script beyond which it is not read."""

_TOKEN = re.compile(
    r"(?P<space>[ \t\r]++|\\\r?\n)"
    r"|(?P<comment>\#[^\n]*+)"
    r"|(?P<aside>[0-9]*+(?:<<<|<<-?|>>|<>|>&|<&|>\||[<>])|&>>?)"
    r"|(?P<operator>&&|\|\||;;&?|;&|\|&|\$\(|[;&|\n()`])"
    r"|(?P<word>(?:[^\s;&|()<>'\"\\$`]++|\\.|'[^']*+'|\"(?:\\.|[^\"\\])*+\"|\$\{[^}\n]{0,200}+\}|\$(?!\())++)",
    re.DOTALL,
)
_PIECE = re.compile(r"'([^']*)'|\"((?:\\.|[^\"\\])*)\"|\\(.)|([^'\"\\]+)", re.DOTALL)
_ESCAPED = re.compile(r"\\([$`\"\\\n])")
_LEADS = frozenset({"then", "do", "else", "{", "!", "time", "if", "elif", "while", "until"})
"""Words after which a command begins."""

_CONDITIONS = frozenset({"!", "if", "elif", "while", "until"})
_NO_COMMANDS = frozenset({"for", "select", "function", "fi", "done", "esac", "}", "in"})
_CASE_ENDS = frozenset({";;", ";;&", ";&"})
_LIST_ENDS = frozenset({";", "\n", "&", ";;", ";;&", ";&"})


class Word(NamedTuple):
    """A word without its quotes, where it begins, and whether all of it is known."""

    text: str
    at: int
    known: bool = True


class Command(NamedTuple):
    """A simple command; `sure` unless its failing is provided for (`||`, `if`)."""

    words: tuple[Word, ...]
    sure: bool


def commands(script: str) -> list[Command]:
    """The simple commands of a script in order; what comes after unclosed quotes is left out."""
    if len(script) > LONGEST:
        return []
    reader = _Reader()
    for match in _tokens(script):
        reader.take(match)
    reader.operator(";")
    return reader.found


def words_of(arguments: list[str], at: int = 0) -> tuple[Word, ...]:
    """The words of a command that is given as a list."""
    return tuple(Word(text, at, known="$" not in text) for text in arguments)


def _tokens(script: str) -> Iterator[re.Match[str]]:
    at = 0
    while match := _TOKEN.match(script, at):
        yield match
        at = match.end()


class _Reader:
    """Puts words together to commands, and knows of each list whether it may fail."""

    def __init__(self) -> None:
        self.found: list[Command] = []
        self._words: list[Word] = []
        self._list_start = 0
        self._depth = 0
        self._alternative = self._arguments_only = self._skip_word = self._condition = False
        self._pattern = False  # of a `case`, up to its `)`

    def take(self, token: re.Match[str]) -> None:
        if token.lastgroup == "operator":
            self.operator(token[0])
        elif token.lastgroup == "aside":
            self._skip_word = True
        elif token.lastgroup == "word":
            self._word(token[0], token.start())

    def operator(self, sign: str) -> None:
        self._skip_word = False
        if sign == ")":
            self._closed()
            return
        if self._pattern:
            self._depth += sign == "$("
            return
        self._end_command()
        self._arguments_only = False
        if sign in ("(", "$("):
            self._depth += 1
        elif sign == "||":
            self._alternative = True
        elif sign in _LIST_ENDS:
            self._end_list()
            self._pattern = sign in _CASE_ENDS

    def _closed(self) -> None:
        if self._pattern:
            self._pattern = self._depth > 0
            self._depth = max(0, self._depth - 1)
            return
        self._end_command()
        self._depth = max(0, self._depth - 1)
        self._arguments_only = True

    def _word(self, raw: str, at: int) -> None:
        if self._skip_word or self._arguments_only or self._pattern:
            self._skip_word = False
            self._pattern = self._pattern and raw != "esac"
            return
        if not self._words and raw in _LEADS:
            self._condition = self._condition or raw in _CONDITIONS
            return
        if not self._words and raw == "case":
            self._pattern = True
            return
        if not self._words and raw in _NO_COMMANDS:
            self._arguments_only = True
            return
        self._words.append(_unquoted(raw, at))

    def _end_command(self) -> None:
        if self._words:
            self.found.append(Command(tuple(self._words), not self._condition))
        self._words, self._condition = [], False

    def _end_list(self) -> None:
        listed = self.found[self._list_start :]
        if self._alternative and not _gives_up(listed[-1:]):
            self.found[self._list_start :] = [Command(c.words, sure=False) for c in listed]
        self._alternative, self._list_start = False, len(self.found)


def _gives_up(last: list[Command]) -> bool:
    """Whether what comes after `||` only says that it failed (`|| exit 1`)."""
    words = [word.text for word in last[0].words] if last else []
    return words[:1] in (["exit"], ["return"], ["false"]) and words[1:2] != ["0"]


def _unquoted(raw: str, at: int) -> Word:
    if not set(raw) & set("'\"\\$`*?["):
        return Word(raw, at)
    text, known = "", True
    for single, double, escaped, plain in _PIECE.findall(raw):
        known = known and not (set(plain) & set("$*?[") or "$" in double or "`" in double)
        text += single or _ESCAPED.sub(r"\1", double) or escaped.strip("\n") or plain
    return Word(text, at, known)
