"""What becomes of a command that is told to end: one line, and the exit code that shells know."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from bot.cli.text import note

INTERRUPTED, TERMINATED = 130, 143
"""128 and the number of the signal, as a shell has it of a program that a signal ended."""

GRACE = 5.0
"""Seconds to end in: Docker kills after 10, Kubernetes after 30."""

_told: list[int] = []


def heed() -> None:
    """
    Have SIGTERM do what Ctrl-C does, and at the latest after `GRACE`.

    By itself it would end a command without a word and leave behind what that had started; and as
    the first process of a container it would not be heard at all.
    """
    signal.signal(signal.SIGTERM, _terminated)


def deafen() -> None:
    """All is done: to be told to end changes nothing any more."""
    signal.signal(signal.SIGTERM, _unheard)


def ended() -> int:
    """Say why a command ended before its time; gives its exit code."""
    note(f"basewatch: {_WORDS[bool(_told)]}")
    return TERMINATED if _told else INTERRUPTED


_WORDS = {
    False: "interrupted",
    True: "told to end (SIGTERM): run it again, and what was begun is completed",
}


def _terminated(number: int, _: FrameType | None) -> None:
    deafen()
    _told.append(number)
    signal.signal(signal.SIGALRM, _at_the_latest)
    signal.setitimer(signal.ITIMER_REAL, GRACE)
    if signal.getsignal(signal.SIGINT) in {signal.SIG_IGN, None}:
        raise KeyboardInterrupt  # a script's background job hears of no interrupt
    # An event loop has a way of its own to end in order, which it takes at an interrupt.
    signal.raise_signal(signal.SIGINT)


def _at_the_latest(_number: int, _frame: FrameType | None) -> None:
    code = ended()
    sys.stderr.flush()
    os._exit(code)


def _unheard(_number: int, _frame: FrameType | None) -> None:
    """Nothing; a signal that is ignored would be so for programs that are started, too."""
