"""What the readers of databases share: bounds on what an image may claim, and text made of it."""

from __future__ import annotations

import re

from bot.errors import EvidenceError

MOST_PACKAGES = 100_000  # in one database; the largest real ones have some thousands
LONGEST_FIELD = 1_000  # bytes, of a name or a version; Debian's longest name has 80


def text(field: bytes) -> str:
    """A field as text, without space around it. Raises `EvidenceError` where it is too long."""
    if len(field) > LONGEST_FIELD:
        raise EvidenceError(f"a name or version of {len(field)} bytes is in it")
    return field.decode("utf-8", "replace").strip()


def check_count(count: int) -> None:
    """Raises `EvidenceError` where a database claims more packages than any has."""
    if count > MOST_PACKAGES:
        raise EvidenceError(f"more than {MOST_PACKAGES} packages are in it")


def check_named(database: bytes, named: re.Pattern[bytes]) -> None:
    """
    Raises `EvidenceError` where a text that is not blank names no package (`named`).

    Without packages, a database is empty; whatever else is in its place tells nothing about them.
    """
    if database.strip() and not named.search(database):
        raise EvidenceError("no package is named in it")


def without_zero_epoch(version: str) -> str:
    """As the tools print it: an epoch of 0 is left out."""
    return version.removeprefix("0:")
