"""Fetch what the configuration only names: the secrets, from environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config.models import OperatorConfig
from bot.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Login:
    """What proves who we are to one registry: user and password, or an identity token alone."""

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


def logins(operator: OperatorConfig, environ: Mapping[str, str]) -> dict[str, Login]:
    """
    The login of each registry that has one, by host.

    Raises `ConfigError`, naming every variable that is named and not set.
    """
    missing: list[str] = []

    def value(host: str, option: str, name: str | None) -> str:
        if name and not environ.get(name):
            missing.append(
                f"registries.{host}.{option}: the environment variable {name} is not set"
            )
        return environ.get(name, "") if name else ""

    found = {
        host: Login(
            username=value(host, "username_env", registry.username_env),
            password=value(host, "password_env", registry.password_env),
            token=value(host, "token_env", registry.token_env),
        )
        for host, registry in operator.registries.items()
        if registry.username_env or registry.token_env
    }
    if missing:
        raise ConfigError("\n".join(missing))
    return found
