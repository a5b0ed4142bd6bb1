"""
The version of a rebuild, by the habit of those who keep the changelog.

docker-pkg's own `new_tag` knows only `-s1`, `-s2`, …, and only behind digits, dots and hyphens.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

Habit = Literal["date", "sequence", "patch"]

_DATE = r"-(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_DATED = re.compile(rf"{_DATE}(?:-s[0-9]{{1,9}})?$")
_OLDER_DATE = re.compile(rf"{_DATE}(?=-|$)(?:-s[0-9]{{1,9}}(?=-{_DATE[1:]}|$))?")
_SEQUENCE = re.compile(r"(?P<stem>.*?)(?P<sep>[-.])s(?P<number>[0-9]{1,9})$")
_LAST_NUMBER = re.compile(r"(?P<stem>.*?[.-])(?P<number>[0-9]{1,7})$")
_LOOKED_AT = 20


def habit_in(versions: Sequence[str]) -> Habit | None:
    """What the newest of these that is marked as a rebuild is marked by; newest first."""
    for version in versions[:_LOOKED_AT]:
        if _DATED.search(version):
            return "date"
        if _SEQUENCE.fullmatch(version):
            return "sequence"
    return None


def habit_of_all(several: Iterable[Sequence[str]]) -> Habit | None:
    """What most changelogs of a tree mark rebuilds by; `None` where none does."""
    counted = Counter(habit for versions in several if (habit := habit_in(versions)))
    return min(counted, key=lambda habit: (-counted[habit], habit), default=None)


def next_version(versions: Sequence[str], habit: Habit, day: dt.date) -> str:
    """
    The version after the newest, which is none of these.

    A date takes the place of the dates there are, so that there is never more than one; whatever
    else is rebuilt on the same day is told apart as docker-pkg does (`-20260823-s1`).
    """
    newest = versions[0]
    taken = frozenset(versions)
    if habit == "date":
        version = f"{_OLDER_DATE.sub('', newest)}-{day:%Y%m%d}"
        return version if version not in taken else _first_free(f"{version}-s", 1, taken)
    if habit == "patch" and not _SEQUENCE.fullmatch(newest):
        match = _LAST_NUMBER.fullmatch(newest)
        if match and not _DATED.search(newest):
            return _first_free(match["stem"], int(match["number"]) + 1, taken)
    match = _SEQUENCE.fullmatch(newest)
    if match:
        return _first_free(f"{match['stem']}{match['sep']}s", int(match["number"]) + 1, taken)
    return _first_free(f"{newest}-s", 1, taken)


def _first_free(stem: str, number: int, taken: Collection[str]) -> str:
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
