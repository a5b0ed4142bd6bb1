"""The proxies that the environment names, if they are ones that can be asked."""

from __future__ import annotations

from importlib.util import find_spec
from urllib.request import getproxies

import httpx

from bot.errors import ConfigError

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
