"""
Step 5b: which packages that files pin have to change? Pure: from pins and indexes to verdicts.

It is asked twice: which indexes to read, about which packages; and then for the verdicts.
"""

from __future__ import annotations

from bot.steps.pinned.choose import ARCHITECTURE, kind_of
from bot.steps.pinned.decide import Indexes, Wanted, pinned, shelves_needed
from bot.steps.pinned.write import branched, branches, moving, proposed, repinned

__all__ = [
    "ARCHITECTURE",
    "Indexes",
    "Wanted",
    "branched",
    "branches",
    "kind_of",
    "moving",
    "pinned",
    "proposed",
    "repinned",
    "shelves_needed",
]
