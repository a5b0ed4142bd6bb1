"""
Configurations with rules about tags: `tags`, read only where a file has that key.

What rules are made of brings all that is known of tags with it, and most files have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Annotated, TypeAlias

from pydantic import Field

from bot.config.models import OperatorConfig, RepositoryConfig
from bot.config.reading import place_in
from bot.ports import Known
from bot.rules import TagRule, disproved
from bot.tags import TagBook
from bot.tags.rules import Rule

KEY = "tags"


_said = RepositoryConfig.model_fields[KEY]
_Tags: TypeAlias = Annotated[
    tuple[TagRule, ...],
    Field(max_length=40, description=_said.description, examples=_said.examples),
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


def wrong_examples(
    config: RepositoryConfig, text: str, file: str, known: Known[TagBook]
) -> Iterator[str]:
    """
    A line for each example that does not come out as it says, where those rules hold.

    `text` is what the configuration was read from, and `file` names it.
    """
    for n, rule in enumerate(config.tags):
        for number, why in disproved(rule, known):
            at = place_in(text, (KEY, n, "examples", number))
            yield f"{file}:{at.line}:{at.column}: {KEY}.{n}.examples.{number}: {why}"
