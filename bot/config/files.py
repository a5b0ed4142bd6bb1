"""The operator's file: which one it is, and the bytes in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.errors import ConfigError

CONFIG_VARIABLE = "BASEWATCH_CONFIG"
SIZE_LIMIT = 1 << 16
"""Characters of one configuration."""


def operator_config_path(given: str | None, environ: Mapping[str, str]) -> str | None:
    """Which file is the operator's: the one given, else `BASEWATCH_CONFIG`, else none."""
    return given or environ.get(CONFIG_VARIABLE) or None


def operator_bytes(path: str | Path) -> bytes:
    """What is in the operator's file, as far as it may go; raises `ConfigError`."""
    try:
        with Path(path).open("rb") as file:
            # Four bytes are the longest character, and one more tells that there is more.
            return file.read(4 * SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{path}: the configuration cannot be read: {why}") from error
