"""One connection for each question at a time, and a connection for the next question there."""

import asyncio

import httpx
import pytest

from bot.http.lanes import Lanes


def lanes(most=64):
    made = []

    def make():
        made.append(httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200))))
        return made[-1]

    return Lanes(make, most), made


async def asked(several, host, *, until=None):
    async with several.taken(host) as client:
        if until:
            await until.wait()
        return client


def test_the_next_question_to_a_host_takes_the_connection_of_the_last():
    several, made = lanes()

    async def ask():
        first = await asked(several, "a.example")
        other = await asked(several, "b.example")
        return first, other, await asked(several, "a.example"), await asked(several, "b.example")

    first, other, again, other_again = asyncio.run(ask())
    assert (again, other_again) == (first, other)
    assert made == [first, other]


def test_questions_at_once_take_a_connection_each():
    several, made = lanes()

    async def ask():
        go = asyncio.Event()
        asking = [asyncio.create_task(asked(several, "a.example", until=go)) for _ in range(3)]
        await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*asking)

    assert len(set(asyncio.run(ask()))) == len(made) == 3


def test_once_there_are_enough_the_longest_free_goes_to_another_host():
    several, made = lanes(most=2)

    async def ask():
        return [await asked(several, f"{name}.example") for name in "abca"]

    first, second, third, fourth = asyncio.run(ask())
    assert (third, fourth) == (first, second)
    assert len(made) == 2


def test_a_connection_is_free_again_after_a_failure():
    several, made = lanes()

    async def ask():
        with pytest.raises(TimeoutError):
            async with several.taken("a.example"), asyncio.timeout(0):
                await asyncio.sleep(60)
        return await asked(several, "a.example")

    assert [asyncio.run(ask())] == made


def test_in_the_end_all_are_closed():
    several, made = lanes()

    async def ask():
        await asked(several, "a.example")
        await asked(several, "b.example")
        await several.close()

    asyncio.run(ask())
    assert [client.is_closed for client in made] == [True, True]
