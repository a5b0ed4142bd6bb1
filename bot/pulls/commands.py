"""What people ask of the bot: `/basewatch …` at the start of a line of a comment, and the box."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from bot.model import Comment

Verb = Literal["rebase", "recreate", "reopen", "hold", "ignore-version", "ignore-image", "unknown"]

_PREFIX = "/basewatch"
_LONGEST_COMMENT = 10_000
_LONGEST_LINE = 200
_MOST_LINES = 200
_MOST_COMMANDS = 5
_FENCE = re.compile(r"\s*(`{3,}(?=[^`]*$)|~{3,})(.*)")
"""Begins or ends code, as https://spec.commonmark.org/0.31.2/#fenced-code-blocks has it."""

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What nobody sees: text that is copied from a page may have it in it."""

_HOLD = re.compile(r"hold until ([0-9]{4}-[0-9]{2}-[0-9]{2})")
_PLAIN: dict[str, Verb] = {
    "rebase": "rebase",
    "recreate": "recreate",
    "reopen": "reopen",
    "ignore this version": "ignore-version",
    "ignore this image": "ignore-image",
}
_BOX = "<!-- basewatch-box rebase -->"
_TICKED = re.compile(r"^[ \t]{0,8}[-*] \[[xX]\] " + re.escape(_BOX), re.MULTILINE)

BOX = f"- [ ] {_BOX} Make this branch anew on its base: tick this box"
"""The line of the body that is ticked to have the branch rebased."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of one comment; `text` is the line that says it, cut to a bound."""

    verb: Verb
    comment: int
    text: str
    until: dt.date | None = None
    given: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """
    All that is asked of one pull request, the later of two that contradict each other.

    `recreate` is the command to make it anew, open again if need be; `shelve` the one to close it;
    `unknown` those to be answered; `heard` the id of the last comment with a command, at least the
    one heard before, whether or not its author may give any.
    """

    heard: int
    rebase: bool = False
    recreate: Command | None = None
    shelve: Command | None = None
    unknown: tuple[Command, ...] = ()


def asked_in(comments: Iterable[Comment], heard: int, me: str, today: dt.date) -> Asked:
    """
    What people with write access ask in the comments after `heard`; nobody else is answered.

    A hold until a day that is over is no command that can be followed.
    """
    new = [
        comment
        for comment in sorted(comments, key=lambda comment: comment.id)
        if comment.author != me and comment.id > heard and says_something(comment)
    ]
    told = [
        command for comment in new if comment.may_write for command in commands_in(comment, today)
    ]
    deciding = [command for command in told if command.verb not in {"unknown", "rebase"}]
    last = deciding[-1] if deciding else None
    again = last is not None and last.verb in {"recreate", "reopen"}
    return Asked(
        heard=new[-1].id if new else heard,
        rebase=any(command.verb == "rebase" for command in told),
        recreate=last if again else None,
        shelve=None if again else last,
        unknown=tuple(command for command in told if command.verb == "unknown"),
    )


def says_something(comment: Comment) -> bool:
    """Whether there is a command in it."""
    return any(True for _ in _spoken(comment.text))


def commands_in(comment: Comment, today: dt.date) -> tuple[Command, ...]:
    """The commands of one comment, in its order; at most five, code and quotations left out."""
    lines = list(islice(_spoken(comment.text), _MOST_COMMANDS))
    return tuple(_command(line, comment, today) for line in lines)


def is_ticked(body: str) -> bool:
    """Whether somebody ticked the box that asks for a rebase."""
    return bool(_TICKED.search(body))


def is_later(command: Command | None, moment: dt.datetime | None) -> bool:
    """Whether it was not given before that moment; so where either is not known."""
    given = command.given if command else None
    return given is None or moment is None or given >= moment


def _spoken(text: str) -> Iterator[str]:
    """The lines that speak to the bot."""
    fence = ""
    for line in _UNSEEN.sub("", text[:_LONGEST_COMMENT]).splitlines()[:_MOST_LINES]:
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not found[2].strip():
            fence = ""
        elif not fence and line.split(maxsplit=1)[:1] == [_PREFIX] and line.startswith("/"):
            yield line


def _command(line: str, comment: Comment, today: dt.date) -> Command:
    words = " ".join(line[:_LONGEST_LINE].split()[1:])
    asked = words.lower().rstrip(".!")
    until = _day(asked)
    verb: Verb = "hold" if until and until >= today else _PLAIN.get(asked, "unknown")
    return Command(verb, comment.id, words, until, comment.written)


def _day(asked: str) -> dt.date | None:
    found = _HOLD.fullmatch(asked)
    try:
        return dt.date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
