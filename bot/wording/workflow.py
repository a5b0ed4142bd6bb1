"""What a step of GitHub Actions says to its runner, in lines that foreign text cannot break."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from bot.wording.unseen import UNSEEN

Level = Literal["error", "warning", "notice"]

MOST = 10
"""GitHub shows no more annotations of a level for one step, and keeps silent about the rest."""

_CONTROL = re.compile(f"[{UNSEEN}]+")
_LONGEST = 1000


def stopped(token: str) -> str:
    """
    From this line on, nothing is read as a command, until `resumed` with the same token.

    The token must be one that nobody can foresee: whoever knows it can end the pause.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
    """
    return f"::stop-commands::{token}"


def resumed(token: str) -> str:
    """The line after which commands are read again."""
    return f"::{token}::"


def annotation(level: Level, text: str, path: str = "", line: int = 0, column: int = 0) -> str:
    """
    One line that marks a place in a file, or the whole run where there is no path.

    `line` and `column` are 1-based; 0 is unknown.
    https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts has the escapes.
    """
    place = {"file": _property(path), "line": line, "col": column} if path else {}
    said = {**place, "title": "basewatch"}
    properties = ",".join(f"{name}={value}" for name, value in said.items() if value)
    return f"::{level} {properties}::{_data(text)}"


def shown(level: Level, lines: Sequence[str]) -> list[str]:
    """As many annotations of a level as are shown, the last of them saying how many are not."""
    if len(lines) <= MOST:
        return [*lines]
    more = f"There are {len(lines) - MOST + 1} more; the report of this step has them."
    return [*lines[: MOST - 1], annotation(level, more)]


def output(name: str, value: str) -> str:
    """One line of `$GITHUB_OUTPUT`; a value that has several lines would be several outputs."""
    return f"{name}={_CONTROL.sub(' ', value)}"


def _data(text: str) -> str:
    text = _CONTROL.sub(" ", text)
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return text.replace("%", "%25")


def _property(text: str) -> str:
    # A control character is part of a file's name: it is escaped where the runner can undo that.
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return _CONTROL.sub("\ufffd", text.replace(":", "%3A").replace(",", "%2C"))
