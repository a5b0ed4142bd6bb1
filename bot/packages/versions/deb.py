"""The order of Debian's versions: deb-version(7), Debian Policy 5.6.12."""

from __future__ import annotations

import re

_VERSION = re.compile(r"(?:(?P<epoch>[0-9]+):)?(?P<rest>[A-Za-z0-9.+:~-]+)")
_PARTS = re.compile(r"([^0-9]*)([0-9]*)")

_Part = tuple[tuple[int, ...], int, str]


def compare(a: str, b: str) -> int | None:
    """As `bot.packages.versions.compare`; an absent revision is the revision 0, as dpkg has it."""
    one, other = _key(a), _key(b)
    if one is None or other is None:
        return None
    return (one > other) - (one < other)


def _key(version: str) -> tuple[tuple[int, str], list[_Part], list[_Part]] | None:
    match = _VERSION.fullmatch(version)
    if not match:
        return None
    epoch, upstream, revision = match["epoch"], match["rest"], "0"
    if "-" in upstream:
        upstream, _, revision = upstream.rpartition("-")
    if not upstream or not revision or ":" in revision or (":" in upstream and not epoch):
        return None
    return _number(epoch or ""), _parts(upstream), _parts(revision)


def _parts(text: str) -> list[_Part]:
    """What is no digit and what is, in turn; the last part is always the empty one."""
    return [
        ((*map(_weight, letters), 0), *_number(digits)) for letters, digits in _PARTS.findall(text)
    ]


def _weight(character: str) -> int:
    """`~` comes before the end of a part (0), letters come after that, all else after letters."""
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


def _number(digits: str) -> tuple[int, str]:
    """Orders as the number does; never turned into one, because that takes quadratic time."""
    digits = digits.lstrip("0")
    return len(digits), digits
