"""A scan as bytes, and back."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any, get_args

from bot.model import SEVERITIES, Finding, FixState, Scan

FORMAT = 2
"""Part of every key: results of another format are not found."""

_STATES = get_args(FixState)
_FINDING = Finding._fields
_TEXTS = ("id", "package", "family", "installed", "fixed_in", "title", "url")


def packed(scan: Scan) -> bytes:
    """The scan, as `unpacked` reads it."""
    whole = scan._asdict()
    rows = [[_plain(getattr(finding, name)) for name in _FINDING] for finding in scan.findings]
    return json.dumps({**whole, "findings": rows}, separators=(",", ":")).encode()


def unpacked(data: bytes) -> Scan | None:
    """The scan that was packed; None where the bytes are of nothing we wrote."""
    try:
        said = json.loads(data)
        rows = tuple(_finding(row) for row in said.pop("findings"))
        _check_texts(said["scanner"], said["version"], said["database"], *said["doubts"])
        _check_numbers(said["packages"], said["suppressed"])
        more = {"doubts": tuple(said["doubts"]), "libraries": _libraries(said["libraries"])}
        return Scan(**{**said, "findings": rows, **more})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _finding(row: list[Any]) -> Finding:
    said = dict(zip(_FINDING, row, strict=True))
    said["aliases"] = frozenset(said["aliases"])
    said["binaries"] = tuple(said["binaries"])
    words = {said["severity"], *said["severities"].values()}
    if not words <= set(SEVERITIES) or said["state"] not in _STATES:
        raise ValueError
    _check_texts(*map(said.get, _TEXTS), *said["aliases"], *said["binaries"])
    _check_numbers(said["exploited"], said["epss"])
    return Finding(**said)


def _libraries(said: dict[str, list[str]] | None) -> dict[str, tuple[str, ...]] | None:
    if said is None:
        return None
    found = {name: tuple(versions) for name, versions in said.items()}
    _check_texts(*chain.from_iterable(found.values()))
    return found


def _check_texts(*values: object) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError


def _check_numbers(*values: object) -> None:
    if not all(isinstance(value, int | float | None) for value in values):
        raise TypeError
