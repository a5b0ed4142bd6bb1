"""
What kind of move it is from one version of a Debian changelog to another, whatever their forms.

A version is `upstream-revision` (https://manpages.debian.org/deb-version), and behind that may
stand what marks a rebuild: a day (`-20260816`), a count (`-s3`). Nothing here tells which is newer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from bot.model import Kind
from bot.tags.grammar import parse
from bot.tags.tag import PartRole

_DAY = r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_REBUILDS = re.compile(rf"(?:-{_DAY}|[-.]s[0-9]{{1,9}})*\Z")
_LONGEST = 500  # characters of a version; nobody writes one of so many
_IS_DAY = re.compile(_DAY)
_GROUP = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_SYSTEMS: tuple[PartRole, ...] = ("codename", "system")
_HEAVIEST_FIRST: tuple[Kind, ...] = ("major", "minor", "patch", "date")


def kind_of_step(old: str, new: str) -> Kind:
    """The weightiest that differs: `variant` where both name releases of operating systems."""
    old, new = old[:_LONGEST], new[:_LONGEST]
    before, after = (_REBUILDS.split(version, maxsplit=1)[0] for version in (old, new))
    if before == after:
        return "date" if _days(old, before) != _days(new, after) else "revision"
    systems = _systems(old), _systems(new)
    if all(systems) and systems[0] != systems[1]:
        return "variant"
    upstreams = [version.rpartition("-")[0] or version for version in (before, after)]
    return "revision" if upstreams[0] == upstreams[1] else _between(*upstreams)


def _days(version: str, core: str) -> list[str]:
    return _IS_DAY.findall(version[len(core) :])


def _systems(version: str) -> list[str]:
    tag = parse(version)
    return [part.text for role in _SYSTEMS for part in tag.all(role)]


def _between(old: str, new: str) -> Kind:
    """By the numbers, of which there may be several: `rocm7.2.0pytorch2.10.0`."""
    befores, afters = _GROUP.findall(old), _GROUP.findall(new)
    if _GROUP.sub("#", old) != _GROUP.sub("#", new):
        # Only what both begin with can be compared.
        if not (old[:1].isdigit() and new[:1].isdigit()):
            return "major"
        return next(iter(_kinds(befores[:1], afters[:1])), "minor")
    return min(_kinds(befores, afters), key=_HEAVIEST_FIRST.index)


def _kinds(befores: Sequence[str], afters: Sequence[str]) -> list[Kind]:
    pairs = zip(befores, afters, strict=True)
    return [_kind(before, after) for before, after in pairs if before != after]


def _kind(old: str, new: str) -> Kind:
    if _IS_DAY.fullmatch(old) and _IS_DAY.fullmatch(new):
        return "date"
    # No integers: of thousands of digits Python makes none.
    pairs = zip_longest(old.split("."), new.split("."), fillvalue="0")
    place = next(
        (n for n, (one, other) in enumerate(pairs) if one.lstrip("0") != other.lstrip("0")), 2
    )
    return _HEAVIEST_FIRST[min(place, 2)]
