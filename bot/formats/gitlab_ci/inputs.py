"""
What a GitLab CI file wants to be told by those who include it, and what it takes otherwise.

See https://docs.gitlab.com/ci/inputs/: the first document has `spec.inputs`, and all others have
`$[[ inputs.name ]]` in place of what is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.formats.telling import SHELL, Style, Value, along, value_of
from bot.formats.yaml_spans import Fields, Reading

INPUT = "inputs."
STYLE = Style(
    re.compile(
        r"\$(?:(?P<escaped>\$)|\{(?P<name>[A-Za-z_]\w*)\}|(?P<bare>[A-Za-z_]\w*)"
        r"|\[\[\s{0,9}(?P<placeholder>inputs\.[\w-]{1,200})\s{0,9}(?:\|\s{0,9}expand_vars\s{0,9})?\]\])"
    ),
    SHELL.because,
)
"""Variables, and `$[[ inputs.name ]]`, whose variable is called `inputs.name`."""
_LIMITS = ("options", "regex")


@dataclass(frozen=True, slots=True)
class Inputs:
    """
    What stands for names from outside of a document; `limited` may not be any text.

    `values` go before what the document says for all its jobs, and `shared` behind it.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    shared: Mapping[str, Value] = field(default_factory=dict)
    limited: frozenset[str] = frozenset()


def inputs(reading: Reading, text: str) -> Inputs:
    """The inputs of a file that have a default; empty where it asks for none."""
    values: dict[str, Value] = {}
    limited: set[str] = set()
    fields = Fields()
    for spot in along(fields, reading.documents[0], "spec.inputs.*") if reading.documents else ():
        name = INPUT + (spot.key.value if spot.key else "")
        said = {one.name: one.value for one in fields.of(spot.node)}
        value = value_of(text, said["default"], name) if "default" in said else None
        if value:
            values[name] = value
        if not said.keys().isdisjoint(_LIMITS):
            limited.add(name)
    return Inputs(values, limited=frozenset(limited))
