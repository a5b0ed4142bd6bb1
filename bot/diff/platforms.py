"""Which platforms an index gained and lost, and which of them moved."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import PlatformChange


def platform_change(old: Mapping[str, str], new: Mapping[str, str]) -> PlatformChange:
    """
    Compare what each platform points at in two indexes: platform → digest of its manifest.

    Where no platform of both moved, none lags: the index alone was made anew.
    """
    both = old.keys() & new.keys()
    moved = {platform for platform in both if old[platform] != new[platform]}
    return PlatformChange(
        added=tuple(sorted(new.keys() - old.keys())),
        dropped=tuple(sorted(old.keys() - new.keys())),
        moved=tuple(sorted(moved)),
        lagging=tuple(sorted(both - moved)) if moved else (),
    )
