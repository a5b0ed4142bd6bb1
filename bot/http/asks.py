"""Who only asks need not know who answers, and that may be a client that is yet to be opened."""

from __future__ import annotations

from typing import Protocol

from bot.http.client import Answer, Question


class Asks(Protocol):
    """As `bot.http.Http` does. Raises `HttpError`."""

    async def ask(self, question: Question) -> Answer:
        """The answer to a question, whatever its status."""
