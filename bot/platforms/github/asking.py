"""One account at a GitHub, asked and told through PyGithub: retries, pages and failures."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast
from urllib.parse import urlencode

from github.Auth import Auth
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester
from requests.exceptions import RequestException, Timeout

from bot import __version__
from bot.errors import PlatformError, ShutError, UnsureError
from bot.forges import Usage
from bot.forges.silence import silence_of
from bot.git import printable
from bot.hushed import hushed
from bot.platforms.github.address import Address
from bot.platforms.github.line import Line, OverlongError, told
from bot.platforms.github.patience import ATTEMPTS, Manners, is_repeated, pause_after
from bot.platforms.github.refusals import Refusal, RefusedError, refused_by_graphql
from bot.platforms.github.remembered import Answers, Kept, Memory

PAGE = 100
"""How many things GitHub lists in one answer at most."""

_VERSION = "2022-11-28"  # https://docs.github.com/en/rest/about-the-rest-api/api-versions
_ACCEPT = "application/vnd.github+json"
_REDIRECTS = 3
_LIMITS = 3  # in a row that outlast the patience: GitHub bans those who go on asking
_PAGE_UNSAID = 30  # how many GitHub lists in one answer where it is not said
# PyGithub would log bodies, and there are tokens in some.
_SILENT = logging.getLogger("basewatch.pygithub")
_SILENT.setLevel(logging.CRITICAL + 1)


class TooManyError(PlatformError):
    """A listing has more pages than are read."""


class Link:
    """What all accounts at one GitHub share: where it is, the way there, and what was asked."""

    def __init__(self, address: Address, manners: Manners, authorities: str = "") -> None:
        self.address = address
        self.manners = manners
        self.line = Line(address.origin, manners.timeout, authorities)
        self.answers = Answers(manners.answers)
        self.used = Usage()
        self.shut = ""
        """Why it is not asked any more, as the first one to find out was told."""

    def count(self, *, writes: bool = False, reads: bool = False, unchanged: bool = False) -> None:
        """Note a request that is about to be sent, or that nothing changed."""
        used = self.used
        self.used = Usage(used.reads + reads, used.writes + writes, used.unchanged + unchanged)


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub answered: JSON as Python has it, and headers by their names in lower case."""

    data: object = field(repr=False)  # a token may be in it
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def goes_on(self) -> bool:
        """Whether there is another page of it."""
        return 'rel="next"' in self.headers.get("link", "")


@dataclass(frozen=True, slots=True)
class _Request:
    verb: str
    path: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    body: object = None
    writes: bool = False

    @property
    def url(self) -> str:
        """The path with its parameters."""
        return f"{self.path}?{urlencode(self.parameters)}" if self.parameters else self.path

    def is_filled(self, answer: Answer) -> bool:
        """
        Whether this is a last page and full: what comes after it would be on another one, and its
        `ETag`, which is of what it says, would stay the same.
        """
        most = int(self.parameters.get("per_page", _PAGE_UNSAID))
        return isinstance(answer.data, list) and len(answer.data) >= most and not answer.goes_on


class Asker:
    """
    An account, asked and told.

    All of it raises `PlatformError`: a `RefusedError` for an answer that is a refusal, an
    `UnsureError` for a write that may have been done, a `ShutError` for a GitHub that cannot be
    reached, does not take the token, or limits reads or writes for longer than is waited for
    three times in a row, and then for whatever is asked next, which is not sent.
    `called` is what people call its token; `lasts`: it is the same in the next run, so that what
    it was told may be remembered.
    """

    def __init__(self, link: Link, auth: Auth, called: str, *, lasts: bool = False) -> None:
        self._link = link
        self._called = called
        self._shut = ""
        self._limits = {True: 0, False: 0}  # of writes, and of reads: they may be limited apart
        self._secret = auth.token
        answers = link.answers if lasts else Answers()
        self._memory = Memory(answers, link.address.api, auth.token)
        self._requester = _requester(link, auth)

    def read(self, path: str, **parameters: str | int) -> Answer:
        """GET something, redirects within this GitHub followed."""
        request = _Request("GET", path, parameters)
        for _ in range(_REDIRECTS):
            try:
                return self._done(request)
            except RefusedError as error:
                request = self._moved(error, request)
        raise PlatformError(f"{self._shown(request)}: goes round in circles: try again later")

    def pages(self, path: str, most: int, **parameters: str | int) -> Iterator[Answer]:
        """
        GET a listing, in at most so many pages; what is longer ends in a `TooManyError`.

        Where to go on is counted, not followed: an answer is not to say where the token goes.
        """
        for page in range(1, most + 1):
            further = {"page": page} if page > 1 else {}
            answer = self.read(path, **parameters, **further)
            yield answer
            if not answer.goes_on:
                return
        raise TooManyError(f"{self._link.address.host}{path} goes on for more than {most} pages")

    def write(self, verb: str, path: str, body: object = None) -> object:
        """POST, PATCH, PUT or DELETE something, and give what is answered."""
        return self._done(_Request(verb, path, body=body, writes=True)).data

    def sign_in(self, path: str) -> object:
        """POST for a token: it changes nothing that anybody sees, so it counts as a read."""
        return self._done(_Request("POST", path)).data

    def mutate(self, mutation: str, given: Mapping[str, object]) -> None:
        """Do what only the GraphQL API does; `given` is the mutation's `input`."""
        kind = f"{mutation[:1].upper()}{mutation[1:]}Input!"
        query = f"mutation($input: {kind}) {{ {mutation}(input: $input) {{ clientMutationId }} }}"
        body = {"query": query, "variables": {"input": dict(given)}}
        self._done(_Request("POST", self._requester.graphql_url, body=body, writes=True))

    def viewer(self) -> object:
        """Who GraphQL says we are: of an installation's token it alone tells."""
        body = {"query": "query { viewer { login } }"}
        return self._done(_Request("POST", self._requester.graphql_url, body=body)).data

    # ------------------------------------------------------------ one request

    def _done(self, request: _Request) -> Answer:
        if shut := self._shut or self._link.shut:
            raise ShutError(shut)
        manners, waited, attempt = self._link.manners, 0.0, 1
        while isinstance(outcome := self._once(request), Refusal):
            repeated = is_repeated(outcome, writes=request.writes)
            pause = pause_after(outcome, attempt, time.time())
            waited, attempt = waited + pause, attempt + 1
            if attempt > ATTEMPTS or waited > manners.patience or not repeated:
                raise self._failure(outcome, request)
            manners.sleep(pause)
        self._limits[request.writes] = 0
        return outcome

    def _once(self, request: _Request) -> Answer | Refusal:
        self._link.count(writes=request.writes, reads=not request.writes)
        known = self._memory.of(request.url) if request.verb == "GET" else None
        headers = {"Accept": _ACCEPT, **({"If-None-Match": known.etag} if known else {})}
        try:
            status, got, text = self._requester.requestJson(
                request.verb, request.path, dict(request.parameters), headers, request.body
            )
        except RequestException as error:
            return self._lost(error)
        if status == 304:
            return self._unchanged(request, known, told(got))
        if not 200 <= status < 300:
            # It may send back what it was sent; what is cut short could not be known any more.
            return Refusal(status, hushed(text, [self._secret]), told(got))
        answer = self._parsed(request, text, told(got))
        if status == 200 and request.verb == "GET" and isinstance(answer, Answer):
            self._remember(request, answer, text)
        return answer

    def _unchanged(
        self, request: _Request, known: Kept | None, headers: Mapping[str, str]
    ) -> Answer | Refusal:
        if known and known.is_meant(headers.get("etag", known.etag)):
            answer = self._parsed(request, known.text, {"link": known.link, **headers})
            if isinstance(answer, Answer):
                self._link.count(unchanged=True)
                return answer
        self._memory.forget(request.url)
        return Refusal(0, lost="the answer is that nothing changed, of what is not known here")

    def _remember(self, request: _Request, answer: Answer, text: str) -> None:
        headers = answer.headers
        if request.is_filled(answer):
            self._memory.forget(request.url)
        else:
            kept = Kept(headers.get("etag", ""), headers.get("link", ""), text)
            self._memory.keep(request.url, kept)

    def _lost(self, error: RequestException) -> Refusal:
        silence = silence_of(error)
        why = silence.why
        if isinstance(error, OverlongError):
            why = str(error)
        elif isinstance(error, Timeout) and silence.sent:
            why = f"no answer within {self._link.manners.timeout:g} seconds"
        return Refusal(0, lost=why, sent=silence.sent, silence=silence)

    def _parsed(self, request: _Request, text: str, headers: Mapping[str, str]) -> Answer | Refusal:
        try:
            data = json.loads(text) if text.strip() else None
        except (ValueError, RecursionError):
            return Refusal(0, lost="the answer is no JSON: is this the address of its API?")
        if request.path == self._requester.graphql_url and isinstance(data, dict):
            return refused_by_graphql(data) or Answer(data, headers)
        return Answer(data, headers)

    # ------------------------------------------------------------ what went wrong

    def _failure(self, refusal: Refusal, request: _Request) -> PlatformError:
        meaning = refusal.sentence(self._called).replace(self._secret, "***")
        said = f"{self._shown(request)}: {meaning}"
        if request.writes and refusal.is_outage and refusal.sent:
            return UnsureError(f"{said}; it may have been done: the next run looks")
        limits = self._limits[request.writes] + 1 if refusal.is_limit else 0
        self._limits[request.writes] = limits
        if refusal.is_unreached or refusal.status == 401 or limits >= _LIMITS:
            return self._closed(f"{self._link.address.host}: {meaning}", refusal)
        return RefusedError(said, refusal)

    def _closed(self, said: str, refusal: Refusal) -> ShutError:
        """Ask no more: whoever asks with this token, or anybody where GitHub is not reached."""
        if refusal.is_unreached:
            self._link.shut = said
        else:
            self._shut = said
        return ShutError(said)

    def _moved(self, error: RefusedError, request: _Request) -> _Request:
        """The request for where it is now; raises the error where it did not move, or elsewhere."""
        if error.refusal.status not in (301, 302, 307, 308):
            raise error
        where = error.refusal.headers.get("moved-to", "")
        if not where.isprintable() or not where.startswith(f"{self._link.line.origin}/"):
            raise PlatformError(
                f"{self._shown(request)}: leads to another host, which is not told the token:"
                " look at `url` in `platform`"
            ) from error
        return replace(request, path=where, parameters={})

    def _shown(self, request: _Request) -> str:
        path = request.path.removeprefix(self._link.line.origin)
        return printable(f"{self._link.address.host}: {request.verb} {path}")[:400]


def _requester(link: Link, auth: Auth) -> Requester:
    class Through(Requester):
        """A kind of its own, as PyGithub has the class of its connections set for a kind."""

    line = link.line
    Through.injectConnectionClasses(
        cast("type[HTTPRequestsConnectionClass]", line),
        cast("type[HTTPSRequestsConnectionClass]", line),
    )
    Through.injectLogger(_SILENT)
    return Through(
        auth=auth,
        base_url=link.address.api,
        timeout=int(link.manners.timeout) or 1,
        user_agent=f"basewatch/{__version__}",
        per_page=PAGE,
        verify=True,
        retry=None,
        pool_size=None,
        seconds_between_writes=link.manners.between_writes or None,
        api_version=_VERSION,
    )
