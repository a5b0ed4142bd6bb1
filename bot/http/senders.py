"""Put a request and nothing but that: no cookie goes back, no redirect is followed."""

from __future__ import annotations

import ssl

import httpx

from bot.http import proxies


class Direct:
    """A transport by itself (`bot.http.lanes.Sender`): a client around it takes as long again."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The answer as it comes."""
        response = await self._transport.handle_async_request(request)
        response.request = request
        return response

    async def aclose(self) -> None:
        """Close what the transport has open."""
        await self._transport.aclose()


class Proxied:
    """A client that goes by way of the environment's proxies (`bot.http.lanes.Sender`)."""

    def __init__(self, context: ssl.SSLContext) -> None:
        _take_more_at_a_time()
        self._client = httpx.AsyncClient(
            verify=context,
            limits=httpx.Limits(max_keepalive_connections=1, keepalive_expiry=30),
            follow_redirects=False,
            mounts=dict.fromkeys(f"all://{host}" for host in proxies.LOOPBACK),
        )

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The answer as it comes."""
        return await self._client.send(request, stream=True, auth=None)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()


def _take_more_at_a_time() -> None:
    """Have httpcore take 256 KiB of a connection: a large body is a quarter of the work then."""
    import httpcore  # loaded for proxies alone

    httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = 256 << 10
