"""Faults of servers, one for each request, and plans that say which request has which."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

from tests.servers.faulty import Exchange, Proxy, Reply, proxy

__all__ = ["Exchange", "Proxy", "Reply", "proxy"]

# Bytes of a body without end that are sent at most: who reads so many is at fault.
ENOUGH = 64 << 20


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request; `name` tells it in test ids and in the log."""

    name: str
    act: Callable[[Exchange], Awaitable[None]] = field(repr=False, compare=False)

    def __str__(self):
        return self.name


def fault(name):
    """Make a fault of an asynchronous function that takes the exchange."""
    return lambda act: Fault(name, act)


async def _half(exchange):
    told = await exchange.ask()
    exchange.send(told, body=told.body[: len(told.body) // 2])


@fault("reset")
async def reset(exchange):
    await exchange.reset()


@fault("reset-when-done")
async def reset_when_done(exchange):
    """The server behind has done it, and nobody hears of it."""
    await exchange.ask()
    await exchange.reset()


@fault("reset-in-body")
async def reset_in_body(exchange):
    await _half(exchange)
    await exchange.reset()


@fault("closed")
async def closed(exchange):
    await exchange.end()


@fault("truncated")
async def truncated(exchange):
    await _half(exchange)
    await exchange.end()


@fault("stalled")
async def stalled(_):
    await asyncio.sleep(3600)  # until whoever waits, or the proxy, gives up


@fault("stalled-when-done")
async def stalled_when_done(exchange):
    await exchange.ask()
    await asyncio.sleep(3600)


@fault("stalled-in-body")
async def stalled_in_body(exchange):
    await _half(exchange)
    await asyncio.sleep(3600)


@fault("drips")
async def drips(exchange):
    """A byte now and then, so that no wait for the next one is ever too long."""
    told = await exchange.ask()
    exchange.begin(told, max(len(told.body), 100_000))
    while True:
        exchange.writer.write(b" ")
        await exchange.writer.drain()
        await asyncio.sleep(0.05)


@fault("rubbish")
async def rubbish(exchange):
    exchange.writer.write(b"\x16\x03\x01 SSH-2.0-not HTTP\r\n\r\n")
    await exchange.end()


@fault("head-without-end")
async def head_without_end(exchange):
    exchange.writer.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(ENOUGH >> 16):
        exchange.writer.write(b"X-Filler: " + b"x" * ((64 << 10) - 12) + b"\r\n")
        await exchange.writer.drain()
    await exchange.end()


@fault("length-too-long")
async def length_too_long(exchange):
    told = await exchange.ask()
    exchange.send(told, length=len(told.body) + 1000)
    await exchange.end()


@fault("length-too-short")
async def length_too_short(exchange):
    told = await exchange.ask()
    exchange.send(told, length=len(told.body) // 2)
    await exchange.end()


@fault("length-absurd")
async def length_absurd(exchange):
    told = await exchange.ask()
    exchange.send(told, length="9" * 30)
    await exchange.end()


@fault("length-negative")
async def length_negative(exchange):
    exchange.send(await exchange.ask(), length=-5)
    await exchange.end()


@fault("gigabyte")
async def gigabyte(exchange):
    """A body that is said to have a gigabyte; no more of it is sent than somebody takes."""
    exchange.begin(await exchange.ask(), 1 << 30)
    await _pour(exchange, b"a" * (64 << 10))


@fault("gigabyte-in-chunks")
async def gigabyte_in_chunks(exchange):
    exchange.begin(await exchange.ask(), transfer_encoding="chunked")
    await _pour(exchange, b"10000\r\n" + b"[" * (64 << 10) + b"\r\n")


async def _pour(exchange, piece):
    for _ in range(ENOUGH >> 16):
        exchange.writer.write(piece)
        await exchange.writer.drain()
    exchange.proxy.drained.append(exchange.path)
    await exchange.end()


@fault("html")
async def html(exchange):
    told = Reply(
        200, [("content-type", "text/html; charset=utf-8")], b"<html>Log in, please</html>"
    )
    exchange.send(told)


@fault("html-as-told")
async def html_as_told(exchange):
    """A page under the head of the true answer, as a captive portal in the middle may send it."""
    told = await exchange.ask()
    exchange.send(Reply(told.status, told.headers, b"<html>Log in, please</html>"))


@fault("empty")
async def empty(exchange):
    told = await exchange.ask()
    exchange.send(Reply(told.status, told.headers, b""), length=0)


@fault("null")
async def null(exchange):
    told = await exchange.ask()
    exchange.send(Reply(told.status, told.headers, b"null"))


@fault("nested")
async def nested(exchange):
    """JSON so deep that reading it takes more stack than there is."""
    told = await exchange.ask()
    exchange.send(Reply(told.status, told.headers, b"[" * 200_000))


@fault("other-bytes")
async def other_bytes(exchange):
    """Other bytes of the same length: what a digest is for."""
    told = await exchange.ask()
    exchange.send(Reply(told.status, told.headers, told.body[:-1] + b" "))


@fault("other-type")
async def other_type(exchange):
    exchange.send((await exchange.ask()).altered(content_type="image/png"))


@fault("redirect-loop")
async def redirect_loop(exchange):
    exchange.send(Reply(302, [("location", exchange.path)], b""))


@fault("redirect-chain")
async def redirect_chain(exchange):
    """To a new place each time, for ever."""
    path, _, step = exchange.path.partition("?step=")
    exchange.send(Reply(307, [("location", f"{path}?step={int(step or 0) + 1}")], b""))


def answered(status, *, done=False, **headers):
    """The fault that is this status, after the server behind has acted if it is `done`."""

    async def act(exchange):
        if done:
            await exchange.ask()
        body = json.dumps({"errors": [{"code": "FAULT", "message": f"a fault: {status}"}]}).encode()
        told = Reply(status, [("content-type", "application/json")], body).altered(**headers)
        exchange.send(told)

    more = [f"{name}={value}" for name, value in headers.items()]
    return Fault("-".join([str(status), *(["when-done"] if done else []), *more]), act)


def delayed(seconds):
    """The right answer, later."""

    async def act(exchange):
        await asyncio.sleep(seconds)
        await exchange.pass_on()

    return Fault(f"delayed-{seconds:g}", act)


def redirected(location, name=None):
    """The fault that is sent elsewhere."""

    async def act(exchange):
        exchange.send(Reply(302, [("location", location)], b""))

    return Fault(name or f"redirected-{location}", act)


def with_header(name, value):
    """The right answer with another header."""

    async def act(exchange):
        exchange.send((await exchange.ask()).altered(**{name.replace("-", "_"): value}))

    return Fault(f"{name}={value}", act)


# ---------------------------------------------------------------- plans


def healthy(_number, _method, _path):
    """Nothing goes wrong."""


def at_number(number, fault):
    """The one request of that number, from 0 on."""
    return lambda each, _method, _path: fault if each == number else None


def at(method, path, fault, times=1):
    """The first `times` requests of that method and path, all of them where it is None."""
    left = count()

    def plan(_number, asked_method, asked_path):
        if (asked_method, asked_path) != (method, path):
            return None
        return fault if times is None or next(left) < times else None

    return plan


def always(fault):
    """Every request."""
    return lambda *_: fault


def at_random(rate, seed, faults):
    """
    Each request with this probability, from 0 to 1, one of the faults.

    What happens to the n-th request of one method and path depends on the seed and nothing else,
    in whatever order a run asks.
    """
    seen = Counter()

    def plan(_number, method, path):
        nth = seen[method, path]
        seen[method, path] += 1
        drawn = hashlib.sha256(f"{seed} {nth} {method} {path}".encode()).digest()
        if int.from_bytes(drawn[:4], "big") >= rate * (1 << 32):
            return None
        return faults[int.from_bytes(drawn[4:8], "big") % len(faults)]

    return plan
