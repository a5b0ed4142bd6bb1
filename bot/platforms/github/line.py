"""The way requests take to GitHub: one session, no redirect, answers bounded in size and time."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from bot.errors import ConfigError

_LARGEST = 32 * 1024 * 1024  # bytes of one answer: a page of a hundred pull requests has a few
_CHUNK = 64 * 1024
_FORM = "answer-"
_MOVED = "moved-to"
_TOLD = (
    "etag",
    "link",
    _MOVED,
    "retry-after",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-github-sso",
    "x-accepted-github-permissions",
)


class OverlongError(RequestException):
    """An answer is longer than any that makes sense, or takes longer."""


@dataclass(frozen=True, slots=True)
class Answered:
    """
    An answer as PyGithub wants to see one.

    The names of its headers are changed, so that PyGithub obeys none of them: it would follow
    redirects without end, and fail on numbers that are none.
    """

    status: int
    headers: Mapping[str, str]
    text: str = field(repr=False)  # a token may be in it

    def getheaders(self) -> list[tuple[str, str]]:
        """Those that we look at, by other names (`told`)."""
        found = ((name.lower(), value[:2_000]) for name, value in self.headers.items())
        return [(_FORM + name, value) for name, value in found if name in _TOLD]

    def read(self) -> str:
        """All of its text."""
        return self.text


def told(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer by their own names, in lower case."""
    return {name.removeprefix(_FORM): value for name, value in headers.items()}


class Line:
    """
    A session with the GitHub at `origin`; to PyGithub it is the class of its connections.

    Proxies are those of the environment. `authorities` is a file of certificates to believe in
    place of the usual ones; `timeout` the seconds to connect, to wait for the next byte, and, four
    times that, for a whole answer. Raises `ConfigError` where there are no such certificates.
    """

    def __init__(self, origin: str, timeout: float, authorities: str = "") -> None:
        self.origin = origin
        self.timeout = timeout
        self.session = requests.Session()
        self.session.hooks["response"].append(_kept_here)
        self.session.auth = _as_it_is  # or a .netrc would be read
        self._verify = _readable(authorities) if authorities else True

    def __call__(self, *_: object, **__: object) -> Exchange:
        """What PyGithub does for each request."""
        return Exchange(self)

    def sent(self, verb: str, path: str, headers: dict[str, str], body: str | None) -> Answered:
        """Send a request. Raises `requests.RequestException` where there is no whole answer."""
        until = time.monotonic() + 4 * self.timeout
        with self.session.request(
            verb,
            self.origin + path,
            headers=headers,
            data=body.encode() if body is not None else None,
            timeout=self.timeout,
            verify=self._verify,
            allow_redirects=False,
            stream=True,
        ) as answer:
            text = _read(answer, until).decode("utf-8", "replace")
            return Answered(_understood(verb, answer.status_code), dict(answer.headers), text)


class Exchange:
    """One request and its answer, in the two steps that PyGithub takes."""

    host = ""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._request: tuple[str, str, dict[str, str], str | None] = ("", "", {}, None)

    def request(
        self, verb: str, url: str, body: str | None, headers: dict[str, str], _: object = None
    ) -> None:
        """Take the request; `url` is a path."""
        self._request = (verb, url, headers, body)

    def getresponse(self) -> Answered:
        """Send it, as `Line.sent` does."""
        return self._line.sent(*self._request)

    def close(self) -> None:
        """Do nothing: the session is kept for the next one."""


def _readable(authorities: str) -> str:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(authorities)
    except OSError as error:
        raise ConfigError(f"the certificates in {authorities} cannot be read: {error}") from None
    return authorities


def _read(answer: requests.Response, until: float) -> bytes:
    """Whatever has come is looked at: `iter_content` waits for whole chunks, however long."""
    whole = bytearray()
    try:
        while chunk := answer.raw.read1(_CHUNK, decode_content=True):
            whole += chunk
            if len(whole) > _LARGEST:
                raise OverlongError(f"the answer has more than {_LARGEST >> 20} MiB")
            if time.monotonic() > until:
                raise OverlongError("the answer does not come to its end")
    except HTTPError as error:
        raise RequestException(error) from error
    return bytes(whole)


def _understood(verb: str, status: int) -> int:
    """PyGithub would ask again and again for what is 202; nothing that we read ever is."""
    return 503 if status == 202 and verb == "GET" else status


def _kept_here(answer: requests.Response, **_: object) -> requests.Response:
    """`requests` would read where a redirect leads, though it is not to follow it, and may fail."""
    if where := answer.headers.pop("location", ""):
        answer.headers[_MOVED] = where
    return answer


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
