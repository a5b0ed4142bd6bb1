"""How often a GitLab is asked: counted, spaced, and patient when it asks for patience."""

from __future__ import annotations

import time
from collections.abc import Mapping

from bot.forges import Usage

_ATTEMPTS = 4
_RETRIED = frozenset({500, 502, 503, 504, 520, 521, 522, 523, 524})
_FIRST_WAIT = 1.0


class Pace:
    """
    `patience`: seconds that one question may wait in all; `pause`: seconds between two writes.

    https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
    """

    def __init__(self, patience: float, pause: float) -> None:
        self.patience = patience
        self._pause = pause
        self._counted = {True: 0, False: 0}
        self._written = float("-inf")
        self._held = 0.0  # by the clock of the world, as GitLab tells it

    @property
    def used(self) -> Usage:
        """How often was asked."""
        return Usage(self._counted[True], self._counted[False])

    def ready(self, *, reads: bool) -> None:
        """Wait until this may be sent, and count it."""
        self._wait(min(self._held - time.time(), self.patience))
        if not reads:
            self._wait(self._written + self._pause - time.monotonic())
            self._written = time.monotonic()
        self._counted[reads] += 1

    def noted(self, headers: Mapping[str, str]) -> None:
        """Hold back where the answer says that nothing is left until some time."""
        if headers.get("RateLimit-Remaining", "").strip() == "0":
            self._held = _seconds(headers.get("RateLimit-Reset", "")) or 0.0

    def waited(self, attempt: int, status: int, headers: Mapping[str, str], *, reads: bool) -> bool:
        """
        Whether it is to be sent again, as it was waited for; `attempt` counts from 1.

        What was refused for being one too many was not done, whatever it was. Anything else may
        have been, so that only what reads is repeated.
        """
        limited = status == 429
        again = limited or (status in _RETRIED and reads)
        if not again or attempt >= _ATTEMPTS:
            return False
        wait = _told(headers) if limited else None
        return self.rested(attempt, wait)

    def rested(self, attempt: int, seconds: float | None = None) -> bool:
        """Wait so long, else longer with each attempt; False where that would be too long."""
        if seconds is None:
            seconds = min(_FIRST_WAIT * 2 ** (attempt - 1), self.patience / _ATTEMPTS)
        if seconds * attempt > self.patience:
            return False
        self._wait(seconds)
        return True

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)


def _told(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait that an answer names."""
    wait = _seconds(headers.get("Retry-After", ""))
    if wait is not None:
        return wait
    reset = _seconds(headers.get("RateLimit-Reset", ""))
    return max(reset - time.time(), 0.0) if reset is not None else None


def _seconds(said: str) -> float | None:
    said = said.strip()
    return float(said) if said.isascii() and said.isdigit() and len(said) < 12 else None
