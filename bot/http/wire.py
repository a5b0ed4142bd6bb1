"""Requests over connections of our own: what httpx's own transport does, at a third of its cost."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

from bot.http.addresses import literal
from bot.http.talk import Talk

_KEPT_FOR = 30.0  # seconds that a connection is used again after
_RACE = 0.25  # seconds that the next address of a name is tried after (RFC 8305, section 5)
_UNSENDABLE = re.compile(rb"[\r\n\0]")
_PORTS = {"http": 80, "https": 443}

Peer = Callable[[str], None]
"""Raises where nothing is to be sent to an address; a request has it among its extensions."""


class Wire(httpx.AsyncBaseTransport):
    """
    One connection at a time: whoever uses it puts one request after the other.

    `context` says whom TLS connections trust. Proxies are not for it. Raises what httpx's own does.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._talk: Talk | None = None
        self._with: tuple[str, str, int] | None = None
        self._until = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, as soon as its head is there."""
        sent = await _serialized(request)
        patience: dict[str, float | None] = request.extensions.get("timeout", {})
        talk = await self._connected(request.url, patience.get("connect"))
        with contextlib.ExitStack() as in_vain:
            in_vain.callback(talk.finish)
            if allowed := request.extensions.get("peer"):
                allowed(talk.peer)
            talk.ask(sent, headless=request.method == "HEAD")
            await talk.head(patience.get("read"))
            in_vain.pop_all()
        body = _Body(self, talk, patience.get("read"))
        return httpx.Response(talk.status, headers=talk.headers, stream=body)

    async def _connected(self, url: httpx.URL, patience: float | None) -> Talk:
        there = url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]
        talk = self._talk
        if talk and talk.usable and self._with == there and time.monotonic() < self._until:
            return talk
        if talk:
            talk.close()
        self._talk, self._with = await self._connection(*there, patience), there
        return self._talk

    async def _connection(self, scheme: str, host: str, port: int, patience: float | None) -> Talk:
        secured: dict[str, Any] = {}
        if scheme == "https":
            secured = {"ssl": self._context, "server_hostname": host.strip("[]")}
        # Of an address there is nothing to race, and asyncio forgets to close what won a race that
        # is called off in the same moment.
        race = None if literal(host) else _RACE
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(patience):
                _, talk = await loop.create_connection(
                    Talk, host.strip("[]"), port, happy_eyeballs_delay=race, **secured
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection") from error
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(str(error)) from error
        return talk

    def rest(self, talk: Talk) -> None:
        """An answer was read, or is not wanted any more."""
        talk.finish()
        self._until = time.monotonic() + _KEPT_FOR

    async def aclose(self) -> None:
        """Close the connection."""
        if self._talk:
            self._talk.close()
            self._talk = None


class _Body(httpx.AsyncByteStream):
    """The rest of an answer."""

    def __init__(self, wire: Wire, talk: Talk, patience: float | None) -> None:
        self._wire = wire
        self._talk = talk
        self._patience = patience

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._talk.body(self._patience):
            yield chunk

    async def aclose(self) -> None:
        self._wire.rest(self._talk)


async def _serialized(request: httpx.Request) -> bytes:
    """A request as it is sent; raises `httpx.LocalProtocolError` for what would be two."""
    lines = [
        b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path),
        *[b"%s: %s" % header for header in request.headers.raw],
    ]
    if any(map(_UNSENDABLE.search, lines)):
        raise httpx.LocalProtocolError("there is a line break in a header")
    return b"\r\n".join([*lines, b"", await request.aread()])
