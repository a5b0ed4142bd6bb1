"""
Divide an instruction into flags and words, as BuildKit's parser does.

The rules are those of `split_command.go`, `line_parsers.go` and `commands_runmount.go` in
https://github.com/moby/buildkit/tree/master/frontend/dockerfile. Words are (start, end) in the
instruction's text, quotes and escapes still in them.
"""

from __future__ import annotations

import re
from functools import cache

from bot.formats.dockerfile.text import BLANKS, SPACES, Instruction, Run

Word = tuple[int, int]

_FLAG = re.compile(
    rf"[{SPACES}]*(--(?:\\.|\"(?:\\.|[^\"\\])*(?:\"|\\?\Z)|'(?:\\.|[^'\\])*(?:'|\\?\Z)"
    rf"|[^{SPACES}\"'\\]|\\\Z)*)",
    re.DOTALL,
)
_GAP = re.compile(rf"[{SPACES}]*")
_BLANK_WORD = re.compile(rf"[^{BLANKS}]+")
_FIELD = re.compile(r'"(?:[^"]|"")*"|[^,]*')


def flag_words(text: str, at: int) -> tuple[list[Word], int]:
    """The `--` words that stand first from `at` on, and where what follows them begins."""
    flags: list[Word] = []
    while match := _FLAG.match(text, at):
        at = match.end()
        if match[1] == "--":
            break
        flags.append(match.span(1))
    gap = _GAP.match(text, at)
    return flags, gap.end() if gap else at


def blank_words(text: str, at: int) -> list[Word]:
    """The words from `at` on, divided by blanks whatever the quotes."""
    end = len(text.rstrip(SPACES))
    return [match.span() for match in _BLANK_WORD.finditer(text, at, max(end, at))]


@cache
def _quoted_word(escape: str) -> re.Pattern[str]:
    esc = re.escape(escape)
    return re.compile(
        rf"(?:{esc}.|\"(?:{esc}.|[^\"{esc}])*(?:\"|{esc}?\Z)|'[^']*(?:'|\Z)"
        rf"|[^{SPACES}\"'{esc}])+",
        re.DOTALL,
    )


def quoted_words(text: str, at: int, escape: str) -> list[Word]:
    """The words from `at` on, divided by white space outside of quotes."""
    return [match.span() for match in _quoted_word(escape).finditer(text, at)]


def flag_value(found: Instruction, word: Word, name: str) -> list[Run] | None:
    """
    The value of a flag if it is `--name=…`: quotes and escapes taken off, each character traced.

    Flags are always escaped by a backslash, whatever the `# escape=` directive says.
    """
    text = found.text
    start, end = word
    head = f"--{name}="
    if text.startswith(head, start):
        return _unquoted(found, start + len(head), end)
    if not set(text[start:end]) & set("\"'\\"):
        return None
    runs = _unquoted(found, start, end)
    if not "".join([run.text for run in runs]).startswith(head):
        return None
    return _after(runs, len(head))


def _after(runs: list[Run], count: int) -> list[Run]:
    left: list[Run] = []
    for run in runs:
        taken = min(count, len(run.text))
        count -= taken
        if taken < len(run.text):
            left.append(Run(run.text[taken:], run.at and run.at + taken))
    return left


_QUOTE = re.compile(r"([\"'])((?:\\.|(?!\1)[^\\])*)(?:\1|\\?\Z)|\\(.)|([^\"'\\]+)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)|([^\\]+)", re.DOTALL)


def _unquoted(found: Instruction, start: int, end: int) -> list[Run]:
    """Characters `start` up to `end` without the quotes and backslashes that Go would take off."""
    if start >= end:
        return []
    text = found.text[start:end]
    if not set(text) & set("\"'\\"):
        return found.runs(start, end)
    spans: list[Word] = []
    for match in _QUOTE.finditer(text):
        if match.lastindex and match.lastindex > 2:
            spans.append(match.span(match.lastindex))
        else:
            inner = _ESCAPED.finditer(text, *match.span(2))
            spans += [part.span(1) if part[1] else part.span(2) for part in inner]
    return [run for low, high in spans for run in found.runs(start + low, start + high)]


def mount_fields(value: str) -> list[Word]:
    """The fields of a `--mount`, which is one record of comma-separated values."""
    fields: list[Word] = []
    at = 0
    while at <= len(value):
        match = _FIELD.match(value, at)
        assert match
        low, high = match.span()
        quoted = value[low:high].startswith('"') and high - low > 1
        fields.append((low + 1, high - 1) if quoted else (low, high))
        at = high + 1
    return fields
