"""How long to wait for a host, how many questions to put to it at once, and when to give it up."""

from __future__ import annotations

import asyncio
import datetime as dt
import email.utils
import re
import time
from dataclasses import dataclass

import httpx

from bot.errors import HttpError

GIVE_UP_AFTER = 5  # questions in a row that got nothing, from a host that did answer before


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How patient to be. Times in seconds.

    `attempt` bounds one request with its whole body, `patience` one wait between two; so one
    question takes at most `tries * attempt + (tries - 1) * patience` once its turn has come.
    """

    connect: float = 10
    read: float = 30
    attempt: float = 60
    tries: int = 4
    backoff: float = 0.5
    patience: float = 60
    per_host: int = 16
    in_all: int = 64


def worth_another_try(status: int) -> bool:
    """Whether a status says that the same question may well be answered later."""
    return status in (408, 429) or (status >= 500 and status not in (501, 505))


def retry_after(headers: httpx.Headers, now: float) -> float | None:
    """
    The seconds that an answer asks to wait, from `Retry-After` in either of its forms.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after; `None` where it says nothing sane.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        when = email.utils.parsedate_to_datetime(text[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return max(0.0, when.timestamp() - now)


class Host:
    """One host during one run: its turns, the pause it asked for, and whether it is given up."""

    def __init__(self, name: str, turns: int) -> None:
        self.name = name
        self.turns = asyncio.Semaphore(turns)
        self._opens_at = 0.0
        self._failures = 0
        self._answered = False
        self._given_up = ""

    async def ready(self) -> None:
        """Wait until the host may be asked; raises `HttpError` if it is given up."""
        while True:
            if self._given_up:
                raise HttpError(self._given_up)
            pause = self._opens_at - time.monotonic()
            if pause <= 0:
                return
            await asyncio.sleep(pause)

    def pause(self, seconds: float) -> None:
        """Ask nobody for a while: a rate limit counts every question, not only the refused one."""
        self._opens_at = max(self._opens_at, time.monotonic() + seconds)

    def give_up(self, reason: str) -> None:
        """Answer every later question with `reason`."""
        self._given_up = reason

    def answered(self) -> None:
        """Note that the host is well."""
        self._answered = True
        self._failures = 0

    def failed(self, reason: str, *, silent: bool = True) -> None:
        """
        Note a question that got nothing: a dead host must not cost each question its time.

        `silent` where there was no answer at all.
        """
        self._failures += 1
        if (silent and not self._answered) or self._failures >= GIVE_UP_AFTER:
            self.give_up(reason)
