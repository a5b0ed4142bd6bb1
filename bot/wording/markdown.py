"""Markdown that foreign text cannot break out of, on GitHub and on GitLab."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.wording.unseen import UNSEEN

_CONTROL = re.compile(f"[{UNSEEN}]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$]|:(?=\S)|!(?=\[))")
_OPENING = re.compile(r"^(\s*)([#+=/-]|\d+(?=[.)](?:\s|$)))")
"""What opens a heading, a list, an underline, and on GitLab a command, at the start of a line."""

_CALLS = re.compile(r"(?<=[@#!%])(?=\w)|(?<=//)(?=\w)|(?<=[wW]{3})(?=\.)|(?<=\b[gG][hH]-)(?=\d)")
_CLOSES = re.compile(
    r"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)"
    r"(?=:?\s{1,9}(?:issues?\s{1,9})?(?=\S{0,300}\d)\S{0,300}?(?:[#!]\d|//|:\d|\w-\d))",
    re.IGNORECASE,
)
"""
The word before an issue that a merge would close, be it one of GitHub, GitLab or Jira.

GitLab looks for them in the text as it was written, code included:
https://docs.gitlab.com/administration/issue_closing_pattern/
"""

_COMMANDS = re.compile(r"##(?=\w{0,20}\[)")
"""What GitHub's runner, Azure's or TeamCity takes for a command wherever it is printed."""

_PIPE = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_BETWEEN = re.compile(r"`([^`]+)`")
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9._~!$&'*+,;=:@%/?#-]*)?"
)
_MENTIONED = re.compile(
    r"^https?://(?:www\.)?github\.com(?=/[^/]+/[^/]+/(?:issues|pull|discussions)/)", re.IGNORECASE
)
_LONGEST_ADDRESS = 500
_INVISIBLE = "\u2060"  # a word joiner: seen by nobody, ends a mention

LONGEST = 300


def plain(text: str, limit: int = LONGEST) -> str:
    """Foreign text as prose: no markup, no mention, no issue link, no quick action, one line."""
    text = _uncalled(_cut(_CONTROL.sub(" ", text), limit).strip())
    return _OPENING.sub(_unopened, _SPECIAL.sub(r"\\\1", text))


def _uncalled(text: str) -> str:
    """Text that mentions nobody and nothing, and closes no issue."""
    return _undone(_CALLS.sub(_INVISIBLE, text))


def _undone(text: str) -> str:
    """Text without what acts wherever it stands: to close an issue, to command a runner."""
    return _COMMANDS.sub(f"#{_INVISIBLE}#", _CLOSES.sub(rf"\g<0>{_INVISIBLE}", text))


def _unopened(match: re.Match[str]) -> str:
    """The first character so that it opens nothing: a digit cannot be escaped, so it is joined."""
    return f"{_INVISIBLE}{match[2]}" if match[2].isdigit() else f"\\{match[2]}"


def prose(text: str, limit: int = LONGEST) -> str:
    """As `plain`, but what stands between backticks is shown as code, fit to be copied."""
    pieces = _BETWEEN.split(_cut(_CONTROL.sub(" ", text), limit).strip())
    shown = [
        code(piece) if number % 2 else _SPECIAL.sub(r"\\\1", _uncalled(piece))
        for number, piece in enumerate(pieces)
    ]
    return _OPENING.sub(_unopened, "".join(shown))


def code(text: str, limit: int = LONGEST) -> str:
    """Foreign text as a code span; nothing in it is acted upon."""
    text = _undone(_cut(_CONTROL.sub("\ufffd", text), limit))
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def code_in_html(text: str, limit: int = LONGEST) -> str:
    """As `code`, for where HTML is read and Markdown is not: the summary of what is `folded`."""
    text = _undone(_cut(_CONTROL.sub("\ufffd", text), limit))
    from html import escape  # it brings thousands of names with it

    return f"<code>{escape(text)}</code>"


def link(text: str, url: str) -> str:
    """
    Markdown text that leads to a foreign address; the text alone where that is not safe to follow.

    Issues and pull requests of GitHub are led to by a detour: a plain link to one makes it say
    that it was mentioned, in a repository that has nothing to do with this one.
    """
    if not _ADDRESS.fullmatch(url) or len(url) > _LONGEST_ADDRESS:
        return text
    return f"[{text}]({_MENTIONED.sub('https://redirect.github.com', url)})"


def quoted(text: str, lines: int = 30) -> str:
    """Foreign text of several lines as a quotation, each line as prose; its markup is not."""
    found = [line for line in text.splitlines() if line.strip()]
    shown = [plain(line) for line in found[:lines]]
    shown += [f"… and {len(found) - lines} more lines"] if len(found) > lines else []
    return "\n".join(f"> {line}  " for line in shown)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = False) -> str:
    """
    A table; the cells are Markdown already. `numbers`: all but the first column are numbers.

    A pipe within a cell, which would end it even in a code span, is escaped:
    https://github.github.com/gfm/#example-200.
    """
    rule = "---:" if numbers else "---"
    cells = [[_PIPE.sub(r"\1\\|", cell) for cell in row] for row in rows]
    lines = [head, ["---", *[rule] * (len(head) - 1)], *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def folded(summary: str, content: str) -> str:
    """A section that is closed until a reader opens it; the summary is HTML, and so is its code."""
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def comment(text: str) -> str:
    """A hidden marker; `--`, which would end it, is written as `-%2D`."""
    return f"<!-- {_CONTROL.sub('', text).replace('--', '-%2D').replace('>', '%3E')} -->"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
