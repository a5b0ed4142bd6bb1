"""Stands in front of a real server that speaks HTTP/1.1, and lets each request go as a plan says."""

import asyncio
import socket
import struct
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Thread

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "te", "upgrade"}
SECONDS = 30  # that the server behind may take
GONE = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError)


@dataclass(frozen=True)
class Asked:
    """A request as it came: its number from 0, how often the same was asked before, its fault."""

    number: int
    method: str
    path: str
    nth: int
    fault: str | None
    headers: dict = field(repr=False)
    body: bytes = field(repr=False)


@dataclass
class Reply:
    """An answer of the server behind; headers by their name in lower case, but for repeated ones."""

    status: int
    headers: list
    body: bytes

    def altered(self, **headers):
        """With these headers in place of what it has (`_` stands for `-`); None takes one away."""
        new = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = [(name, value) for name, value in self.headers if name not in new]
        return Reply(
            self.status, kept + [each for each in new.items() if each[1] is not None], self.body
        )


class EndError(Exception):
    """The connection is of no more use."""


class Proxy:
    """
    `plan(number, method, path)` gives a fault or None; it may be changed at any time.

    `asked` is the log, `drained` has the paths of bodies without end of which all was read that a
    fault sends of one. `host` (with its port) and `base_url` are where it is reached. With
    `rewrite` the address of the server behind is replaced by that of the proxy in headers and in
    text; the other way round in requests.
    """

    def __init__(self, upstream, plan=None, *, rewrite=False):
        self.upstream = upstream.removeprefix("http://").rstrip("/")
        self.plan = plan or (lambda *_: None)
        self.rewrite = rewrite
        self.asked, self.drained = [], []
        self.host = ""
        self._numbers = count()
        self._seen = Counter()
        self._held = set()

    @property
    def base_url(self):
        return f"http://{self.host}"

    def forget(self):
        """Begin anew: numbers and log."""
        self.asked, self.drained = [], []
        self._numbers = count()
        self._seen = Counter()

    async def serve(self, reader, writer):
        task = asyncio.current_task()
        self._held.add(task)
        try:
            while True:
                await self._one(reader, writer)
        except (*GONE, EndError, asyncio.CancelledError):
            pass
        finally:
            self._held.discard(task)
            if not writer.transport.is_closing():
                writer.transport.abort()

    async def _one(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = named(lines)
        if "100-continue" in dict(headers).get("expect", ""):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await body_of(reader, dict(headers), b"")
        number, nth = next(self._numbers), self._seen[method, path]
        self._seen[method, path] += 1
        fault = self.plan(number, method, path)
        name = fault.name if fault else None
        self.asked.append(Asked(number, method, path, nth, name, dict(headers), body))
        exchange = Exchange(self, writer, method, path, headers, body)
        await (fault.act(exchange) if fault else exchange.pass_on())
        await writer.drain()
        if "close" in dict(headers).get("connection", "").lower():
            writer.close()
            await writer.wait_closed()
            raise EndError

    async def close(self):
        for task in tuple(self._held):
            task.cancel()
        await asyncio.gather(*self._held, return_exceptions=True)


class Exchange:
    """One request and what can be done about it."""

    def __init__(self, proxy, writer, method, path, headers, body):
        self.proxy, self.writer = proxy, writer
        self.method, self.path, self.headers, self.body = method, path, headers, body

    async def ask(self):
        """The answer of the server behind."""
        async with asyncio.timeout(SECONDS):
            host, port = self.proxy.upstream.split(":")
            reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 20)
            try:
                writer.write(self._request())
                await writer.drain()
                return self._outward(await reply(reader, self.method))
            finally:
                writer.close()

    def _request(self):
        fields = [(k, v) for k, v in self.headers if k not in HOP_BY_HOP | {"expect"}]
        if self.body or self.method in ("POST", "PUT", "PATCH"):
            fields.append(("content-length", str(len(self.body))))
        lines = [f"{self.method} {self.path} HTTP/1.1", "connection: close"]
        data = "\r\n".join(lines + [f"{k}: {v}" for k, v in fields]).encode("latin-1")
        return data + b"\r\n\r\n" + self.body

    def _outward(self, told):
        if not self.proxy.rewrite:
            return told
        old, new = self.proxy.upstream, self.proxy.host
        headers = [(name, value.replace(old, new)) for name, value in told.headers]
        kind = dict(headers).get("content-type", "")
        text = "json" in kind or kind.startswith("text/")
        body = told.body.replace(old.encode(), new.encode()) if text else told.body
        return Reply(told.status, headers, body)

    async def pass_on(self):
        """Answer as the server behind does."""
        self.send(await self.ask())

    def send(self, told, *, length=None, body=None):
        """Send an answer; `length` is told in place of the right one, `body` sent in place of its own."""
        bare = told.status in (204, 304) or told.status < 200
        own = dict(told.headers).get("content-length") if self.method == "HEAD" else None
        size = own if length is None and own is not None else length
        self.begin(told, None if bare else str(len(told.body) if size is None else size))
        if self.method != "HEAD" and not bare:
            self.writer.write(told.body if body is None else body)

    def begin(self, told, length=None, **more):
        """Send the head of an answer only."""
        lines = [f"HTTP/1.1 {told.status} Told"]
        lines += [f"{k}: {v}" for k, v in told.headers if k not in HOP_BY_HOP]
        lines += [f"{k.replace('_', '-')}: {v}" for k, v in more.items()]
        lines += [] if length is None else [f"content-length: {length}"]
        self.writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")

    async def end(self):
        """Say no more, in an orderly way."""
        await self.writer.drain()
        self.writer.close()
        await self.writer.wait_closed()
        raise EndError

    async def reset(self):
        """End the connection as a machine does that has crashed: RST in place of FIN."""
        await self.writer.drain()
        one = self.writer.get_extra_info("socket")
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        raise EndError


def named(lines):
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return [(name.strip().lower(), value.strip()) for name, value in pairs]


async def reply(reader, method):
    status = 100
    while status < 200:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1])
    headers = named(lines)
    if method == "HEAD" or status in (204, 304):
        return Reply(status, headers, b"")
    return Reply(status, headers, await body_of(reader, dict(headers), None))


async def body_of(reader, headers, otherwise):
    """A body by what its head says; `otherwise` where that says nothing, None to read to the end."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await chunks_of(reader)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read() if otherwise is None else otherwise


async def chunks_of(reader):
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return body


@contextmanager
def proxy(upstream, plan=None, *, rewrite=False):
    """A proxy before `upstream` (host:port or http://…), in a thread of its own, while it is held."""
    held = Proxy(upstream, plan, rewrite=rewrite)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(held.serve, "127.0.0.1", 0, limit=1 << 20, backlog=512)
    )
    held.host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.close()
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(held.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
