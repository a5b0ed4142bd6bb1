"""Ask each question once, however many want to know; and wait for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """Answers by question, kept as long as it is; one that failed stays so."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, asyncio.Future[Any]] = {}

    async def answer(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` gives; who comes later with the same `key` waits for the first."""
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(_awaited(ask))
        # Shielded: one asker that leaves must not take the answer from the others.
        answer: T = await asyncio.shield(self._asked[key])
        return answer

    def alias(self, key: Hashable, other: Hashable) -> None:
        """Let the answer to `key` be that to `other` too, where it has none."""
        self._asked.setdefault(other, self._asked[key])

    def know(self, key: Hashable, answer: object) -> None:
        """Take this for the answer, where there is none yet."""
        known = asyncio.get_running_loop().create_future()
        known.set_result(answer)
        self._asked.setdefault(key, known)

    def known(self, key: Hashable) -> Any:  # noqa: ANN401 -- whatever was answered
        """The answer, if there is one already; None where there is not, or where it failed."""
        asked = self._asked.get(key)
        there = asked is not None and asked.done() and not asked.cancelled()
        return asked.result() if asked and there and not asked.exception() else None

    def forget(self, key: Hashable) -> None:
        """Let the question be asked again."""
        self._asked.pop(key, None)

    def close(self) -> None:
        """Drop the questions that nobody waits for any more."""
        for task in self._asked.values():
            task.cancel()


def waited_for(work: Coroutine[Any, Any, T]) -> T:
    """
    What comes of some work, in an event loop of its own, as `asyncio.run` gives it.

    That one, at its end, makes a text of all that came of it, only to throw it away
    (`signal.getsignal` asks whether the handler of interrupts is a member of an enumeration).
    """
    found: list[T] = []

    async def kept() -> None:
        found.append(await work)

    asyncio.run(kept())
    return found[0]


async def _awaited(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()
