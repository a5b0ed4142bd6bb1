"""What the operator says: the configuration of who runs basewatch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import OperatorConfig, Settings


def operator(config: str | None) -> OperatorConfig:
    """The operator's configuration: the file given, else that of the environment, else defaults."""
    from bot.config import operator_config

    return operator_config(operator_path(config))


def settings(config: str | None) -> Settings:
    """What registries and images are wired by, which is remembered as long as the file is."""
    from bot.config import machines_own, operator_settings

    return operator_settings(operator_path(config), machines_own(os.environ))


def operator_path(config: str | None) -> str | None:
    """The operator's file: the one given, else that of the environment, else none."""
    from bot.config import operator_config_path

    return operator_config_path(config, os.environ)
