"""What is wanted in a repository: its own configuration within the operator's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, TypeAlias

from bot import clock
from bot.errors import ConfigError, RepoError
from bot.wiring.configurations import read_once
from bot.wiring.operators import operator, operator_path

if TYPE_CHECKING:
    from bot.config import OperatorConfig
    from bot.model import Policy, Wishes
    from bot.ports import Tree
    from bot.wiring.configurations import Configuration

    Notice: TypeAlias = Callable[[str], None]
    Policies: TypeAlias = Callable[[Tree], Policy]
    Operators: TypeAlias = Callable[[], OperatorConfig]


def policies(config: str | None, notice: Notice) -> Policies:
    """
    Reads what is wanted in a tree: its own configuration, within the operator's.

    Where neither says anything, no reader of configurations is loaded.
    """
    operators = asked_once(operator_path(config))
    if operators:
        operators()  # what is wrong with it is not held against a repository
    return within(operators, notice, read_once())


def asked_once(path: str | None) -> Operators | None:
    """What the operator's file says, read when it is first asked for; None without one."""
    return cache(partial(operator, path)) if path else None


def within(
    operators: Operators | None, notice: Notice, said: Callable[[Tree], Configuration]
) -> Policies:
    """As `policies`, for what an operator says; `said` reads a tree's own configuration."""
    today = clock.now().date()

    def policy(tree: Tree) -> Policy:
        try:
            file = said(tree)
            if operators is None and file.text is None:
                from bot.model import Policy

                return Policy(today=today, within=file.within)
            return _policy(operators() if operators else None, file, today, notice)
        except ConfigError as error:
            # One repository's own mistake is no reason to leave the others alone.
            raise RepoError(str(error)) from error

    return policy


def wished(
    operators: Operators | None, said: Callable[[Tree], Configuration]
) -> Callable[[Tree], Wishes]:
    """How each repository wants to have its proposals, within what the operator says."""

    def wishes(tree: Tree) -> Wishes:
        from bot.config import OperatorConfig, starter_of, wishes_of
        from bot.wiring.knowing import understood

        operator = operators() if operators else OperatorConfig()
        kind = operator.platform.kind
        try:
            file = said(tree)
            own = None if file.text is None else understood(file)
            wished = wishes_of(operator, own, "" if kind == "local" else kind)
        except ConfigError as error:
            raise RepoError(str(error)) from error
        found = tree.snapshot.repo.found
        starter = "" if own is not None else starter_of(operator.platform, found=found)
        # Who has not said yes yet gets no issue either.
        return replace(wished, starter=starter, dashboard=False) if starter else wished

    return wishes


def _policy(
    settings: OperatorConfig | None, said: Configuration, today: dt.date, notice: Notice
) -> Policy:
    from bot.config import OperatorConfig, policy_of
    from bot.wiring.knowing import understood

    own = None if said.text is None else understood(said)
    mandate = policy_of(settings or OperatorConfig(), own, today, said.path or "")
    for in_vain in mandate.notices:
        notice(in_vain)
    return mandate.policy._replace(within=said.within)
