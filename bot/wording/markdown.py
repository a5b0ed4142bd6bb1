"""Markdown that foreign text cannot break out of, on GitHub and on GitLab."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$]|:(?=\S)|!(?=\[))")
_OPENING = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)](?:\s|$)))")  # a heading, a list or an underline
_CALLS = re.compile(r"(?<=[@#!%/])(?=\w)|(?<=[wW]{3})(?=\.)")
_INVISIBLE = "\u2060"  # a word joiner: seen by nobody, ends a mention

LONGEST = 300


def plain(text: str, limit: int = LONGEST) -> str:
    """Foreign text as prose: no markup, no mention, no issue link, no quick action, one line."""
    text = _CALLS.sub(_INVISIBLE, _cut(_CONTROL.sub(" ", text), limit))
    return _OPENING.sub(_unopened, _SPECIAL.sub(r"\\\1", text.strip()))


def _unopened(match: re.Match[str]) -> str:
    """The first character so that it opens nothing: a digit cannot be escaped, so it is joined."""
    return f"{_INVISIBLE}{match[2]}" if match[2].isdigit() else f"\\{match[2]}"


def code(text: str, limit: int = LONGEST) -> str:
    """Foreign text as a code span, fit for a table cell too; nothing in it is acted upon."""
    text = _cut(_CONTROL.sub("\ufffd", text), limit).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def folded(summary: str, content: str) -> str:
    """A section that is closed until a reader opens it."""
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def comment(text: str) -> str:
    """A hidden marker; `--`, which would end it, is written as `-%2D`."""
    return f"<!-- {_CONTROL.sub('', text).replace('--', '-%2D').replace('>', '%3E')} -->"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
