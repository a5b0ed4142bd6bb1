"""The one client for everything that is asked over HTTP: bounded, patient and careful."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot.http.asks import Asks
from bot.http.client import MIB, Answer, Http, Question
from bot.http.downloads import Download
from bot.http.patience import Limits
from bot.http.trust import Trust

__all__ = ["MIB", "Answer", "Asks", "Download", "Http", "Limits", "Question", "client"]

# As Go and so Docker do: this machine is not reached by way of a proxy.
_LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")


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
    pool = httpx.Limits(
        max_connections=None, max_keepalive_connections=limits.in_all, keepalive_expiry=30
    )
    trust = None if transport else Trust()
    async with httpx.AsyncClient(
        verify=trust.context if trust else True,
        transport=transport,
        limits=pool,
        follow_redirects=False,
        mounts=dict.fromkeys(_LOOPBACK),
    ) as opened:
        yield Http(opened, limits, trust)
