"""The order of package versions, each family's by its own rules."""

from __future__ import annotations

from bot.model import PackageFamily
from bot.packages.versions import apk, deb, rpm

_LONGEST = 512  # characters; the longest that is published has about a hundred
_COMPARE = {"deb": deb.compare, "apk": apk.compare, "rpm": rpm.compare}


def compare(family: PackageFamily, a: str, b: str) -> int | None:
    """
    -1 where `a` comes before `b`, 1 where it comes after, 0 where neither does.

    Each is a whole version with its epoch and revision, as the family's tools print it. `None`:
    one of the two is no version of that family, so that it cannot be told. Takes time in
    proportion to the length of the text, whatever that says.
    """
    if len(a) > _LONGEST or len(b) > _LONGEST:
        return None
    return _COMPARE[family](a, b)
