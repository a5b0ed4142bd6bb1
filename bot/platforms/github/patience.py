"""How long to wait before a request is made again, or that it is not."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.platforms.github.refusals import Refusal

ATTEMPTS = 5
_SECONDARY = 60.0  # seconds: https://docs.github.com/en/rest/using-the-rest-api/best-practices
_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Manners:
    """
    How GitHub is treated: `patience` seconds of waiting at most for one thing, `between_writes`
    seconds from one write to the next (it asks for one), `timeout` seconds for an answer to begin.

    `sleep` is what waits. `answers`: the file that keeps answers from run to run, so that it may
    say that nothing changed.
    """

    patience: float = 300.0
    between_writes: float = 1.0
    timeout: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    answers: Path | None = None


def pause_after(refusal: Refusal, attempt: int, now: float) -> float:
    """
    The seconds to wait, after a rate limit or an outage, before attempt number `attempt` (from 1).

    `now` is the time as `time.time` has it. The source of the rule:
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    asked = _number(refusal.headers.get("retry-after", ""))
    if asked is not None:
        return asked
    reset = _number(refusal.headers.get("x-ratelimit-reset", ""))
    if reset is not None and refusal.headers.get("x-ratelimit-remaining") == "0":
        return max(reset - now, 0) + 1  # it does not say when in that second
    return _SECONDARY if refusal.is_limit else float(2 ** (attempt - 1))


def _number(text: str) -> float | None:
    return float(text) if _SECONDS.fullmatch(text.strip()) else None


def is_repeated(refusal: Refusal, *, writes: bool) -> bool:
    """Whether to ask again: what is sure not to have been done, and what only reads."""
    if refusal.silence and refusal.silence.lasting:
        return False
    undone = refusal.is_limit or not refusal.sent
    return undone or (refusal.is_outage and not writes)
