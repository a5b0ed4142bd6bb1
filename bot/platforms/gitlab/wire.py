"""What python-gitlab speaks through: answers bounded, no way to another host, all counted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gitlab._backends.requests_backend import OAuthTokenAuth, RequestsBackend, RequestsResponse
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from bot.errors import PlatformError
from bot.platforms.gitlab.paths import GRAPHQL

if TYPE_CHECKING:
    from bot.platforms.gitlab.pace import Pace

_LARGEST = 64 << 20  # a hundred descriptions of the size that people write are a tenth of that
_LONGEST = 180.0  # seconds that one answer may take to arrive
_PIECE = 1 << 16


class Wire(RequestsBackend):
    """
    The backend of one client.

    Redirects are not followed: the header with the token would go along, wherever they lead.
    """

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace

    def http_request(self, method: str, url: str, **options: Any) -> RequestsResponse:  # type: ignore[override] # noqa: ANN401 -- called with names only, and they are python-gitlab's affair
        """The answer, after as many attempts as are fit. Raises what `requests` raises."""
        options.update(stream=True, allow_redirects=False)
        if url.endswith(GRAPHQL):
            # https://docs.gitlab.com/api/graphql/#token-authentication tells of no other header.
            options["auth"] = OAuthTokenAuth(options["auth"].token)
        only_reads = reads(method, url)
        attempt = 0
        while True:
            attempt += 1
            try:
                found = self._answer(method, url, options)
            except OSError:
                if not only_reads or attempt > 1 or not self._pace.rested(attempt):
                    raise
                continue
            status, headers = found.status_code, found.headers
            if not self._pace.waited(attempt, status, headers, reads=only_reads):
                return RequestsResponse(found)

    def _answer(self, method: str, url: str, options: dict[str, Any]) -> Any:  # noqa: ANN401 -- as said below
        self._pace.ready(reads=reads(method, url))
        found = self._client.request(method=method, url=url, **options)
        _read(found)
        self._pace.noted(found.headers)
        return found


def reads(method: str, url: str) -> bool:
    """Whether it changes nothing: a question of GraphQL is posted, and we post no others."""
    return method in {"get", "head"} or url.endswith(GRAPHQL)


def _read(found: Any) -> None:  # noqa: ANN401 -- an answer of `requests`, which tells no types
    """
    Take the body off the wire, within bounds of size and of time.

    Whatever has come is looked at: `iter_content` waits for whole pieces, however long they take.
    """
    whole, until = bytearray(), time.monotonic() + _LONGEST
    try:
        while piece := found.raw.read1(_PIECE, decode_content=True):
            whole += piece
            if complaint := _too_much(len(whole), until):
                found.close()
                raise PlatformError(complaint)
    except HTTPError as error:
        raise RequestException(error) from error
    found._content = bytes(whole)  # noqa: SLF001 -- what `content` does, without its bounds


def _too_much(size: int, until: float) -> str:
    if size > _LARGEST:
        return f"an answer of more than {_LARGEST >> 20} MB: is this the address of a GitLab?"
    return "an answer that does not end; try again later" if time.monotonic() > until else ""
