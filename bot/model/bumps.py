"""One image that moves."""

from __future__ import annotations

from dataclasses import dataclass

from bot.image import ImageRef
from bot.model.words import Kind


@dataclass(frozen=True, slots=True)
class Bump:
    """One image moving from one tag and digest to another: the same wherever it is used."""

    old: ImageRef
    new: ImageRef
    kind: Kind
