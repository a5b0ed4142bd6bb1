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

_LONG_FILE = 10_000
"""Lines of a file, as it was and as it becomes: in more, difflib may take minutes."""


def difference(files: Mapping[str, NewFile], before: Mapping[str, bytes]) -> Iterator[str]:
    """What becomes of files, at most `MOST_LINES` lines of each; one not in `before` is new."""
    for path, file in sorted(files.items()):
        old, new = (_lines(data) for data in (before.get(path, b""), file.data))
        start = f"a/{path}" if path in before else "/dev/null"
        compared = difflib.unified_diff if len(old) + len(new) <= _LONG_FILE else _in_runs
        yield from _bounded([*compared(old, new, start, f"b/{path}", lineterm="")])


def text_difference(old: str, new: str) -> Iterator[str]:
    """What becomes of a text as people see it, our hidden marker left out; nothing: the same."""
    was, becomes = (without_marker(text).splitlines() for text in (old, new))
    if not was or len(was) + len(becomes) > _LONG:
        lines = [f"+{line}" for line in becomes] if was != becomes else []
    else:
        lines = [*difflib.unified_diff(was, becomes, lineterm="")][2:]
    yield from _bounded(lines)


def _in_runs(
    old: Sequence[str], new: Sequence[str], was: str, becomes: str, *, lineterm: str
) -> Iterator[str]:
    """As difflib's, in time that grows with the lines alone: only what differs, place by place."""
    if old == new:
        return
    yield from (f"--- {was}{lineterm}", f"+++ {becomes}{lineterm}")
    for start, end, shift in _runs(old, new):
        yield f"@@ -{start + 1},{end - start} +{start + 1},{end - start + shift} @@{lineterm}"
        yield from (f"-{line}" for line in old[start:end])
        yield from (f"+{line}" for line in new[start : end + shift])


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Where the lines differ; where there are more or fewer, from the first to the last that do."""
    if len(old) == len(new):
        differ = [n for n, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
        starts = [n for n, before in zip(differ, [-2, *differ], strict=False) if before != n - 1]
        ends = [n for n, after in zip(differ, [*differ[1:], -1], strict=False) if after != n + 1]
        yield from ((start, end + 1, 0) for start, end in zip(starts, ends, strict=True))
        return
    least = min(len(old), len(new))
    start = next((n for n in range(least) if old[n] != new[n]), least)
    same = next((n for n in range(least - start) if old[-n - 1] != new[-n - 1]), least - start)
    yield start, len(old) - same, len(new) - len(old)


def _bounded(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"({len(lines) - MOST_LINES} lines more)"


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()
