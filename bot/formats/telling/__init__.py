"""What formats made of nodes (YAML, JSON and the like) have in common: from places to mentions."""

from __future__ import annotations

from bot.formats.telling.interpolation import (
    COMPOSE,
    SHELL,
    Style,
    Value,
    expanded,
    is_changed_by_yaml,
    partly,
    value_of,
)
from bot.formats.telling.keeping import kept_by_comment, kept_by_flux
from bot.formats.telling.paths import Spot, along, everywhere, images, text_at, text_or, values_at
from bot.formats.telling.places import Left, Place, Slot, split
from bot.formats.telling.survey import Variables, mentions, reading_of, tops
from bot.formats.telling.teller import NO_DIGEST_AFTER_ESCAPE, Teller, placeholder, reference

__all__ = [
    "COMPOSE",
    "NO_DIGEST_AFTER_ESCAPE",
    "SHELL",
    "Left",
    "Place",
    "Slot",
    "Spot",
    "Style",
    "Teller",
    "Value",
    "Variables",
    "along",
    "everywhere",
    "expanded",
    "images",
    "is_changed_by_yaml",
    "kept_by_comment",
    "kept_by_flux",
    "mentions",
    "partly",
    "placeholder",
    "reading_of",
    "reference",
    "split",
    "text_at",
    "text_or",
    "tops",
    "value_of",
    "values_at",
]
