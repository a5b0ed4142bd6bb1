"""What would be written at a forge, told without doing it: for people who look before they leap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.model import Issue, Pull
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
from bot.pulls.differences import difference, text_difference
from bot.pulls.marker import without_marker

_SIMPLE: Mapping[type[Action], str] = {
    EnableAutomerge: "have {} merged by the forge",
    DisableAutomerge: "have {} not merged by the forge",
}
_MARK_ONLY = "its hidden mark alone, which remembers what was done"


def foreseen(
    course: Course, before: Mapping[str, bytes], pulls: Iterable[Pull] = ()
) -> tuple[str, ...]:
    """
    Each write of a course in a line, with the difference that it makes to files and texts.

    `before` is what is in the files, one that is not in it is new; `pulls` are the pull requests
    as they are. The hidden marks of ours are not shown.
    """
    there = {pull.number: pull for pull in pulls}
    return tuple(line for action in course.actions for line in _told(action, before, there))


def issue_foreseen(wanted: Issue, was: Issue | None) -> tuple[str, ...]:
    """The write that makes an issue of ours be as wanted, told likewise; None: it is not there."""
    if was is None:
        start, old = f"open the issue “{wanted.title}”:", ""
    else:
        turned = "edit" if was.is_open else "open again"
        start, old = f"{turned if wanted.is_open else 'close'} the issue #{was.number}:", was.body
    return start, *_further(text_difference(old, wanted.body))


def _told(action: Action, before: Mapping[str, bytes], there: dict[int, Pull]) -> Iterator[str]:
    """One write, which `there` has it from then on; what it changes is further in."""
    match action:
        case CreateBranch(branch, commit):
            yield f"create the branch {branch} upon {commit.base[:10]}:"
            yield from _committed(commit, before)
        case UpdateBranch(branch, commit, expect):
            yield f"put the branch {branch} (now {expect[:10]}) upon {commit.base[:10]}:"
            yield from _committed(commit, before)
        case DeleteBranch(branch, expect):
            yield f"delete the branch {branch} (now {expect[:10]})"
        case CreatePull(branch, base, title, body, draft, dress):
            kind = "a draft" if draft else "a pull request"
            yield f"open {kind} “{title}” from {branch} to {base}{_worn(dress, ', with ')}:"
            yield from _further(text_difference("", body))
            there[NEW] = Pull(NEW, branch, base, title, body)
        case EditPull() | Close() | Reopen():
            yield from _edited(action, there)
        case AddComment(number, text):
            first, *rest = without_marker(text).splitlines() or [""]
            yield f"comment on {_number(number)}: {first}"
            yield from _further(rest)
        case _:
            yield _of_pull(action)


def _edited(action: EditPull | Close | Reopen, there: dict[int, Pull]) -> Iterator[str]:
    """What becomes of its title, its text and its state, by whichever of these it is."""
    was = there.get(action.number) or Pull(action.number, "", "", "", "")
    title = action.title if isinstance(action, EditPull) else None
    body = was.body if action.body is None else action.body
    there[action.number] = Pull(was.number, was.branch, was.base, title or was.title, body)
    lines = [*text_difference(was.body, body)]
    what = [f"title “{title}”{f' (was “{was.title}”)' if was.title else ''}"] if title else []
    what += ["text"] if lines else []
    end = ":" if lines else ""
    match action:
        case EditPull():
            yield f"edit {_number(action.number)}: {' and '.join(what) or _MARK_ONLY}{end}"
        case Close():
            yield f"close {_number(action.number)}{end}"
        case Reopen():
            yield f"open {_number(action.number)} again{end}"
    yield from _further(lines)


def _of_pull(action: Action) -> str:
    match action:
        case SetDress(number, dress):
            told = f"add to {_number(number)}: {_worn(dress)}"
        case RemoveLabel(number, label):
            told = f"take the label {label} off {_number(number)}"
        case _:
            told = _SIMPLE[type(action)].format(_number(getattr(action, "number", NEW)))
    return told


def _committed(commit: Commit, before: Mapping[str, bytes]) -> Iterator[str]:
    return _further(difference(commit.files, before))


def _further(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


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
