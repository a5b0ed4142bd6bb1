"""Knows where the demo's data lies: inside the wheel, or in the checkout."""

from __future__ import annotations

from pathlib import Path

from bot.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent.parent
_PLACES = (_PACKAGE / "_examples" / "demo", _PACKAGE.parent / "examples" / "demo")


def bundled() -> Path:
    """The folder of `registry.yaml` and `repository/`; raises `ConfigError` if it is missing."""
    for place in _PLACES:
        if (place / "registry.yaml").is_file():
            return place
    raise ConfigError("the demo's data is missing: install basewatch again")
