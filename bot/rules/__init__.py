"""
What publishers do with their tags: rules as YAML, each with its own examples.

Each part is loaded when it is first asked for: the bundled rules need no reader of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.parts import names_of

if TYPE_CHECKING:
    from bot.rules.bundled import known
    from bot.rules.data import life_cycles
    from bot.rules.examples import disproved
    from bot.rules.models import Example, RuleFile, TagRule
    from bot.rules.reading import files, load, read

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

_PARTS = {
    "data": "life_cycles",
    "examples": "disproved",
    "reading": "files load read",
    "bundled": "known",
    "models": "Example RuleFile TagRule",
}
__getattr__ = names_of(__name__, _PARTS)
