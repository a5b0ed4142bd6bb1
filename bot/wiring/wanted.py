"""What is wanted in a repository: its own configuration within the operator's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from bot.errors import ConfigError, RepoError
from bot.wiring.configurations import read_once
from bot.wiring.operators import operator, operator_path

if TYPE_CHECKING:
    from bot.config import OperatorConfig
    from bot.model import Policy
    from bot.ports import Tree
    from bot.wiring.configurations import Configuration

    Notice: TypeAlias = Callable[[str], None]
    Policies: TypeAlias = Callable[[Tree], Policy]


def policies(config: str | None, notice: Notice) -> Policies:
    """
    Reads what is wanted in a tree: its own configuration, within the operator's.

    Where neither says anything, no reader of configurations is loaded.
    """
    path = operator_path(config)
    return within(operator(path) if path else None, notice, read_once())


def within(
    settings: OperatorConfig | None, notice: Notice, said: Callable[[Tree], Configuration]
) -> Policies:
    """As `policies`, for an operator's settings; `said` reads a tree's own configuration."""
    from bot.model import Policy

    today = dt.datetime.now(dt.UTC).date()

    def policy(tree: Tree) -> Policy:
        try:
            file = said(tree)
            if settings is None and file.text is None:
                return Policy(today=today, within=file.within)
            return _policy(settings, file, today, notice)
        except ConfigError as error:
            # One repository's own mistake is no reason to leave the others alone.
            raise RepoError(str(error)) from error

    return policy


def _policy(
    settings: OperatorConfig | None, said: Configuration, today: dt.date, notice: Notice
) -> Policy:
    from bot.config import OperatorConfig, policy_of
    from bot.wiring.knowing import understood

    own = None if said.text is None else understood(said)
    mandate = policy_of(settings or OperatorConfig(), own, today, said.path or "")
    for in_vain in mandate.notices:
        notice(in_vain)
    return replace(mandate.policy, within=said.within)
