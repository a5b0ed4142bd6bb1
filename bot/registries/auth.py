"""Be let in by one registry: nothing first, then what its challenge asks for."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field

import httpx

from bot.errors import HttpError, RegistryError
from bot.http import MIB, Answer, Http, Question
from bot.registries.challenges import Challenge, challenges
from bot.registries.credentials import Credential, Credentials
from bot.registries.endpoint import Endpoint
from bot.registries.realms import token_service, trusted

_TOKEN_LIMIT = 64 << 10
_TOKEN = re.compile(r"[\x21-\x7e]+")
_RENEW_AFTER = 30.0  # seconds; a token refused sooner than that is refused for good
_SHORTEST, _LONGEST = 60.0, 3600.0  # https://distribution.github.io/distribution/spec/auth/token/


@dataclass(frozen=True, slots=True)
class _Token:
    header: str = field(repr=False)
    issued: float
    expires: float


class Auth:
    """
    What one registry has asked for so far, and the tokens it gave: one for each repository.

    The first challenge is remembered, so later repositories ask the token service at once.
    Credentials are used where there are any, as Docker does, but never before a challenge, and
    only at the registry itself or at a token service that `realms.trusted` admits.
    """

    def __init__(self, http: Http, endpoint: Endpoint, credentials: Credentials) -> None:
        self.why = ""  # what is known about missing credentials, for the error that follows
        self._http = http
        self._endpoint = endpoint
        self._credentials = credentials
        self._credential: asyncio.Task[Credential | None] | None = None
        self._challenge: Challenge | None = None
        self._scopes: dict[str, tuple[str, ...]] = {}
        self._tokens: dict[tuple[str, ...], asyncio.Task[_Token]] = {}

    async def header(self, path: str) -> str | None:
        """The `Authorization` for a repository, by its path there; `None` while none was asked."""
        if self._challenge is None:
            return None
        if self._challenge.scheme == "basic":
            return await self._basic()
        return await self._bearer(path, self._challenge)

    def hear(self, answer: Answer) -> None:
        """Remember what the registry asks for, if it asks for anything that we know."""
        found = challenges(answer.headers.get_list("www-authenticate"))
        bearer = (each for each in found if each.scheme == "bearer" and each.params.get("realm"))
        basic = (each for each in found if each.scheme == "basic")
        self._challenge = next(bearer, None) or next(basic, None) or self._challenge

    async def after(self, refused: Answer, path: str, used: str | None) -> str | None:
        """What to send after a 401 that `used` met with; `None` if there is nothing left to try."""
        self.hear(refused)
        if self._challenge is None:
            return None
        if self._challenge.scheme == "bearer":
            wider = self._widen(path, self._challenge.params.get("scope", ""))
            if used and not wider:
                self._forget_old(path, used)
        header = await self.header(path)
        if header != used:
            return header
        if used and not self.why and await self._known():
            self.why = "a token was given for those that there are, and it was refused"
        return None

    # ------------------------------------------------------------ credentials

    async def basic(self) -> str | None:
        """An `Authorization` of scheme Basic, for the registry's own host and no other."""
        credential = await self._known()
        return credential.basic() if credential and not credential.identity else None

    async def _known(self) -> Credential | None:
        if self._credential is None:
            self._credential = asyncio.create_task(self._look_up())
        return await self._credential

    async def _look_up(self) -> Credential | None:
        try:
            # A helper may take seconds.
            return await asyncio.to_thread(self._credentials.for_host, self._endpoint.login)
        except RegistryError as error:
            self.why = str(error)
            return None

    async def _basic(self) -> str | None:
        credential = await self._known()
        if credential and credential.identity:
            self.why = "the identity token that there is cannot be used with Basic"
            return None
        self.why = "those that there are were refused" if credential else self.why
        return credential.basic() if credential else None

    # ------------------------------------------------------------ tokens

    def _scope(self, path: str) -> tuple[str, ...]:
        return self._scopes.setdefault(path, (f"repository:{path}:pull",))

    def _widen(self, path: str, asked: str) -> bool:
        """
        Add what a challenge asks for, if it only reads this very repository.

        Azure wants `metadata_read` to list tags, Amazon's public registry the plain word `aws`.
        """
        own = re.compile(rf"repository:{re.escape(path)}:(?:pull|metadata_read)|[a-z]{{1,20}}")
        have = self._scope(path)
        more = tuple(each for each in asked.split() if own.fullmatch(each) and each not in have)
        self._scopes[path] = (*have, *more[:2])
        return bool(more)

    def _forget_old(self, path: str, used: str) -> None:
        """Drop a token that was good once: a fresh one that is refused stays refused."""
        task = self._tokens.get(self._scope(path))
        if task is None or not task.done() or task.exception():
            return
        token = task.result()
        if token.header == used and token.issued + _RENEW_AFTER < time.monotonic():
            del self._tokens[self._scope(path)]

    async def _bearer(self, path: str, challenge: Challenge) -> str:
        scope = self._scope(path)
        task = self._tokens.get(scope)
        if task is None or _expired(task):
            task = self._tokens[scope] = asyncio.create_task(self._issue(scope, challenge))
        return (await task).header

    async def _issue(self, scope: tuple[str, ...], challenge: Challenge) -> _Token:
        url = self._realm(challenge.params["realm"])
        credential = await self._known()
        if credential and not trusted(url, self._endpoint):
            credential = None
            self.why = (
                f"those that there are were not sent to {url.host}, which is another's"
                " (configure it as `realm` if it is right)"
            )
        question = _token_question(url, challenge.params.get("service", ""), scope, credential)
        try:
            answer = await self._http.ask(question)
            return self._token(answer, refused_with=credential)
        except HttpError as error:
            raise RegistryError(f"no token for {self._endpoint.login}: {error}") from None

    def _realm(self, realm: str) -> httpx.URL:
        try:
            return token_service(realm, self._endpoint)
        except ValueError as error:
            raise RegistryError(
                f"{self._endpoint.login} says to get a token at {realm[:200]!r}: refused, {error}"
            ) from None

    def _token(self, answer: Answer, *, refused_with: Credential | None) -> _Token:
        login, host = self._endpoint.login, answer.url.host
        if answer.status in (400, 401, 403):
            met = "refused the credentials" if refused_with else "gives none without credentials"
            why = f" ({self.why})" if self.why else ""
            raise RegistryError(
                f"no token for {login}: {host} {met}{why}; run `docker login {login}`"
            )
        if answer.status != 200:
            raise RegistryError(f"no token for {login}: {host} answered status {answer.status}")
        said = answer.json()
        value = said.get("token") or said.get("access_token") if isinstance(said, dict) else None
        if not isinstance(value, str) or len(value) > _TOKEN_LIMIT or not _TOKEN.fullmatch(value):
            raise RegistryError(f"no token for {login}: {host} sent something else")
        now = time.monotonic()
        return _Token(f"Bearer {value}", now, now + _seconds(said.get("expires_in")))


def _token_question(
    url: httpx.URL, service: str, scope: tuple[str, ...], credential: Credential | None
) -> Question:
    """https://distribution.github.io/distribution/spec/auth/token/ and its sibling oauth/."""
    if credential and credential.identity:
        form = {
            "grant_type": "refresh_token",
            "service": service,
            "scope": " ".join(scope),
            "client_id": "basewatch",
            "refresh_token": credential.password,
        }
        return Question(str(url), "POST", limit=MIB, form=form)
    for name, value in (("service", service), *(("scope", each) for each in scope)):
        if value:
            url = url.copy_add_param(name, value)
    return Question(str(url), limit=MIB, authorization=credential.basic() if credential else None)


def _seconds(expires_in: object) -> float:
    if isinstance(expires_in, int | float) and expires_in > _SHORTEST:
        return float(min(expires_in, _LONGEST))
    return _SHORTEST


def _expired(task: asyncio.Task[_Token]) -> bool:
    """Whether a token is not good for ten seconds more; one that was refused stays refused."""
    if not task.done() or task.exception():
        return False
    return task.result().expires < time.monotonic() + 10
