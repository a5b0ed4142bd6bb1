"""Where repositories and proposals live. To add one: a module here, and its name in `PLATFORMS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.platforms.dry import DryRun
from bot.platforms.local import Local
from bot.ports import Platform

PLATFORMS: Mapping[str, Callable[..., Platform]] = {"local": Local, "dry": DryRun}
"""How to make each, of plain arguments; `dry` is made of another one."""
