"""
The run, from repositories to pull requests, in steps that hand on plain data.

All reading comes first; then one asynchronous spell asks about each distinct image
once, however many repositories use it; all writing comes last. An item that fails is
dropped and reported, and takes no other with it.

Each part is loaded when it is first asked for: `check` opens no image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.parts import names_of

if TYPE_CHECKING:
    from bot.flow.comparing import common_platforms, compare
    from bot.flow.planning import Survey, check, fix, planned, survey
    from bot.flow.running import argued, run
    from bot.flow.standing import Standing, standings

__all__ = [
    "Standing",
    "Survey",
    "argued",
    "check",
    "common_platforms",
    "compare",
    "fix",
    "planned",
    "run",
    "standings",
    "survey",
]

_PARTS = {
    "comparing": "common_platforms compare",
    "planning": "Survey check fix planned survey",
    "running": "argued run",
    "standing": "Standing standings",
}
__getattr__ = names_of(__name__, _PARTS)
