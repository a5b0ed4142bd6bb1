"""One image that moves."""

from __future__ import annotations

from typing import NamedTuple

from bot.image import ImageRef
from bot.model.words import Kind


class Bump(NamedTuple):
    """One image moving from one tag and digest to another: the same wherever it is used."""

    old: ImageRef
    new: ImageRef
    kind: Kind
