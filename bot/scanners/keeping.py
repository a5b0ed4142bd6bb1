"""A scan as bytes, and back."""

from __future__ import annotations

import json
from typing import Any, get_args

from bot.model import SEVERITIES, Finding, FixState, Scan

FORMAT = 1
"""Part of every key: results of another format are not found."""

_STATES = get_args(FixState)
_FINDING = Finding._fields


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
        return Scan(**{**said, "findings": rows, "doubts": tuple(said["doubts"])})
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
    return Finding(**said)
