"""What went wrong on the way to a host, in words for a person."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.http.patience import Limits

_LATER = "; try again later"
_TRUST = "where it is of an authority of your own, name a file of certificates in $SSL_CERT_FILE"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer, and how many times in all it is worth asking."""

    reason: str
    tries: int


def trouble(error: BaseException, limits: Limits, proxy: str = "") -> Trouble:
    """Read a transport's exception, met within these limits; `proxy` is on the way to the host."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            whose = f"the name of {proxy}" if proxy else "its name"
            return Trouble(f"{whose} cannot be resolved (DNS)", 2)
        if isinstance(cause, ssl.SSLError):
            return Trouble(_tls(cause), 1)
    if any(isinstance(cause, httpx.TimeoutException | TimeoutError) for cause in causes):
        return _late(causes, limits, proxy)
    if isinstance(error, httpx.ProxyError):
        return Trouble(f"{proxy or 'the proxy'} refuses to connect to it", 2)
    return Trouble(_broken(causes, proxy), limits.tries)


def _late(causes: tuple[BaseException, ...], limits: Limits, proxy: str) -> Trouble:
    if any(isinstance(cause, httpx.ConnectTimeout) for cause in causes):
        to = f" to {proxy}" if proxy else ""
        return Trouble(f"no connection{to} within {limits.connect:g} s{_LATER}", 2)
    if any(isinstance(cause, httpx.TimeoutException) for cause in causes):
        return Trouble(f"nothing heard for {limits.read:g} s{_LATER}", limits.tries)
    return Trouble(f"no whole answer within {limits.attempt:g} s{_LATER}", limits.tries)


def _broken(causes: tuple[BaseException, ...], proxy: str) -> str:
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"{proxy or 'it'} refuses connections{_LATER}"
    if any(isinstance(cause, httpx.ConnectError) for cause in causes):
        return f"no connection to {proxy or 'it'}{_LATER}"
    return f"it broke off the answer{_LATER}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(20):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its TLS certificate is not trusted ({error.verify_message}); {_what_to_trust()}"
    reason = getattr(error, "reason", None)  # not there where Python raised it
    if reason == "WRONG_VERSION_NUMBER":
        return "it does not speak TLS; if it is meant to be plain HTTP, configure it as insecure"
    return f"no TLS connection ({reason or 'handshake failed'})"


def _what_to_trust() -> str:
    """What is trusted for want of the file that was meant; else how to name one."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        path = os.environ.get(name)
        if path and not Path(path).exists():
            return f"${name} names {path}, which is not there"
    return _TRUST
