"""Ask hosts: bounded in time, size, number and redirects, and patient where that helps."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import httpx

from bot import __version__
from bot.errors import HttpError
from bot.http import addresses, proxies, redirects
from bot.http.downloads import Download
from bot.http.lanes import Lanes, Sender
from bot.http.patience import Host, Limits, retry_after, worth_another_try
from bot.http.trust import Trust
from bot.http.words import trouble

if TYPE_CHECKING:
    from tenacity import RetryCallState

USER_AGENT = f"basewatch/{__version__}"
MIB = 1 << 20
_REFUSAL_LIMIT = 64 << 10  # what is read of an answer that is no success


@dataclass(frozen=True, slots=True)
class Question:
    """
    One request. `limit` bounds the body, in bytes; `tries` overrides that of `Limits`.

    `authorization` never follows a redirect to another origin. `private` says whether an answer
    from a private address is taken. A `form` makes it a POST, as does `document`, which is JSON.
    How a question `aside` fares is not held against the others that its host is asked.

    The body of a success goes `into` a download, where there is one, instead of into the answer: it
    is bounded by what the download takes, and a further try asks for the rest.
    """

    url: str
    method: Literal["GET", "HEAD", "POST"] = "GET"
    accept: str = "*/*"
    authorization: str | None = field(default=None, repr=False)
    limit: int = 4 * MIB
    tries: int = 9
    private: bool = True
    aside: bool = False
    form: Mapping[str, str] | None = field(default=None, repr=False)
    document: bytes | None = field(default=None, repr=False)
    into: Download | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `url` is where from, after redirects. Of a refusal only the start is kept."""

    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)  # a token may be in it
    url: httpx.URL

    def json(self) -> Any:  # noqa: ANN401 -- it is what the host sent, to be checked by the reader
        """The body read as JSON; raises `HttpError`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise HttpError(f"{self.url.host} sent what is not JSON") from None


class _Again(Exception):  # noqa: N818 -- it is no error yet
    """An attempt that came to nothing in a way that may pass."""

    def __init__(self, tries: int, *, answer: Answer | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.tries = tries
        self.answer = answer
        self.wait = 0.0


class Http:
    """The one client of a run. `requests` counts what was sent, by method and host."""

    def __init__(self, lanes: Lanes, limits: Limits, trust: Trust | None) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self._lanes = lanes
        self._trust = trust
        self._limits = limits
        self._hosts: dict[tuple[str, bool], Host] = {}
        self._room = asyncio.Semaphore(limits.in_all)
        self._timeout = httpx.Timeout(limits.read, connect=limits.connect, pool=None).as_dict()

    async def ask(self, question: Question) -> Answer:
        """
        The answer to a question, whatever its status, after redirects and further tries.

        Raises `HttpError`, whose text names the host, where there is no answer or it is unsafe.
        """
        for _ in range(redirects.MOST + 1):
            answer = await self._patiently(question)
            onward = redirects.target(question.url, answer.status, answer.headers)
            # A form may hold a secret, so it goes where it was meant to go and nowhere else.
            if onward is None or question.form or question.document is not None:
                return answer
            keep = redirects.same_origin(question.url, onward)
            question = replace(
                question, url=onward, authorization=question.authorization if keep else None
            )
        raise HttpError(
            f"{httpx.URL(question.url).host} redirects more than {redirects.MOST} times"
        )

    async def _patiently(self, question: Question) -> Answer:
        try:
            return await self._attempt(question)
        except _Again as error:
            met = error
        return await self._insistently(question, met)

    async def _insistently(self, question: Question, met: _Again) -> Answer:
        """The answer to further tries, the first of which `met` something that may pass."""
        # Most questions are answered at once: what counts tries is not even loaded for them.
        from tenacity import AsyncRetrying, retry_if_exception_type

        came_to_nothing = [met]

        async def attempt(question: Question) -> Answer:
            if came_to_nothing:
                raise came_to_nothing.pop()
            return await self._attempt(question)

        asking = AsyncRetrying(
            sleep=asyncio.sleep,
            retry=retry_if_exception_type(_Again),
            stop=self._enough,
            wait=self._wait,
            retry_error_callback=self._last,
        )
        return await asking(attempt, question)

    def _enough(self, state: RetryCallState) -> bool:
        again = _again(state)
        question: Question = state.args[0]
        return state.attempt_number >= min(again.tries, question.tries, self._limits.tries)

    def _wait(self, state: RetryCallState) -> float:
        backoff: float = self._limits.backoff * 2 ** (state.attempt_number - 1)
        return _again(state).wait + backoff * random.uniform(0.5, 1.5)  # noqa: S311 -- no secret

    def _last(self, state: RetryCallState) -> Answer:
        again = _again(state)
        host = self._host(state.args[0])
        if again.answer is None:
            host.failed(str(again))
            raise HttpError(str(again)) from None
        host.failed(f"{host.name} answers {again.answer.status} again and again", silent=False)
        return again.answer

    async def _attempt(self, question: Question) -> Answer:
        host = self._host(question)
        async with host.turns:
            await host.ready()
            async with self._room:
                answer = await self._send(question, host)
        if worth_another_try(answer.status):
            self._not_now(answer, host)
        else:
            host.answered()
        return answer

    def _not_now(self, answer: Answer, host: Host) -> None:
        """Note how long the host wants to be left alone; raises `_Again` if that is bearable."""
        again = _Again(self._limits.tries, answer=answer)
        asked = retry_after(answer.headers, time.time())
        if asked is None:
            raise again
        if asked > self._limits.patience:
            host.give_up(f"{host.name} asks to be left alone for {asked:.0f} s (rate limit)")
            return
        again.wait = asked
        host.pause(asked)
        raise again

    async def _send(self, question: Question, host: Host) -> Answer:
        self.requests[question.method, host.name] += 1
        try:
            more = question.into.seconds(time.monotonic()) if question.into else 0
            async with asyncio.timeout(self._limits.attempt + more):
                async with self._lanes.taken(host.name) as sender:
                    return await self._exchange(question, sender)
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
            self._came_to_nothing(error, question, host)

    def _came_to_nothing(self, error: Exception, question: Question, host: Host) -> NoReturn:
        by_way_of = proxies.on_the_way_to(question.url) if self._trust else ""
        met = trouble(error, self._limits, by_way_of and f"the proxy of {by_way_of}")
        raise _Again(met.tries, reason=f"{host.name}: {met.reason}") from error

    async def _exchange(self, question: Question, sender: Sender) -> Answer:
        if self._trust and question.url.startswith("https:"):
            await self._trust.ready()
        response = await sender.send(self._request(question))
        try:
            _check_peer(response, question)
            if question.into and response.is_success:
                body = await _stream(response, question.into)
            else:
                body = await _body(response, question)
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, body, response.request.url)

    def _request(self, question: Question) -> httpx.Request:
        headers = {
            "user-agent": USER_AGENT,
            "accept": question.accept,
            # Digests are of the bytes as sent, and a small compressed body may be a huge one.
            "accept-encoding": "identity",
        }
        if question.into and question.into.wanted:
            headers["range"] = question.into.wanted
        if question.authorization:
            headers["authorization"] = question.authorization
        if question.document is not None:
            headers["content-type"] = "application/json"
        return httpx.Request(
            question.method,
            question.url,
            headers=headers,
            data=question.form,
            content=question.document,
            extensions={"timeout": self._timeout, "peer": partial(_check_address, question)},
        )

    def _host(self, question: Question) -> Host:
        name = question.url.split("/", 3)[2]
        key = (name, question.aside)
        if key not in self._hosts:
            self._hosts[key] = Host(name, self._limits.per_host)
        return self._hosts[key]


def _again(state: RetryCallState) -> _Again:
    again = state.outcome and state.outcome.exception()
    assert isinstance(again, _Again)
    return again


def _check_peer(response: httpx.Response, question: Question) -> None:
    """The same of an answer that httpx's own transport brought: it is left unread."""
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream else None
    if not isinstance(address, tuple) or not address:
        return
    _check_address(question, str(address[0]))


def _check_address(question: Question, address: str) -> None:
    """Send nothing, by whatever name, to where no registry is."""
    peer, forbidden, private = addresses.told_of(address)
    if forbidden or (private and not question.private):
        raise HttpError(f"{httpx.URL(question.url).host} is at {peer}, which is not asked")


async def _stream(response: httpx.Response, into: Download) -> bytes:
    """Read a body into a download, whatever its encoding: who wants it knows its digest."""
    into.begin(response)
    async for chunk in response.aiter_raw():
        into.take(chunk, response)
    if not into.whole:
        raise httpx.ReadError("the body is shorter than it should be")
    return b""


async def _body(response: httpx.Response, question: Question) -> bytes:
    """The body, cut at its bound: an error for a success, the end of reading for a refusal."""
    refused = response.status_code >= 300
    limit = min(question.limit, _REFUSAL_LIMIT) if refused else question.limit
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) <= limit:
            continue
        if refused:
            return bytes(body[:limit])
        raise HttpError(f"{response.request.url.host} sent more than {limit >> 10} KiB")
    if not refused and response.headers.get("content-encoding", "identity") != "identity":
        raise HttpError(
            f"{response.request.url.host} sent a compressed answer, which was not asked for"
        )
    return bytes(body)
