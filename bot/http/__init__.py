"""The one client for everything that is asked over HTTP: bounded, patient and careful."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import httpx

from bot.http import proxies
from bot.http.asks import Asks
from bot.http.client import MIB, Answer, Http, Question
from bot.http.downloads import Download
from bot.http.lanes import Lanes, Sender
from bot.http.patience import Limits
from bot.http.senders import Direct, Proxied
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
    trust = None
    make: Callable[[], Sender]
    if transport:
        make = partial(Direct, transport)
    else:
        trust = Trust()
        make = partial(_by_the_network, trust)
    lanes = Lanes(make, limits.in_all)
    try:
        yield Http(lanes, limits, trust)
    finally:
        await lanes.close()


def _by_the_network(trust: Trust) -> Sender:
    """What puts one question at a time, by way of a proxy where the environment names any."""
    return Proxied(trust.context) if proxies.named() else Direct(Wire(trust.context))
