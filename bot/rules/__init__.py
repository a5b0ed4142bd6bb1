"""
What publishers do with their tags: rules as YAML, each with its own examples.

Each part is loaded when it is first asked for: the bundled rules need no reader of others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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
_HOMES = {name: part for part, names in _PARTS.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """The name, from its part (https://peps.python.org/pep-0562/)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
