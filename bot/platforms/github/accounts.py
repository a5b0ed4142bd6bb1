"""Who we are at GitHub: a token, or an app with a token of its own for each owner."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import jwt
from github.Auth import AppAuthToken
from github.Auth import Token as TokenAuth

from bot.errors import ConfigError, PlatformError
from bot.platforms.github.asking import PAGE, Asker, Link
from bot.platforms.github.reading import at, flag, items, moment, needed, number, text
from bot.platforms.github.refusals import RefusedError

_MOST_PAGES = 100
_ACTIONS = "github-actions[bot]"  # whose token GITHUB_TOKEN is
# GITHUB_TOKEN, too; none outlives a job or an hour, and an answer's ETag is of its token only:
# https://github.com/eclipse-csi/otterdog/issues/201 has GitHub's word for it.
_OF_INSTALLATIONS = "ghs_"
_JWT_SECONDS, _JWT_BEFORE = 540, 60  # ten minutes at most; clocks differ
_MARGIN = dt.timedelta(minutes=10)  # that a token must still hold: a clone takes its time


@dataclass(frozen=True, slots=True)
class Token:
    """A personal access token, or the `GITHUB_TOKEN` of an Action; `called` names it to people."""

    token: str = field(repr=False)
    called: str = "the token"


@dataclass(frozen=True, slots=True)
class App:
    """
    A GitHub App: its id (or client id), and its private key in PEM.

    `installation` is the one to act as; 0 is the one of each owner.
    """

    id: str
    key: str = field(repr=False)
    installation: int = 0
    called: str = "the GitHub App"


Auth = Token | App


class Account(Protocol):
    """Who asks: what depends on whether it is a person's token or an app's."""

    def me(self) -> str:
        """Its name in the API."""

    def asker(self, owner: str) -> Asker:
        """The one to ask about the repositories of this owner."""

    def token(self, owner: str) -> str:
        """What git shows to read them."""

    def reachable(self) -> Iterator[object]:
        """The repositories that it was given."""

    def owned_by(self, owner: str) -> Iterator[object]:
        """All repositories of a user or an organization, as far as it may see them."""


def account(auth: Auth, link: Link) -> Account:
    """The account; raises `ConfigError` for a token or a key that is none."""
    return TokenAccount(auth, link) if isinstance(auth, Token) else AppAccount(auth, link)


class TokenAccount:
    """One token for everything."""

    def __init__(self, auth: Token, link: Link) -> None:
        token = auth.token.strip()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ConfigError(f"{auth.called} is empty, or has a character that no token has")
        self._token = token
        lasts = not token.startswith(_OF_INSTALLATIONS)
        self._asker = Asker(link, TokenAuth(token), auth.called, lasts=lasts)

    def me(self) -> str:
        """
        The user. The token of an Action or of an App's installation is nobody's, and is refused:
        then GraphQL tells who it is, `github-actions[bot]` or `<slug>[bot]`.
        """
        try:
            return needed(self._asker.read("/user").data, "login")
        except RefusedError as error:
            if error.refusal.status != 403 or error.refusal.is_limit:
                raise
        return self._viewer()

    def _viewer(self) -> str:
        try:
            login = text(self._asker.viewer(), "data", "viewer", "login")
        except PlatformError:
            return _ACTIONS
        return login or _ACTIONS

    def asker(self, _: str) -> Asker:
        """As `Account.asker`."""
        return self._asker

    def token(self, _: str) -> str:
        """As `Account.token`."""
        return self._token

    def reachable(self) -> Iterator[object]:
        """All that the token may push to."""
        try:
            for each in _each(self._asker, "/user/repos"):
                if flag(each, "permissions", "push"):
                    yield each
        except RefusedError as error:
            if error.refusal.status != 403 or error.refusal.is_limit:
                raise
            yield from _each(self._asker, "/installation/repositories", "repositories")

    def owned_by(self, owner: str) -> Iterator[object]:
        """Private ones of a user are only told to that user."""
        found = self._asker.read(f"/users/{owner}").data
        if text(found, "type") == "Organization":
            return _each(self._asker, f"/orgs/{owner}/repos", type="all")
        if needed(found, "login") == self.me():
            return _each(self._asker, "/user/repos", affiliation="owner")
        return _each(self._asker, f"/users/{owner}/repos", type="owner")


@dataclass(frozen=True, slots=True)
class _Held:
    """A token that was given for a time, and who asks with it."""

    token: str = field(repr=False)
    until: dt.datetime
    asker: Asker


class AppAccount:
    """
    A token for each installation, made when it is first needed and again before it ends.

    https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
    """

    def __init__(self, auth: App, link: Link) -> None:
        self._auth = auth
        self._link = link
        self._held: dict[int, _Held] = {}
        self._installations: dict[str, int] = {}
        self._itself = self._signed_in()

    def me(self) -> str:
        """What the API calls its commits and pull requests' author."""
        return f"{needed(self._app().read('/app').data, 'slug')}[bot]"

    def asker(self, owner: str) -> Asker:
        """As `Account.asker`."""
        return self._as(self._installation(owner)).asker

    def token(self, owner: str) -> str:
        """As `Account.token`."""
        return self._as(self._installation(owner)).token

    def reachable(self) -> Iterator[object]:
        """All that it is installed on."""
        for installation in sorted(set(self._all().values())):
            yield from self._repositories(installation)

    def owned_by(self, owner: str) -> Iterator[object]:
        """What it is installed on there: of what it is not, it could change nothing."""
        return self._repositories(self._installation(owner))

    def _repositories(self, installation: int) -> Iterator[object]:
        asker = self._as(installation).asker
        return _each(asker, "/installation/repositories", "repositories")

    def _installation(self, owner: str) -> int:
        if found := self._all().get(owner.lower()) or self._auth.installation:
            return found
        raise PlatformError(f"{self._auth.called} is not installed for {owner}, or was suspended")

    def _all(self) -> dict[str, int]:
        """Each by its owner; only the one that was named, if one was."""
        if self._auth.installation:
            return {"": self._auth.installation}
        if not self._installations:
            self._installations = {
                needed(each, "account", "login").lower(): number(each, "id")
                for each in _each(self._app(), "/app/installations")
                if at(each, "suspended_at") is None
            }
        return self._installations

    def _as(self, installation: int) -> _Held:
        held = self._held.get(installation)
        if held is None or held.until - _MARGIN < dt.datetime.now(dt.UTC):
            held = self._held[installation] = self._given(installation)
        return held

    def _given(self, installation: int) -> _Held:
        said = self._app().sign_in(f"/app/installations/{installation}/access_tokens")
        token = needed(said, "token")
        until = moment(said, "expires_at") or dt.datetime.now(dt.UTC)
        return _Held(token, until, Asker(self._link, TokenAuth(token), self._auth.called))

    def _app(self) -> Asker:
        """Who asks as the app itself, for a few minutes."""
        if self._itself.until < dt.datetime.now(dt.UTC):
            self._itself = self._signed_in()
        return self._itself.asker

    def _signed_in(self) -> _Held:
        now = int(time.time())
        said = {"iss": self._auth.id, "iat": now - _JWT_BEFORE, "exp": now + _JWT_SECONDS}
        try:
            token = jwt.encode(said, self._auth.key.strip(), algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            raise ConfigError(
                f"the private key of {self._auth.called} is none: give all of its .pem file"
            ) from None
        until = dt.datetime.fromtimestamp(now + _JWT_SECONDS - _JWT_BEFORE, dt.UTC)
        return _Held(token, until, Asker(self._link, AppAuthToken(token), self._auth.called))


def _each(asker: Asker, path: str, within: str = "", **parameters: str) -> Iterator[object]:
    for page in asker.pages(path, _MOST_PAGES, per_page=PAGE, **parameters):
        yield from items(page.data, *filter(None, [within]))
