"""Templates of Helm charts: what is YAML in them, and images that they name themselves."""

from __future__ import annotations

import re

from bot.formats.yaml_spans import Reading, read

FILLED = "\ue000"
"""What stands for each character that Helm fills in; nobody writes it, and YAML may have it."""

_ACTION = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}", re.DOTALL)
_CHARACTER = re.compile(r"[^\r\n]")
_BLANK_OR_FILLED = re.compile(rf"^\ufeff?[ \t{FILLED}]+(?=\r?$)", re.MULTILINE)
ACTION_FIRST = re.compile(r"(?:^\ufeff?|: |- )[ \t]*\{\{", re.MULTILINE)
"""Where Helm fills in a line or a whole value; as YAML this would be a mapping in a mapping."""

IMAGE_LINE = re.compile(
    r"^[ \t]*(?:-[ \t]+)?image:[ \t]*[\"']?(?P<said>[a-z0-9][^\s\"'{}#]*)[\"']?[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)
"""A line that names an image without anything that Helm fills in."""


def read_template(text: str) -> Reading:
    """
    Read a template as the YAML that it is around its `{{ actions }}`, each at its place.

    A line of nothing but actions is an empty line, and what begins a line of its own (`nindent`)
    is nothing where it stands.
    """
    filled = _ACTION.sub(lambda action: _CHARACTER.sub(_stand_in(action[0]), action[0]), text)
    return read(_BLANK_OR_FILLED.sub(lambda line: " " * len(line[0]), filled))


def _stand_in(action: str) -> str:
    return " " if "nindent" in action else FILLED
