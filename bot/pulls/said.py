"""The sentences that the bot writes below pull requests, each of them once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.model import Comment
from bot.pulls.actions import AddComment
from bot.pulls.commands import Command
from bot.pulls.marker import said_in, said_marker
from bot.wording.counting import spoken
from bot.wording.markdown import code, plain

_MOST = 3  # titles of what takes the place of another

KNOWN = (
    "`/basewatch rebase`, `/basewatch recreate`, `/basewatch reopen`,"
    " `/basewatch hold until 2027-01-31` (a day to come), `/basewatch ignore this version` and"
    " `/basewatch ignore this image`"
)

TOUCHED = (
    "Somebody has pushed to this branch, so basewatch will not touch it any more: it is yours."
    " To throw those commits away and have it made anew, write `/basewatch recreate`."
)

EDITED = (
    "Somebody has edited this branch, as is meant to be, so basewatch leaves it as it is: merge it"
    " once `basewatch.yaml` says what you want. To have it made anew, write `/basewatch recreate`."
)


def once(number: int, key: str, text: str, earlier: Iterable[str]) -> list[AddComment]:
    """The comment, unless it is among the keys of what was said `earlier`."""
    if key in earlier:
        return []
    return [AddComment(number, f"{text}\n\n{said_marker(key)}")]


def said_by(me: str, comments: Iterable[Comment]) -> frozenset[str]:
    """The keys of what we said; what others write with our markers in it is not ours."""
    return frozenset(said_in(comment.text) for comment in comments if comment.author == me)


def answer_key(command: Command) -> str:
    """The key of the answer to a comment."""
    return f"answer-{command.comment}"


def unknown_answer(command: Command) -> str:
    """What is said to a command that is none."""
    return f"basewatch does not understand {code(command.text or 'nothing')}. It knows {KNOWN}."


def shelved_answer(command: Command, image: str) -> str:
    """What is said as a pull request is closed because a person asked for it."""
    if command.verb == "hold":
        return f"Held until {command.until}; after that day it comes back as it is then."
    if command.verb == "ignore-version":
        return "This version is ignored; the next one is proposed again."
    what = f"{code(image)} is ignored in this repository" if image else "All of this is ignored"
    return (
        f"{what} from now on. To undo it, open this pull request again or write"
        " `/basewatch reopen`."
    )


def replaced_by(others: Sequence[tuple[str, str]]) -> str:
    """
    Why a pull request is closed: by what the proposals of these titles do in its place.

    Beside each title is why that has no open pull request, where it has none.
    """
    if not others:
        return "nothing in the repository asks for it"
    named = [f"“{title}”{f' (not open: {why})' if why else ''}" for title, why in others[:_MOST]]
    more = [f"{len(others) - _MOST} more"] if len(others) > _MOST else []
    return f"{spoken([*named, *more])} {'take' if len(others) > 1 else 'takes'} its place"


def unwanted(why: str) -> str:
    """What is said as a pull request is closed that nothing asks for any more; `why`: a clause."""
    return f"No longer wanted: {plain(why)}."


def unwanted_but_touched(why: str) -> str:
    """What is said where it stays open, because a person pushed to its branch."""
    return f"No longer wanted: {plain(why)}. Somebody has pushed to this branch, so it stays open."
