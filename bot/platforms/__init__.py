"""Where repositories and proposals live. To add one: a module here, and a branch in the wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.platforms.dry import DryRun, Foreseeing
from bot.platforms.local import Local

__all__ = ["PLATFORMS", "DryRun", "Foreseeing", "Local"]

PLATFORMS: Mapping[str, Callable[..., Foreseeing]] = {"local": Local}
"""How to make each that is no forge, of plain arguments; a forge is a `bot.forges.Forge`."""
