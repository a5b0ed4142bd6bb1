"""What differs in the configurations of two images, and what that does to builds on top of them."""

from __future__ import annotations

from bot.diff.config.environment import environment_changes
from bot.diff.config.labels import label_changes
from bot.diff.config.settings import setting_changes
from bot.model import ConfigChange, ImageConfig


def config_changes(old: ImageConfig, new: ImageConfig) -> tuple[ConfigChange, ...]:
    """
    Every difference, in the order of `ImageConfig`; `serious` where it deserves a warning.

    The values of what looks like a secret are never told, only that they differ.
    """
    return (
        *setting_changes(old, new),
        *environment_changes(old.environment, new.environment),
        *label_changes(old.labels, new.labels),
    )


__all__ = ["config_changes"]
