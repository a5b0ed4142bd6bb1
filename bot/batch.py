"""Apply a step to many items so that one item's failure never becomes another's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.errors import ItemError
from bot.model import Failure

AT_ONCE = 8
"""Items that `each_at_once` is at: as many as a host is asked by one run at a time."""

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Batch(Generic[R_co]):
    """What came of a step: the results, and the items it had to drop."""

    done: tuple[R_co, ...] = ()
    failed: tuple[Failure, ...] = ()


def each(
    step: Callable[[T], R], items: Iterable[T], *, named: Callable[[T], str] = str
) -> Batch[R]:
    """Apply `step` to the items in order; `named` gives the subject of a failure."""
    done: list[R] = []
    failed: list[Failure] = []
    for item in items:
        try:
            done.append(step(item))
        except ItemError as error:
            failed.append(Failure(named(item), str(error)))
    return Batch(tuple(done), tuple(failed))


def each_at_once(
    step: Callable[[T], R], items: Collection[T], *, named: Callable[[T], str] = str
) -> Batch[R]:
    """
    As `each`, for a step that waits for others: several at a time, the results in order.

    A failure that is not an item's own ends it all, once what was begun is over.
    """
    if len(items) < 2:
        return each(step, items, named=named)
    from concurrent.futures import ThreadPoolExecutor

    def outcome(item: T) -> R | Failure:
        try:
            return step(item)
        except ItemError as error:
            return Failure(named(item), str(error))

    with ThreadPoolExecutor(min(AT_ONCE, len(items))) as pool:
        found = list(pool.map(outcome, items))
    return Batch(
        tuple(one for one in found if not isinstance(one, Failure)),
        tuple(one for one in found if isinstance(one, Failure)),
    )


async def answers(
    ask: Callable[[T], Awaitable[R]],
    questions: Collection[T],
    *,
    tick: Callable[[int, int], None] = lambda _done, _all: None,
) -> dict[T, R | Failure]:
    """
    Ask every question at once; each gets its answer or the `Failure` that stands for it.

    How many requests are really under way is bounded where they are sent (`bot.http`).
    """
    done = 0

    async def answer(question: T) -> R | Failure:
        nonlocal done
        try:
            return await ask(question)
        except ItemError as error:
            return Failure(str(question), str(error))
        finally:
            done += 1
            tick(done, len(questions))

    given = await asyncio.gather(*map(answer, questions))
    return dict(zip(questions, given, strict=True))
