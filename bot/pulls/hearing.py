"""Which comments are still to be heard, and that those which were are done with."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Comment, Pull
from bot.pulls.actions import EditPull
from bot.pulls.commands import Asked, says_something
from bot.pulls.marker import marker_in, with_marker


def has_to_be_judged(comment: Comment, pull: Pull, me: str) -> bool:
    """
    Whether it matters that its author may write: there is a command in it, not heard yet.

    What the body says was heard counts where we wrote the pull request: of others' we know nothing.
    """
    known = marker_in(pull.body).heard if pull.author == me else 0
    new = comment.author not in {"", me} and comment.id > known
    return new and says_something(comment)


def heard(pull: Pull, asked: Asked) -> list[EditPull]:
    """The edit, if any, that notes in the body which comment was the last one to be heard."""
    now = marker_in(pull.body)
    if now.heard == asked.heard:
        return []
    return [EditPull(pull.number, body=with_marker(pull.body, replace(now, heard=asked.heard)))]
