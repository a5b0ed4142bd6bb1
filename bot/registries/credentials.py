"""Credentials for registries, as the operator gave them or as Docker keeps them."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.errors import ConfigError
from bot.image import DOCKER_HUB
from bot.registries import helper

_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
HUB_KEY = "https://index.docker.io/v1/"  # how Docker names Docker Hub in its configuration
_SIZE_LIMIT = 4 << 20


@dataclass(frozen=True, slots=True)
class Credential:
    """
    What proves who we are to one registry; nothing of it shows in `repr`.

    With `identity` the password is an OAuth2 refresh token, to be traded at the token endpoint.
    """

    username: str = field(repr=False)
    password: str = field(repr=False)
    identity: bool = False

    def basic(self) -> str:
        """The value of an `Authorization` header of scheme Basic."""
        pair = f"{self.username}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode('ascii')}"


class Credentials(Protocol):
    """Where credentials are looked up. Raises `RegistryError` where that fails."""

    def for_host(self, host: str) -> Credential | None:
        """What there is for a registry, by host and port; `docker.io` for Docker Hub."""


@dataclass(frozen=True, slots=True)
class KnownCredentials:
    """Credentials that were given beforehand, by host."""

    by_host: Mapping[str, Credential] = field(default_factory=dict, repr=False)

    def for_host(self, host: str) -> Credential | None:
        """What there is for `host`; see `Credentials`."""
        return self.by_host.get(host)


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """
    Docker's `config.json`: `auths`, `credsStore`, `credHelpers`.

    https://docs.docker.com/reference/cli/docker/login/. A helper is run each time it is asked,
    with the environment of `environ` cut down to what helpers need.
    """

    auths: Mapping[str, Credential] = field(default_factory=dict, repr=False)
    helpers: Mapping[str, str] = field(default_factory=dict)
    store: str = ""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> DockerConfig:
        """
        Read `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`; empty where there is none.

        Raises `ConfigError`, naming the file, where it cannot be read.
        """
        home = environ.get("HOME", "")
        path = Path(environ.get("DOCKER_CONFIG") or f"{home}/.docker") / "config.json"
        try:
            data = path.read_bytes() if path.stat().st_size <= _SIZE_LIMIT else b""
            return cls._parsed(json.loads(data), environ)
        except (FileNotFoundError, NotADirectoryError):
            return cls()
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            why = (
                str(error) if isinstance(error, _BadEntryError) else "it is not what Docker writes"
            )
            raise ConfigError(f"{path}: {why}; correct it or run `docker login` again") from None

    @classmethod
    def _parsed(cls, data: Any, environ: Mapping[str, str]) -> DockerConfig:  # noqa: ANN401 -- JSON
        auths = {key: _credential(key, entry) for key, entry in (data.get("auths") or {}).items()}
        helpers = {_host(key): name for key, name in (data.get("credHelpers") or {}).items()}
        store = data.get("credsStore") or ""
        for name in (*helpers.values(), *([store] if store else [])):
            if not isinstance(name, str) or not helper.NAME.fullmatch(name):
                raise _BadEntryError("a credential helper has a name that no program has")
        return cls(_by_host(auths), helpers, store, environ)

    def for_host(self, host: str) -> Credential | None:
        """What Docker would use: the host's helper, else the store, else the file itself."""
        host = _host(host)
        name = self.helpers.get(host) or self.store
        if name:
            server = HUB_KEY if host == DOCKER_HUB else host
            if pair := helper.ask(name, server, self.environ):
                username, secret = pair
                return Credential(username, secret, identity=username == "<token>")
        return self.auths.get(host)


class _BadEntryError(ValueError):
    """An entry that Docker would not have written; its text shows nothing of it."""


def _by_host(auths: Mapping[str, Credential | None]) -> dict[str, Credential]:
    """A key that is just the host counts before one with a scheme or a path."""
    found: dict[str, Credential] = {}
    for key in sorted(auths, key=lambda key: (key != _host(key), key != HUB_KEY, key)):
        if credential := auths[key]:
            found.setdefault(_host(key), credential)
    return found


def _host(key: str) -> str:
    """The host, and port, that a key of Docker's configuration is for."""
    host = re.sub(r"^https?://", "", key.strip().lower()).partition("/")[0]
    return DOCKER_HUB if host in _HUB_HOSTS else host


def _credential(key: str, entry: Mapping[str, Any]) -> Credential | None:
    token = entry.get("identitytoken")
    username, password = _pair(key, entry)
    if token:
        return Credential(username, str(token), identity=True)
    if not username and not password:
        return None
    return Credential(username, password)


def _pair(key: str, entry: Mapping[str, Any]) -> tuple[str, str]:
    if auth := entry.get("auth"):
        try:
            username, _, password = base64.b64decode(auth, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            raise _BadEntryError(f"its `auth` for {key[:100]!r} is not base64") from None
        return username, password.rstrip("\0")
    return str(entry.get("username") or ""), str(entry.get("password") or "")
