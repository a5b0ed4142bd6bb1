"""The registries, asked as the operator says."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ConfigError
from bot.hushed import named

if TYPE_CHECKING:
    from bot.config import RegistrySettings, Settings
    from bot.http import Limits
    from bot.ports import Registry
    from bot.registries import Credential, HostSettings
    from bot.shelves import Packages


@asynccontextmanager
async def registry(settings: Settings, *, looking: bool) -> AsyncIterator[Registry]:
    """
    Every registry that may be asked.

    Where images are looked into (`looking`: whatever the configuration says), what was fetched of
    them before is not fetched again.
    """
    from bot.registries.allowed import Allowed
    from bot.registries.lazily import lazily
    from bot.wiring.evidence import remembering

    async with lazily(partial(_registries, settings)) as asked:
        looks = looking or settings.evidence.enabled
        known = remembering(asked, settings.evidence) if looks else asked
        yield Allowed(known, settings.allow_hosts)


def _registries(settings: Settings) -> AbstractAsyncContextManager[Registry]:
    from bot.registries import DockerConfig, opened

    hosts = {host: _host(host, said) for host, said in settings.registries.items()}
    return opened(hosts, DockerConfig.load(os.environ), limits=limits(settings))


def _host(host: str, said: RegistrySettings) -> HostSettings:
    from bot.registries import HostSettings

    return HostSettings(said.lookup, said.insecure, _credential(host, said), said.realm, said.kind)


def _credential(host: str, said: RegistrySettings) -> Credential | None:
    from bot.registries import Credential

    if said.token_env:
        token = _secret(host, said.token_env, "token_env")
        return Credential("<token>", token, identity=True)
    if said.username_env and said.password_env:
        username = _secret(host, said.username_env, "username_env")
        return Credential(username, _secret(host, said.password_env, "password_env"))
    return None


def _secret(host: str, variable: str, option: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise ConfigError(f"registries: {host}: {named(variable, option)} is not set")
    return value


@asynccontextmanager
async def packages(settings: Settings) -> AsyncIterator[Packages]:
    """The indexes of packages, of the hosts that may be asked."""
    from bot.http import client
    from bot.registries.packages import Keys, PackageIndexes

    insecure = {host for host, said in settings.registries.items() if said.insecure}
    said = settings.packages
    trusted = Keys(dict(map(_key, said.keys)), required=said.require_signature)
    async with client(limits(settings)) as http:
        yield PackageIndexes(http, settings.allow_hosts, insecure, trusted)


def _key(path: str) -> tuple[str, bytes]:
    """A key of the operator's by the name that signatures have for it. Raises `ConfigError`."""
    file = Path(path)
    try:
        return file.name.removesuffix(".rsa.pub"), file.read_bytes()
    except OSError as error:
        raise ConfigError(f"packages.keys: {path}: {error.strerror}") from None


def limits(settings: Settings) -> Limits:
    """How patiently and how busily hosts are asked."""
    from bot.http import Limits

    http, usual = settings.http, Limits()
    seconds = http.timeout_seconds
    return Limits(
        connect=min(usual.connect, seconds),
        read=seconds,
        attempt=2 * seconds,  # or a host that sends a byte now and then would hold a run up
        tries=http.tries,
        per_host=http.at_once_per_host,
    )
