"""The one client for everything that is asked over HTTP: bounded, patient and careful."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx

from bot.http import proxies
from bot.http.asks import Asks
from bot.http.client import MIB, Answer, Http, Question
from bot.http.downloads import Download
from bot.http.lanes import Lanes
from bot.http.patience import Limits
from bot.http.trust import Trust
from bot.http.wire import Wire

__all__ = ["MIB", "Answer", "Asks", "Download", "Http", "Limits", "Question", "client"]


@asynccontextmanager
async def client(
    limits: Limits | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Http]:
    """
    The client, open as long as the context is.

    Proxies and certificates come from the environment (`HTTPS_PROXY`, `NO_PROXY`,
    `SSL_CERT_FILE`); `transport` takes the place of the network.
    """
    limits = limits or Limits()
    trust = None if transport else Trust()
    lanes = Lanes(partial(_of_one, transport, trust), limits.in_all)
    try:
        yield Http(lanes, limits, trust)
    finally:
        await lanes.close()


def _of_one(transport: httpx.AsyncBaseTransport | None, trust: Trust | None) -> httpx.AsyncClient:
    """A client that puts one question at a time."""
    if trust and proxies.named():
        _take_more_at_a_time()
    elif trust:
        transport = Wire(trust.context)
    return httpx.AsyncClient(
        verify=trust.context if trust else True,
        transport=transport,
        limits=httpx.Limits(max_keepalive_connections=1, keepalive_expiry=30),
        follow_redirects=False,
        mounts=dict.fromkeys(f"all://{host}" for host in proxies.LOOPBACK),
    )


def _take_more_at_a_time() -> None:
    """Have httpcore take 256 KiB of a connection: a large body is a quarter of the work then."""
    import httpcore  # loaded for proxies alone

    httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = 256 << 10
