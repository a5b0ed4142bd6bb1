"""What publishers do with their tags: rules as YAML, each with its own examples."""

from __future__ import annotations

from bot.rules.data import life_cycles
from bot.rules.examples import disproved
from bot.rules.files import files, load, read
from bot.rules.known import known
from bot.rules.models import Example, RuleFile, TagRule

__all__ = [
    "Example",
    "RuleFile",
    "TagRule",
    "disproved",
    "files",
    "known",
    "life_cycles",
    "load",
    "read",
]
