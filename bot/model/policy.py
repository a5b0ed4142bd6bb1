"""What is wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.model.words import KINDS, Kind, Pin


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """What to do differently for some images or files (globs; empty: all). The first match wins."""

    images: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    ignore: bool = False
    allow: frozenset[Kind] | None = None
    apart: frozenset[Kind] | None = None
    pin: Pin | None = None
    name: str = ""
    min_age: dt.timedelta | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What the user says about which moves are wanted.

    `allow`: kinds done in one proposal per line; `apart`: kinds proposed on their own;
    `limit`: kinds the operator admits at all; `today`: the day that `hold until` is read on;
    `imposed`: the operator's rules, whose `ignore` no other of the `rules` undoes;
    `min_age`: how long a move must have been known; `least_age`: how long by the operator's word,
    whatever the other `rules` say;
    `within`: where the paths that are asked about lie in the repository, as `services/api/`.
    """

    pin: Pin = "digest"
    allow: frozenset[Kind] = frozenset({"digest", "pin", "revision", "patch", "minor", "date"})
    apart: frozenset[Kind] = frozenset({"major"})
    limit: frozenset[Kind] = frozenset(KINDS)
    rules: tuple[PolicyRule, ...] = ()
    ignore_files: tuple[str, ...] = ()
    vendored: bool = False
    today: dt.date = dt.date.min
    imposed: tuple[PolicyRule, ...] = ()
    within: str = ""
    min_age: dt.timedelta = dt.timedelta(0)
    least_age: dt.timedelta = dt.timedelta(0)
