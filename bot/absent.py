"""Ports that nobody stands behind: what is asked of them is not known, and nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from bot.image import ImageRef, Repository
    from bot.model import Cycle, History, OsRelease, Outline


class NoLifeCycles:
    """The `LifeCycles` that know nothing."""

    def of(self, _image: ImageRef) -> tuple[Cycle, ...]:
        """Nothing."""
        return ()

    def installed(self, _system: OsRelease) -> Cycle | None:
        """Nothing."""
        return None


class NoLedger:
    """The `Ledger` that remembers nothing."""

    def histories(self, _repositories: Collection[Repository]) -> Mapping[ImageRef, History]:
        """Nothing."""
        return {}

    def record(self, _seen: Mapping[ImageRef, str], _now: dt.datetime) -> None:
        """Forget it."""

    def outlines(self, _repositories: Collection[Repository]) -> Mapping[ImageRef, Outline]:
        """Nothing."""
        return {}

    def keep(self, _outlines: Mapping[ImageRef, Outline]) -> None:
        """Forget it."""
