"""
Builds what the configuration asks for: the only module that names implementations.

Everything is imported where it is needed, so that a command that asks no registry does not wait
for an HTTP client to load.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config_files import configuration, read_once
from bot.errors import ConfigError, RepoError

if TYPE_CHECKING:
    from bot.config import OperatorConfig, RegistryConfig
    from bot.config_files import Configuration
    from bot.git import WorkTree
    from bot.http import Limits
    from bot.image import ImageRef
    from bot.knowing import Knows
    from bot.ledger import LedgerFile
    from bot.model import LifeCycle, Policy
    from bot.ports import Desk, Known, Ledger, LifeCycles, Platform, Registry, Tree
    from bot.registries import Credential, HostSettings
    from bot.tags import TagBook
    from bot.tags.rules import Rule

    Notice = Callable[[str], None]
    Policies = Callable[[Tree], Policy]
    KnownIn = Callable[[Tree], Known[TagBook]]


def operator(config: str | None) -> OperatorConfig:
    """The operator's configuration: the file given, else that of the environment, else defaults."""
    from bot.config import operator_config

    return operator_config(operator_path(config))


def operator_path(config: str | None) -> str | None:
    """The operator's file: the one given, else that of the environment, else none."""
    from bot.config import operator_config_path

    return operator_config_path(config, os.environ)


def known(config: str | None, notice: Notice) -> Known[TagBook]:
    """What is known of images: what the operator says of them, then the bundled rules and data."""
    path = operator_path(config)
    return _knows(path, operator(path) if path else None, notice)(())


def _knows(path: str | None, said: OperatorConfig | None, notice: Notice) -> Knows:
    from bot.knowing import knower

    ledger = _ledger_file(said.ledger if said else None)
    return knower(said, path, ledger.dates if ledger else None, notice)


def life(cycles: LifeCycles) -> Callable[[ImageRef], LifeCycle]:
    """How the support of what a reference names stands today."""
    from bot.model import LifeCycle

    today = dt.datetime.now(dt.UTC).date()
    return lambda image: LifeCycle(cycles.of(image), today)


def work_tree(path: str) -> WorkTree:
    """The files under a path as they lie there."""
    from bot.git import WorkTree

    return WorkTree(Path(path))


def desk(
    config: str | None,
    progress: Callable[[str, int, int], None],
    notice: Notice,
    *,
    looking: bool = False,
) -> Desk:
    """
    What a run works with; `notice` is told what a repository asks for in vain, and the like.

    Images are opened where the operator wants that, or where `looking` into them is the whole job.
    """
    from bot.knowing import own
    from bot.ports import Desk
    from bot.wiring_evidence import inspectors

    path = operator_path(config)
    settings = operator(path)
    knows = _knows(path, settings if path else None, notice)
    everywhere, said = knows(()), read_once()

    return Desk(
        everywhere.tags,
        partial(_registry, settings, looking=looking),
        _policies(settings, notice, said),
        progress,
        ledger=_ledger(settings.ledger, notice),
        life_cycles=everywhere.life_cycles,
        clock=lambda: dt.datetime.now(dt.UTC),
        own=own(knows, said),
        inspectors=partial(
            inspectors,
            said=settings.evidence.model_copy(update={"enabled": True} if looking else {}),
            places=everywhere.tags.notes,
            limits=partial(_limits, settings),
            progress=progress,
        ),
    )


@asynccontextmanager
async def _registry(settings: OperatorConfig, *, looking: bool) -> AsyncIterator[Registry]:
    from bot.registries.allowed import Allowed
    from bot.registries.lazily import lazily
    from bot.wiring_evidence import remembering

    async with lazily(partial(_registries, settings)) as asked:
        known = remembering(asked, settings.evidence) if looking else asked
        yield Allowed(known, settings.allow_hosts)


def _registries(settings: OperatorConfig) -> AbstractAsyncContextManager[Registry]:
    from bot.registries import DockerConfig, opened

    hosts = {host: _host(host, said) for host, said in settings.registries.items()}
    return opened(hosts, DockerConfig.load(os.environ), limits=_limits(settings))


def wrong_examples(config: str | None, tree: Tree) -> Iterator[str]:
    """A line for each example in the rules about tags of either configuration that is wrong."""
    from bot import rules
    from bot.knowing import tag_rules, understood

    path, said = operator_path(config), configuration(tree)
    files = [(path, Path(path).read_text("utf-8"), operator(path))] if path else []
    theirs = [(said.path, said.text, understood(said))] if said.path and said.text else []
    told: tuple[Rule, ...] = ()
    for file, text, read in (*files, *theirs):
        if read.tags:
            from bot.config.tags import wrong_examples

            told = (*told, *tag_rules(read, file))
            yield from wrong_examples(read, text, file, rules.known(told))


def ledger(config: str | None, notice: Notice) -> Ledger:
    """What the bot has seen itself; `notice` is told where that cannot be had."""
    from_operator = config or os.environ.get("BASEWATCH_CONFIG")
    return _ledger(operator(config).ledger if from_operator else None, notice)


def _ledger(said: str | None, notice: Notice) -> Ledger:
    from bot.ledger import Forgiving
    from bot.ports import NoLedger

    file = _ledger_file(said)
    return Forgiving(file, notice) if file else NoLedger()


def ledger_file(config: str | None) -> LedgerFile:
    """The ledger as a file; raises `ConfigError` where it is off."""
    if file := _ledger_file(operator(config).ledger):
        return file
    raise ConfigError("the ledger is off: `ledger` or $BASEWATCH_LEDGER can name its file")


def _ledger_file(said: str | None) -> LedgerFile | None:
    from bot.ledger import LedgerFile, ledger_path

    path = ledger_path(said, os.environ)
    return LedgerFile(path) if path else None


def policies(config: str | None, notice: Notice) -> Policies:
    """
    Reads what is wanted in a tree: its own configuration, within the operator's.

    Where neither says anything, no reader of configurations is loaded.
    """
    from_operator = config or os.environ.get("BASEWATCH_CONFIG")
    return _policies(operator(config) if from_operator else None, notice, read_once())


def _policies(
    settings: OperatorConfig | None, notice: Notice, said: Callable[[Tree], Configuration]
) -> Policies:
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
    from bot.knowing import understood

    own = None if said.text is None else understood(said)
    mandate = policy_of(settings or OperatorConfig(), own, today, said.path or "")
    for in_vain in mandate.notices:
        notice(in_vain)
    return replace(mandate.policy, within=said.within)


def _host(host: str, said: RegistryConfig) -> HostSettings:
    from bot.registries import HostSettings

    return HostSettings(said.lookup, said.insecure, _credential(host, said), said.realm, said.kind)


def _credential(host: str, said: RegistryConfig) -> Credential | None:
    from bot.registries import Credential

    if said.token_env:
        return Credential("<token>", _secret(host, said.token_env), identity=True)
    if said.username_env and said.password_env:
        return Credential(_secret(host, said.username_env), _secret(host, said.password_env))
    return None


def _secret(host: str, variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise ConfigError(f"registries: {host}: the environment variable {variable} is not set")
    return value


def _limits(settings: OperatorConfig) -> Limits:
    from bot.http import Limits

    http = settings.http
    return Limits(read=http.timeout_seconds, tries=http.tries, per_host=http.at_once_per_host)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to propose, as far as the command line says; the configuration says the rest."""

    path: str | None = None
    branch: str | None = None
    out: str | None = None


def platform(config: str | None, place: Place, *, dry: bool = False) -> Platform:
    """The configured platform; with `dry`, one that only tells what it would do."""
    from bot.git import Person
    from bot.platforms import PLATFORMS

    said = operator(config).platform
    out = place.out or said.out
    name, _, email = said.author.partition(" <")
    real = PLATFORMS[said.kind](
        Path(place.path or said.path),
        out=Path(out) if out else None,
        branch=place.branch or said.branch,
        author=Person(name, email.removesuffix(">")),
    )
    return PLATFORMS["dry"](real) if dry else real
