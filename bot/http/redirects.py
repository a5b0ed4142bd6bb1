"""Where a redirect may lead: bounded, never down to plain HTTP, never into a private network."""

from __future__ import annotations

import re

import httpx

from bot.errors import HttpError
from bot.http import addresses

MOST = 5
_STATUSES = frozenset({301, 302, 303, 307, 308})
_URL_LIMIT = 8 << 10
_PORTS = range(1 << 16)


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
        host = url.host  # raises where it is no IDNA name
    except (httpx.InvalidURL, ValueError):
        raise ValueError("it is not a URL") from None
    if url.scheme not in ("http", "https") or not host or (url.port or 1) not in _PORTS:
        raise ValueError("it is no web address")
    if url.userinfo:
        raise ValueError("it has a user name in it")
    if addresses.forbidden(name(url)):
        raise ValueError("it is a link-local or metadata address")
    if "%" in host:
        raise ValueError("it spells its host in codes")  # which some would undo
    return url


def joined(here: httpx.URL, link: str) -> httpx.URL:
    """The URL that a link on `here` leads to; raises `ValueError` as `web_url` does."""
    try:
        return web_url(str(here.join(link)))
    except httpx.InvalidURL:
        raise ValueError("it is not a URL") from None


def name(url: httpx.URL) -> str:
    """The host of a URL as it goes over the wire, so that none is shown as what it is not."""
    return url.raw_host.decode("ascii")


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: what one server answers for."""
    return url.scheme, name(url), url.port or (443 if url.scheme == "https" else 80)


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
        there = joined(here, location)
    except ValueError as error:
        raise HttpError(f"{here.host} redirects to nowhere: {error}") from None
    if (here.scheme, there.scheme) == ("https", "http"):
        raise HttpError(f"{here.host} redirects from https to http ({name(there)}): refused")
    if there.host != here.host and addresses.private(name(there)):
        raise HttpError(f"{here.host} redirects to the private address {name(there)}: refused")
    return str(there)
