"""
Configurations with rules about tags: `tags`, read only where a file has that key.

What rules are made of brings all that is known of tags with it, and most files have none.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, TypeAlias

from pydantic import Field

from bot.config.models import OperatorConfig, RepositoryConfig
from bot.rules import TagRule
from bot.tags.rules import Rule

KEY = "tags"


_said = RepositoryConfig.model_fields[KEY]
_Tags: TypeAlias = Annotated[
    tuple[TagRule, ...],
    Field(max_length=50, description=_said.description, examples=_said.examples),
]


class TaggedRepositoryConfig(RepositoryConfig):
    """The configuration that a repository keeps of itself."""

    tags: _Tags = ()


class TaggedOperatorConfig(OperatorConfig):
    """
    The configuration of who runs basewatch.

    What it has in common with a repository's holds for every repository; a repository's own
    configuration may differ from it within `limit`.
    """

    tags: _Tags = ()


def tag_rules(config: RepositoryConfig, file: str) -> tuple[Rule, ...]:
    """
    The rules about tags of one configuration, in its order; `file` names it for people.

    Those of a repository are guests: how versions compare, what has long support and what is in an
    image are for the operator's and the bundled rules to say, wherever they say it.
    """
    guest = not isinstance(config, OperatorConfig)
    return tuple(
        rule.rule(name, f"{name} ({rule.publisher})", guest=guest)
        for name, rule in zip(rule_names(config, file), config.tags, strict=True)
    )


def rule_names(config: RepositoryConfig, file: str) -> tuple[str, ...]:
    """What the rules are called: `tags[0] of basewatch.yaml`; no folder, for it is published."""
    return tuple(f"{KEY}[{n}] of {PurePath(file).name}" for n in range(len(config.tags)))
