"""YAML read for its spans: what each scalar says, and which characters of the file say it."""

from __future__ import annotations

from bot.formats.yaml_spans.blocks import characters
from bot.formats.yaml_spans.comments import Comments
from bot.formats.yaml_spans.fields import Field, Fields, TooMuchError
from bot.formats.yaml_spans.lines import Lines, lines_of
from bot.formats.yaml_spans.nodes import Alias, Collection, Node, Remark, Scalar, target
from bot.formats.yaml_spans.reading import Reading, Trouble, read
from bot.formats.yaml_spans.spellings import Spelling, is_null, is_text, spelling

__all__ = [
    "Alias",
    "Collection",
    "Comments",
    "Field",
    "Fields",
    "Lines",
    "Node",
    "Reading",
    "Remark",
    "Scalar",
    "Spelling",
    "TooMuchError",
    "Trouble",
    "characters",
    "is_null",
    "is_text",
    "lines_of",
    "read",
    "spelling",
    "target",
]
