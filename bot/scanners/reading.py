"""Read JSON that others made: whatever is in it, what comes out has the right type and size."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What `json.loads` gives, to be taken apart by the functions below."""

_TEXT_LIMIT = 500
_LIST_LIMIT = 1_000_000


def loaded(data: bytes) -> Json:
    """The bytes as JSON; raises `ValueError`, whose text goes on from who sent it."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("told what is not JSON") from None


def text(value: Json, most: int = _TEXT_LIMIT) -> str:
    """The value if it is text, cut at so many characters, without lone surrogates; else empty."""
    if not isinstance(value, str):
        return ""
    return value[:most].encode("utf-8", "replace").decode()


def mapping(value: Json) -> Mapping[str, Json]:
    """The value if it is a mapping; else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: Json, most: int = _LIST_LIMIT) -> list[Json]:
    """The value if it is a list, or its start where it is longer; else an empty one."""
    return value[:most] if isinstance(value, list) else []


def mappings(value: Json) -> Iterator[Mapping[str, Json]]:
    """The mappings in a list."""
    return (entry for entry in listed(value) if isinstance(entry, dict))


def texts(value: Json, most: int = 1000) -> tuple[str, ...]:
    """The words in a list, each once."""
    return tuple(dict.fromkeys(filter(None, map(text, listed(value, most)))))


def at(value: Json, *path: str) -> Json:
    """What lies that deep in mappings; None where there is nothing."""
    for step in path:
        value = mapping(value).get(step)
    return value


def number(value: Json) -> float | None:
    """The value if it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def link(value: Json) -> str:
    """The value if it is a web address; else empty."""
    found = text(value)
    return found if found.startswith(("https://", "http://")) and found.isprintable() else ""


def line(value: Json, most: int = 300) -> str:
    """The first line of a text."""
    return next(iter(text(value, most).strip().splitlines()), "")
