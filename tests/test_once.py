"""Each question is asked once, and what is known already can be told."""

import asyncio

import pytest

from bot.once import Once


def test_only_what_was_answered_is_known():
    async def ask():
        once, gate = Once(), asyncio.Event()

        async def late():
            await gate.wait()
            return "late"

        async def fails():
            raise ValueError

        waiting = asyncio.ensure_future(once.answer("late", late))
        await asyncio.sleep(0)
        before = once.known("late"), once.known("never")
        gate.set()
        await waiting
        with pytest.raises(ValueError):
            await once.answer("fails", fails)
        return before, once.known("late"), once.known("fails")

    assert asyncio.run(ask()) == ((None, None), "late", None)
