"""What is wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.model.words import KINDS, Kind, Lacking, Pin


@dataclass(frozen=True, slots=True)
class Versions:
    """
    The versions to move to: those that `allow` covers (empty: all), but for those of `ignore`.

    Each is a range (`<22`) or a pattern of tags (`*-alpine`); `name` says who says so.
    """

    allow: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    name: str = field(default="`policy.versions`", compare=False)


class PolicyRule(NamedTuple):
    """What to do differently for some images or files (globs; empty: all). The first match wins."""

    images: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    ignore: bool = False
    allow: frozenset[Kind] | None = None
    apart: frozenset[Kind] | None = None
    pin: Pin | None = None
    name: str = ""
    min_age: dt.timedelta | None = None
    versions: Versions | None = None
    lts_only: bool | None = None
    not_past_latest: bool | None = None
    platforms: Lacking | None = None
    required_platforms: tuple[str, ...] | None = None


class FilePattern(NamedTuple):
    """
    A kind of file that a configuration describes; see `bot.formats.own`.

    `files`: globs as in a `.gitignore`; `lines`: the patterns, by any of which a line may name an
    image; `image`: its name, where they have no more than a tag or a digest.
    """

    name: str
    files: tuple[str, ...]
    lines: tuple[str, ...]
    image: str = ""


class Policy(NamedTuple):
    """
    What the user says about which moves are wanted.

    `allow`: kinds done in one proposal per line; `apart`: kinds proposed on their own;
    `limit`: kinds the operator admits at all; `today`: the day that `hold until` is read on;
    `formats`: the kinds of file that are read, by name; None: all;
    `patterns`: further kinds of file, as configurations describe them;
    `imposed`: the operator's rules, whose `ignore` no other of the `rules` undoes;
    `min_age`: how long a move must have been known; `least_age`: how long by the operator's word,
    whatever the other `rules` say;
    `versions`: which are moved to, and `operators_versions` which of them by the operator's word;
    `lts_only`: whether releases without long support are left out, of what has some with, and
    `always_lts_only` whether by the operator's word, whatever the other `rules` say;
    `not_past_latest`: whether versions are that are newer than what `latest` is known to be, and
    `never_past_latest` whether by the operator's word;
    `platforms`: what is done with a move to an image that lacks platforms, and `least_platforms`
    what is by the operator's word, whatever the other `rules` say;
    `required_platforms`: those that count (none said: those of the present image), and
    `operators_platforms` those by the operator's word;
    `index_refreshes`: whether a digest is refreshed though every image of its index is the same;
    `within`: where the paths that are asked about lie in the repository, as `services/api/`.
    """

    pin: Pin = "digest"
    allow: frozenset[Kind] = frozenset({"digest", "pin", "revision", "patch", "minor", "date"})
    apart: frozenset[Kind] = frozenset({"major"})
    limit: frozenset[Kind] = frozenset(KINDS)
    rules: tuple[PolicyRule, ...] = ()
    ignore_files: tuple[str, ...] = ()
    formats: frozenset[str] | None = None
    patterns: tuple[FilePattern, ...] = ()
    vendored: bool = False
    today: dt.date = dt.date.min
    imposed: tuple[PolicyRule, ...] = ()
    within: str = ""
    min_age: dt.timedelta = dt.timedelta(0)
    least_age: dt.timedelta = dt.timedelta(0)
    versions: Versions = Versions()
    operators_versions: Versions = Versions()
    lts_only: bool = False
    not_past_latest: bool = True
    always_lts_only: bool = False
    never_past_latest: bool = False
    platforms: Lacking = "wait"
    least_platforms: Lacking = "warn"
    required_platforms: tuple[str, ...] = ()
    operators_platforms: tuple[str, ...] = ()
    index_refreshes: bool = False

    @property
    def marks(self) -> bool:
        """Whether rebuild markers are wanted anywhere."""
        return "marker" in {self.pin, *(rule.pin for rule in self.rules)}
