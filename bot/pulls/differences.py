"""What becomes of files and of texts, as `diff -u` has it: for people, not for `patch`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from bot.model import NewFile
from bot.pulls.marker import without_marker

MOST_LINES = 400
"""Lines of one difference that are shown."""

_LONG = 2_000
"""Lines of a text that a difference is looked for in: a longer one is shown as it becomes."""


def difference(files: Mapping[str, NewFile], before: Mapping[str, bytes]) -> Iterator[str]:
    """What becomes of files, at most `MOST_LINES` lines of each; one not in `before` is new."""
    for path, file in sorted(files.items()):
        old, new = (_lines(data) for data in (before.get(path, b""), file.data))
        start = f"a/{path}" if path in before else "/dev/null"
        yield from _bounded([*difflib.unified_diff(old, new, start, f"b/{path}", lineterm="")])


def text_difference(old: str, new: str) -> Iterator[str]:
    """What becomes of a text as people see it, our hidden marker left out; nothing: the same."""
    was, becomes = (without_marker(text).splitlines() for text in (old, new))
    if not was or len(was) + len(becomes) > _LONG:
        lines = [f"+{line}" for line in becomes] if was != becomes else []
    else:
        lines = [*difflib.unified_diff(was, becomes, lineterm="")][2:]
    yield from _bounded(lines)


def _bounded(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"({len(lines) - MOST_LINES} lines more)"


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()
