"""
What is known of images: what is said of them, what is bundled, and what was learned since.

The rules are loaded where they are asked for: a scan asks for none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bot.errors import ConfigError, RepoError

if TYPE_CHECKING:
    from bot.config import OperatorConfig, RepositoryConfig
    from bot.config_files import Configuration
    from bot.ports import Known, Tree
    from bot.tags import TagBook
    from bot.tags.rules import Rule

    Knows: TypeAlias = Callable[[tuple[Rule, ...]], Known[TagBook]]
    """What is known where these rules hold: before ours, and after those of the operator."""


def knower(
    operator: OperatorConfig | None,
    file: str | None,
    dates: Path | None,
    notice: Callable[[str], None],
) -> Knows:
    """
    `operator`: what the operator's `file` says; `dates`: what was learned of life cycles.

    `notice` is told where the dates cannot be used: then what is bundled is all that is known.
    """
    from bot import rules
    from bot.rules.data import usable

    said = tag_rules(operator, file) if operator else ()
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
