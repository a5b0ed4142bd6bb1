"""One connection that speaks HTTP/1.1: an answer at a time, as it comes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import httptools
import httpx

_HEAD_LIMIT = 100 << 10  # bytes of headers, as httpcore has it
_KEPT = 1 << 20  # bytes of a body that wait to be read before the host has to wait
_BODYLESS = frozenset({204, 304})


class Talk(asyncio.Protocol):
    """
    A connection. https://www.rfc-editor.org/rfc/rfc9112, as llhttp reads it.

    `usable` says whether another request may be put; `peer` is the address that was connected to.
    """

    def __init__(self) -> None:
        self.usable = False
        self.peer = ""
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._headless = False
        self._lost: Exception | None = None
        self._wake: asyncio.Future[None] | None = None
        self._idle()

    def _idle(self) -> None:
        self._parser: httptools.HttpResponseParser | None = None
        self._chunks: deque[bytes] = deque()
        self._waiting = self._size = 0
        self._headed = self._whole = self._paused = False

    # ------------------------------------------------------------ what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]) if isinstance(name, tuple) and name else ""
        self.usable = True

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._parser is None or self._whole:
            self._fail(None)  # nothing was asked, so whatever that is, it is no answer
            return
        if not self._headed:
            self._size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            self._fail(cause if isinstance(cause, httpx.HTTPError) else _broken(error))
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self._whole:
                self._fail(_broken(error))
        if not self._headed and self._size > _HEAD_LIMIT:
            self._fail(httpx.RemoteProtocolError("its headers do not end"))
        self._awake()

    def eof_received(self) -> None:
        """Note that nothing more will come: the end of a body that says no other."""
        if self._headed and not self._whole and self._ends_with_the_connection():
            self._whole = True

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self.usable = False
        if not self._whole:
            self._lost = self._lost or _read_error(exc)
        self._awake()

    # ------------------------------------------------------------ what the parser calls

    def on_message_begin(self) -> None:
        """Forget an answer that was only to say that there will be another (1xx)."""
        if self._whole:
            raise httpx.RemoteProtocolError("it answers more than it was asked")
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header."""
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Note the status; an answer to HEAD ends here."""
        assert self._parser
        self.status = self._parser.get_status_code()
        if self.status < 200:
            return
        self._headed = True
        if self._headless:
            self._done(self._parser)

    def on_body(self, chunk: bytes) -> None:
        """Keep a part of the body until it is asked for."""
        if not self._whole:
            self._chunks.append(chunk)
            self._waiting += len(chunk)
            if self._waiting > _KEPT and not self._paused:
                self._paused = True
                self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """Note the end."""
        assert self._parser
        if self._headed and not self._whole:
            self._done(self._parser)

    def _done(self, parser: httptools.HttpResponseParser) -> None:
        self._whole = True
        self.usable = self.usable and parser.should_keep_alive()

    def _ends_with_the_connection(self) -> bool:
        names = {name.lower() for name, _ in self.headers}
        return names.isdisjoint({b"content-length", b"transfer-encoding"})

    # ------------------------------------------------------------ what the caller calls

    def ask(self, request: bytes, *, headless: bool) -> None:
        """Send a request; `headless`: its answer will have no body (HEAD)."""
        self._idle()
        self._headless = headless
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(request)

    async def head(self, patience: float | None) -> None:
        """Wait until status and headers are there."""
        while not self._headed:
            await self._more(patience)

    async def body(self, patience: float | None) -> AsyncIterator[bytes]:
        """The body as it comes."""
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self._waiting -= len(chunk)
                yield chunk
            if self._whole:
                return
            if self._paused:
                self._paused = False
                self._transport.resume_reading()
            await self._more(patience)

    async def _more(self, patience: float | None) -> None:
        """Wait for whatever comes next; raises what httpx does where that is nothing."""
        if self._lost:
            raise self._lost
        self._wake = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(patience):
                await self._wake
        except TimeoutError:
            raise httpx.ReadTimeout("nothing came") from None
        finally:
            self._wake = None
        if self._lost and not self._chunks:
            raise self._lost

    def finish(self) -> None:
        """No more of this answer is wanted: the connection is good for another, or ends."""
        if not self._whole:
            self.usable = False
        self._parser = None
        self._chunks.clear()
        if not self.usable:
            self._transport.abort()

    def close(self) -> None:
        """End the connection."""
        self.usable = False
        self._transport.close()

    def _fail(self, error: Exception | None) -> None:
        self.usable = False
        self._lost = self._lost or error
        self._transport.abort()

    def _awake(self) -> None:
        if self._wake and not self._wake.done():
            self._wake.set_result(None)


def _broken(error: Exception) -> httpx.RemoteProtocolError:
    return httpx.RemoteProtocolError(f"what it sends is no HTTP: {error}")


def _read_error(error: Exception | None) -> Exception:
    if error is None:
        return httpx.RemoteProtocolError("it ended the connection without a whole answer")
    lost = httpx.ReadError(str(error))
    lost.__cause__ = error
    return lost
