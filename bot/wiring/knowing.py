"""
What is known of images: what is said of them, what is bundled, and what was learned since.

The rules are loaded where they are asked for: a scan asks for none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bot import clock
from bot.errors import ConfigError, RepoError
from bot.wiring.configurations import configuration
from bot.wiring.ledgers import file_of
from bot.wiring.operators import operator, operator_path, settings

if TYPE_CHECKING:
    from bot.config import RepositoryConfig, Settings
    from bot.image import ImageRef
    from bot.model import LifeCycle
    from bot.ports import Known, LifeCycles, Tree
    from bot.tags import TagBook
    from bot.tags.rules import Rule
    from bot.wiring.configurations import Configuration

    Notice: TypeAlias = Callable[[str], None]

    Knows: TypeAlias = Callable[[tuple[Rule, ...]], Known[TagBook]]
    """What is known where these rules hold: before ours, and after those of the operator."""


def known(config: str | None, notice: Notice) -> Known[TagBook]:
    """What is known of images: what the operator says of them, then the bundled rules and data."""
    return known_by(operator_path(config), settings(config), notice)(())


def known_by(path: str | None, said: Settings, notice: Notice) -> Knows:
    """What is known where the operator's file says this."""
    ledger = file_of(said.ledger)
    tagged = tag_rules(operator(path), path) if said.tagged else ()
    return knower(tagged, ledger.dates if ledger else None, notice)


def knower(said: tuple[Rule, ...], dates: Path | None, notice: Notice) -> Knows:
    """
    `said`: the operator's rules about tags; `dates`: what was learned of life cycles.

    `notice` is told where the dates cannot be used: then what is bundled is all that is known.
    """
    from bot import rules
    from bot.rules.data import usable

    learned = usable(dates, notice) if dates else None
    return lambda theirs: rules.known((*said, *theirs), learned)


def own(knows: Knows, said: Callable[[Tree], Configuration]) -> Callable[[Tree], Known[TagBook]]:
    """What is known in a repository: the rules of its own configuration come first but one."""

    def known(tree: Tree) -> Known[TagBook]:
        try:
            file = said(tree)
            return knows(tag_rules(understood(file), file.path) if file.text else ())
        except ConfigError as error:
            raise RepoError(str(error)) from error

    return known


def understood(said: Configuration) -> RepositoryConfig:
    """What a repository says of itself; raises `ConfigError`."""
    from bot.config import repository_config

    return repository_config(said.text or "", said.path or "")


def tag_rules(said: RepositoryConfig, file: str | None) -> tuple[Rule, ...]:
    """The rules about tags in a configuration."""
    if not said.tags:
        return ()
    from bot.config.tags import tag_rules

    return tag_rules(said, file or "")


def life(cycles: LifeCycles) -> Callable[[ImageRef], LifeCycle]:
    """How the support of what a reference names stands today."""
    from bot.model import LifeCycle

    today = clock.now().date()
    return lambda image: LifeCycle(cycles.of(image), today)


def wrong_examples(config: str | None, tree: Tree) -> Iterator[str]:
    """A line for each example in the rules about tags of either configuration that is wrong."""
    from bot import rules

    path, said = operator_path(config), configuration(tree)
    files = [(path, Path(path).read_text("utf-8"), operator(path))] if path else []
    theirs = [(said.path, said.text, understood(said))] if said.path and said.text else []
    told: tuple[Rule, ...] = ()
    for file, text, read in (*files, *theirs):
        if read.tags:
            from bot.config.tags import wrong_examples

            told = (*told, *tag_rules(read, file))
            yield from wrong_examples(read, text, file, rules.known(told))
