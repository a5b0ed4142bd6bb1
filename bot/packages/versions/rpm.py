"""The order of rpm's versions: https://rpm-software-management.github.io/rpm/man/rpm-version.7 ."""

from __future__ import annotations

import re
from itertools import zip_longest

_SEGMENTS = re.compile(r"~|\^|[0-9]+|[A-Za-z]+")
_EPOCH = re.compile(r"([0-9]*):")
_PRINTABLE = re.compile(r"[!-~]+")


def compare(a: str, b: str) -> int | None:
    """
    As `bot.packages.versions.compare`, of `[epoch:]version[-release]`.

    No epoch is the epoch 0. No release comes before every release.
    """
    one, other = _split(a), _split(b)
    if one is None or other is None:
        return None
    for left, right in zip(one, other, strict=True):
        if left is None or right is None:
            order = (right is None) - (left is None)
        else:
            order = _vercmp(left, right)
        if order:
            return order
    return 0


def _split(text: str) -> tuple[str, str, str | None] | None:
    if not _PRINTABLE.fullmatch(text):
        return None
    match = _EPOCH.match(text)
    rest = text[match.end() :] if match else text
    version, dash, release = rest.rpartition("-")
    if not dash:
        version, release = release, ""
    if not _SEGMENTS.search(version):
        return None
    return (match[1] if match else "") or "0", version, release if dash else None


def _vercmp(a: str, b: str) -> int:
    for one, other in zip_longest(_SEGMENTS.findall(a), _SEGMENTS.findall(b), fillvalue=""):
        if one != other and (order := _segments(one, other)):
            return order
    return 0


def _segments(one: str, other: str) -> int:
    """Two segments that differ; an empty one is the end of its version."""
    if "~" in (one, other):
        return -1 if one == "~" else 1
    if "^" in (one, other):
        return _carets(one, other)
    if not one or not other:
        return 1 if one else -1
    if one.isdigit() != other.isdigit():
        return 1 if one.isdigit() else -1
    if one.isdigit():
        one, other = one.lstrip("0"), other.lstrip("0")
        if len(one) != len(other):
            return 1 if len(one) > len(other) else -1
    return (one > other) - (one < other)


def _carets(one: str, other: str) -> int:
    """`^` comes after the end of a version, and before all else."""
    if one == "^":
        return -1 if other else 1
    return 1 if one else -1
