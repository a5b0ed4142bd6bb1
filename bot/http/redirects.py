"""Where a redirect may lead: bounded, never down to plain HTTP, never into a private network."""

from __future__ import annotations

import re

import httpx

from bot.errors import HttpError
from bot.http import addresses

MOST = 5
_STATUSES = frozenset({301, 302, 303, 307, 308})
_URL_LIMIT = 8 << 10


def web_url(text: str) -> httpx.URL:
    """
    Read an absolute URL that a host gave.

    Raises `ValueError`, saying why, for all but `http` and `https` with a plain host: no user
    name, no password, no control characters.
    """
    if len(text) > _URL_LIMIT or not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("it is not a URL")
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        raise ValueError("it is not a URL") from None
    if url.scheme not in ("http", "https") or not host:
        raise ValueError("it is no web address")
    if url.userinfo:
        raise ValueError("it has a user name in it")
    if addresses.forbidden(host):
        raise ValueError("it is a link-local or metadata address")
    return url


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: what one server answers for."""
    return url.scheme, url.host.lower(), url.port or (443 if url.scheme == "https" else 80)


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs are of one server."""
    return origin(httpx.URL(one)) == origin(httpx.URL(other))


def target(asked: str, status: int, headers: httpx.Headers) -> str | None:
    """Where an answer sends us on to, `None` if nowhere; raises `HttpError` if that is unsafe."""
    location = headers.get("location", "")
    if status not in _STATUSES or not location:
        return None
    here = httpx.URL(asked)
    try:
        there = web_url(str(here.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise HttpError(f"{here.host} redirects to nowhere: {error}") from None
    if (here.scheme, there.scheme) == ("https", "http"):
        raise HttpError(f"{here.host} redirects from https to http ({there.host}): refused")
    if there.host != here.host and addresses.private(there.raw_host.decode("ascii")):
        raise HttpError(f"{here.host} redirects to the private address {there.host}: refused")
    return str(there)
