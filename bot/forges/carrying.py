"""Carry out at a forge what was decided about one branch, one action after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.errors import PlatformError, UnsureError
from bot.forges.port import Done
from bot.pulls import Action, Course, told
from bot.pulls.actions import EditPull, EnableAutomerge, SetDress


@dataclass(frozen=True, slots=True)
class Carried:
    """
    How far it came: with which pull request, if one was written to; where people find it, what was
    refused on the way, what stopped it.
    """

    number: int = 0
    url: str = ""
    refused: tuple[str, ...] = ()
    error: PlatformError | None = None


def carry_out(course: Course, do: Callable[[Action, int], Done], tip: str = "") -> Carried:
    """
    Each action in its order, up to one that fails: the next run completes it.

    `do` is told the number of the pull request that the course opened; `tip` is the commit at the
    branch's end beforehand.
    """
    carried, number = Carried(), 0
    for action in course.actions:
        try:
            done = do(told(action, tip), number)
        except PlatformError as error:
            if not _is_a_favour(action, error):
                return replace(carried, error=error)
            done = Done(refused=str(error))
        tip, number = done.tip or tip, done.number or number
        if isinstance(action, SetDress) and action.otherwise and done.refused:
            noted = EditPull(action.number, body=action.otherwise)
            try:
                do(told(noted, tip), number)
            except PlatformError as error:
                return replace(carried, error=error)
        refused = (*carried.refused, done.refused) if done.refused else carried.refused
        carried = Carried(number, done.url or carried.url, refused)
    return carried


def _is_a_favour(action: Action, error: PlatformError) -> bool:
    """
    Whether a pull request is whole without it: a forge that will not merge by itself (it may be
    switched off there) is told of, and not asked at every run.
    """
    return isinstance(action, EnableAutomerge) and not isinstance(error, UnsureError)
