"""Who knows vulnerabilities: a room each, all of one kind (`bot.ports.Scanner`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.errors import EvidenceError
from bot.model import Opened, Scanned
from bot.ports import Scanner
from bot.scanners import grype, osv, trivy
from bot.scanners.settings import OSV_URL, Means, Tool
from bot.scanners.store import Store

__all__ = ["OSV_URL", "SCANNERS", "Means", "Store", "Tool", "chosen"]

SCANNERS: Mapping[str, Callable[[Means], Scanner | None]] = {
    osv.NAME: osv.scanner,
    trivy.NAME: trivy.scanner,
    grype.NAME: grype.scanner,
}
"""By name: what makes the scanner of these means, or nothing where its program is not there."""


def chosen(means: Means, names: Sequence[str] | None) -> tuple[Scanner, ...]:
    """
    The scanners of these names; without names every one that is there.

    One that was asked for by name and is not there says so when it is to compare.
    """
    if names is None:
        return tuple(found for make in SCANNERS.values() if (found := make(means)))
    return tuple(SCANNERS[name](means) or Missing(name) for name in names)


class Missing:
    """The `Scanner` whose program is not there."""

    def __init__(self, name: str) -> None:
        self.NAME = name

    async def compare(self, _old: Opened, _new: Opened) -> Scanned:
        """Raises `EvidenceError`, always."""
        raise EvidenceError(f"{self.NAME} is configured, and its program was not found")
