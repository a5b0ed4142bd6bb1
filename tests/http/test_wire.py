"""What comes over a connection of our own, from a host that sends what it likes."""

import asyncio
import contextlib
import gc
import ssl
import warnings

import httpx
import pytest

from bot.errors import HttpError
from bot.http import Limits, Question, client
from bot.http.wire import Wire

QUICK = Limits(connect=0.5, read=0.3, attempt=0.6, tries=1, backoff=0.001)


def talked(*replies, asks, close=False, heard=None):
    """What became of questions to a host that sends one reply after the other, as they are."""
    heard = [] if heard is None else heard
    at_work = set()
    rest = iter(replies)

    async def serve(reader, writer):
        at_work.add(asyncio.current_task())
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                heard.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(next(rest, b""))
                await writer.drain()
                if close:
                    break
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def run():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            return await asks(base)
        finally:
            server.close()
            for task in at_work:
                task.cancel()
            await asyncio.gather(*at_work, return_exceptions=True)

    return asyncio.run(run()), heard


def asked(*replies, method="GET", close=False, times=1):
    async def asks(base):
        async with client(QUICK) as http:
            return [await http.ask(Question(f"{base}/x", method)) for _ in range(times)]

    return talked(*replies, asks=asks, close=close)


def refused(*replies, **more):
    with pytest.raises(HttpError) as error:
        asked(*replies, **more)
    return str(error.value)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def test_one_connection_serves_one_question_after_the_other():
    answers, heard = asked(OK, OK, OK, times=3)
    assert [answer.body for answer in answers] == [b"hi"] * 3
    assert len(heard) == 3


def test_the_answer_to_a_head_ends_with_its_headers():
    told = b"HTTP/1.1 200 OK\r\nContent-Length: 700\r\nX-A: b\r\n\r\n"
    answers, _ = asked(told, told, method="HEAD", times=2)
    assert [(a.status, a.body, a.headers["x-a"]) for a in answers] == [(200, b"", "b")] * 2


def test_a_body_in_chunks_is_put_together():
    answers, _ = asked(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3\r\n ho\r\n0\r\n\r\n"
    )
    assert answers[0].body == b"hi ho"


def test_a_body_without_length_ends_with_the_connection():
    answers, _ = asked(b"HTTP/1.1 200 OK\r\n\r\nto the end", close=True)
    assert answers[0].body == b"to the end"


def test_an_answer_that_only_says_that_there_will_be_another_is_passed_over():
    answers, _ = asked(b"HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n" + OK)
    assert (answers[0].status, answers[0].body, "x-a" in answers[0].headers) == (200, b"hi", False)


@pytest.mark.parametrize(
    "reply",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 200_000,
        b"HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n" * 9_000,
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["ssh", "two lengths", "both", "long header", "hints", "upgrade", "chunk"],
)
def test_what_is_no_whole_answer_is_none(reply):
    assert "broke off" in refused(reply) or "nothing heard" in refused(reply)


def test_a_body_that_is_cut_short_is_none():
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi"
    assert "it broke off the answer" in refused(short, close=True)
    assert "nothing heard for 0.3 s" in refused(short)


def test_what_nobody_asked_for_is_no_answer_to_the_next_question():
    stray = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
    answers, heard = asked(OK + stray, OK, times=2)
    assert [answer.body for answer in answers] == [b"hi", b"hi"]
    assert len(heard) == 2


def test_nothing_is_sent_to_an_address_that_is_not_asked():
    async def asks(base):
        async with client(QUICK) as http:
            return await http.ask(Question(base, private=False))

    heard = []
    with pytest.raises(HttpError, match=r"is at 127\.0\.0\.1, which is not asked"):
        talked(OK, asks=asks, heard=heard)
    assert heard == []


def test_a_connection_that_is_called_off_at_whatever_moment_is_closed():
    trust = ssl.create_default_context()

    async def called_off_after(turns, base):
        wire = Wire(trust)
        asking = asyncio.ensure_future(wire.handle_async_request(httpx.Request("GET", base)))
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await wire.aclose()

    async def asks(base):
        for turns in range(20):
            for _ in range(20):
                await called_off_after(turns, base)

    with warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always", ResourceWarning)
        talked(OK, asks=asks)
        gc.collect()
    assert [str(each.message) for each in unclosed] == []


def test_a_header_with_a_line_break_is_not_sent():
    request = httpx.Request("GET", "http://127.0.0.1:9/", headers={"x-a": "b\r\nx-c: d"})

    async def send():
        return await Wire(ssl.create_default_context()).handle_async_request(request)

    with pytest.raises(httpx.LocalProtocolError, match="line break"):
        asyncio.run(send())


def test_a_body_waits_until_it_is_read():
    size = 8 << 20
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)

    async def asks(base):
        wire = Wire(ssl.create_default_context())
        answer = await wire.handle_async_request(httpx.Request("GET", base))
        await asyncio.sleep(0.05)
        kept = wire._talk._waiting
        body = await answer.aread()
        await wire.aclose()
        return kept, len(body)

    (kept, whole), _ = talked(reply, asks=asks)
    assert whole == size
    assert 0 < kept < 2 << 20
