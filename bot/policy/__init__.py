"""
What the policy says about one file, one host and one use.

Each part is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.parts import names_of

if TYPE_CHECKING:
    from bot.policy.globs import covered, file_matches
    from bot.policy.judging import (
        VENDORED,
        Ruling,
        ignored_file,
        layered,
        least_age,
        narrowed,
        ruling,
        rulings,
        vendored,
    )
    from bot.policy.names import REPOSITORY_CONFIG_PATHS, config_path, host_allowed

__all__ = [
    "REPOSITORY_CONFIG_PATHS",
    "VENDORED",
    "Ruling",
    "config_path",
    "covered",
    "file_matches",
    "host_allowed",
    "ignored_file",
    "layered",
    "least_age",
    "narrowed",
    "ruling",
    "rulings",
    "vendored",
]

_PARTS = {
    "globs": "covered file_matches",
    "names": "REPOSITORY_CONFIG_PATHS config_path host_allowed",
    "judging": "VENDORED Ruling ignored_file layered least_age narrowed ruling rulings vendored",
}
__getattr__ = names_of(__name__, _PARTS)
