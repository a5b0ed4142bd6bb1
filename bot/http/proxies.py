"""The proxies that the environment names, if they are ones that can be asked."""

from __future__ import annotations

from importlib.util import find_spec
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from bot.errors import ConfigError

# As Go and so Docker do: this machine is not reached by way of a proxy.
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_SCHEMES = ("http", "https", "all")


def named() -> bool:
    """
    Whether the environment names any: what goes by way of one, httpx's own transport takes.

    Raises `ConfigError` for one that is none, without a word of it: a password may be in it.
    """
    proxies = getproxies()
    for scheme in _SCHEMES:
        if (url := proxies.get(scheme)) and (why := _unfit(url)):
            raise ConfigError(f"${scheme.upper()}_PROXY: {why}")
    return not proxies.keys().isdisjoint(_SCHEMES)


def on_the_way_to(url: str) -> str:
    """The variable whose proxy an address is asked by way of; empty where it is asked itself."""
    proxies, parts = getproxies(), urlsplit(url)
    scheme = next((each for each in (parts.scheme, "all") if each in proxies), "")
    here = any(each.strip("[]") == parts.hostname for each in LOOPBACK)
    return "" if here or not scheme or proxy_bypass(parts.netloc) else f"${scheme.upper()}_PROXY"


def _unfit(said: str) -> str | None:
    try:
        url = httpx.URL(said if "://" in said else f"http://{said}")
    except (httpx.InvalidURL, ValueError):
        return (
            "it is no address of a proxy; write http://host:port, and what is special in a user"
            " name or a password by its number, as %2F for a slash"
        )
    if url.scheme in {"socks5", "socks5h"}:
        return None if find_spec("socksio") else "it is of SOCKS, which takes `pip install socksio`"
    if url.scheme not in {"http", "https"} or not url.host:
        return "a proxy is named as http://host:port"
    return None if url.port is None or 0 < url.port < 1 << 16 else "no port has this number"
