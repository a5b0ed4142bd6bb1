"""A server that does what a test tells it: for what no honest server does."""

import asyncio
import inspect
from contextlib import asynccontextmanager

import httpx

from tests.canaries import received

RESET = object()


def answer(status=200, body=b"", **headers):
    """The bytes of an answer; `_` in a header's name stands for `-`."""
    fields = {"content_length": len(body), **headers}
    lines = [f"HTTP/1.1 {status} Whatever"]
    lines += [
        f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value is not None
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def scripted(script):
    """
    Serve on the loopback; gives the base URL.

    `script(method, path, headers)` gives what to do, in order: bytes are sent, a number of seconds
    is waited, an iterator of bytes is sent until the other side has had enough, RESET ends it.
    """
    held = set()

    async def serve(reader, writer):
        held.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await act(writer, script(*parsed(head)))
        except (asyncio.IncompleteReadError, ConnectionError, EndError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)


class EndError(Exception):
    """The script ends the connection."""


def parsed(head):
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split()
    return method, path, {k.lower(): v for k, v in (line.split(": ", 1) for line in lines if line)}


async def act(writer, acts):
    for each in acts if isinstance(acts, list) else [acts]:
        if each is RESET:
            raise EndError
        if isinstance(each, int | float):
            await asyncio.sleep(each)
            continue
        for data in [each] if isinstance(each, bytes) else each:
            writer.write(data)
            await writer.drain()


class standing_in(httpx.AsyncBaseTransport):  # noqa: N801 -- read as a verb
    """Takes the place of the network: `handler(request)` gives the answer, which is then streamed."""

    def __init__(self, handler):
        self.handler = handler

    async def handle_async_request(self, request):
        url = request.url
        received(url.host, f"{url}{url.userinfo}", request.headers, await request.aread())
        response = self.handler(request)
        if inspect.isawaitable(response):
            response = await response
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=Streamed(response.content),
            extensions=response.extensions,
        )


class Streamed(httpx.AsyncByteStream):
    def __init__(self, content):
        self.content = content

    async def __aiter__(self):
        yield self.content
