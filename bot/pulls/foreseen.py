"""What would be written at a forge, told without doing it: for people who look before they leap."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from bot.model import NewFile
from bot.pulls.actions import (
    NEW,
    Action,
    AddComment,
    Close,
    Commit,
    Course,
    CreateBranch,
    CreatePull,
    DeleteBranch,
    DisableAutomerge,
    Dress,
    EditPull,
    EnableAutomerge,
    RemoveLabel,
    Reopen,
    SetDress,
    UpdateBranch,
)

MOST_LINES = 400
"""Lines of one file's difference that are shown."""


_SIMPLE: Mapping[type[Action], str] = {
    Close: "close {}",
    Reopen: "open {} again",
    EnableAutomerge: "have {} merged by the forge",
    DisableAutomerge: "have {} not merged by the forge",
}


def foreseen(course: Course, before: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Each write of a course in a line, a commit with the difference that it makes to its files.

    `before` is what is in them; a file that is not in it is new.
    """
    return tuple(line for action in course.actions for line in _told(action, before))


def difference(files: Mapping[str, NewFile], before: Mapping[str, bytes]) -> Iterator[str]:
    """What becomes of files, as `diff -u` has it, at most `MOST_LINES` lines of each."""
    for path, file in sorted(files.items()):
        old, new = (_lines(data) for data in (before.get(path, b""), file.data))
        start = f"a/{path}" if path in before else "/dev/null"
        lines = list(difflib.unified_diff(old, new, start, f"b/{path}", lineterm=""))
        yield from lines[:MOST_LINES]
        if len(lines) > MOST_LINES:
            yield f"({len(lines) - MOST_LINES} lines more)"


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()


def _told(action: Action, before: Mapping[str, bytes]) -> Iterator[str]:
    """One write; the lines of a difference are further in."""
    match action:
        case CreateBranch(branch, commit):
            yield f"create the branch {branch} upon {commit.base[:10]}:"
            yield from _committed(commit, before)
        case UpdateBranch(branch, commit, expect):
            yield f"put the branch {branch} (now {expect[:10]}) upon {commit.base[:10]}:"
            yield from _committed(commit, before)
        case DeleteBranch(branch, expect):
            yield f"delete the branch {branch} (now {expect[:10]})"
        case CreatePull(branch, base, title, _, draft, dress):
            kind = "a draft" if draft else "a pull request"
            yield f"open {kind} “{title}” from {branch} to {base}{_worn(dress, ', with ')}"
        case _:
            yield _of_pull(action)


def _of_pull(action: Action) -> str:
    match action:
        case EditPull(number, title, body):
            what = [f"title “{title}”"] if title is not None else []
            what += ["text"] if body is not None else []
            told = f"edit {_number(number)}: {' and '.join(what)}"
        case SetDress(number, dress):
            told = f"add to {_number(number)}: {_worn(dress)}"
        case RemoveLabel(number, label):
            told = f"take the label {label} off {_number(number)}"
        case AddComment(number, text):
            told = f"comment on {_number(number)}: {text.partition(chr(10))[0]}"
        case _:
            told = _SIMPLE[type(action)].format(_number(getattr(action, "number", NEW)))
    return told


def _committed(commit: Commit, before: Mapping[str, bytes]) -> Iterator[str]:
    for line in difference(commit.files, before):
        yield f"    {line}"


def _worn(dress: Dress, start: str = "") -> str:
    named = (
        ("labels", dress.labels),
        ("assignees", dress.assignees),
        ("reviewers", dress.reviewers),
        ("milestone", (dress.milestone,) if dress.milestone else ()),
    )
    parts = [f"{what} {', '.join(names)}" for what, names in named if names]
    return start + "; ".join(parts) if parts else ""


def _number(number: int) -> str:
    return "it" if number == NEW else f"#{number}"
