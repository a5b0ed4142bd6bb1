"""What a GitLab answers, taken apart: it may have any shape, and what makes no sense is said."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import TypeAlias

from bot.errors import PlatformError

Record: TypeAlias = Mapping[str, object]
"""A JSON object."""

_MOST_NAMES = 1_000
_WRONG = "is this the address of a GitLab?"
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def parsed(content: bytes) -> object:
    """What JSON says. Raises `PlatformError` for what is none, or is nested without end."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise PlatformError(f"answered something that is no JSON: {_WRONG}") from None


def record(found: object) -> Record:
    """The JSON object. Raises `PlatformError` for anything else."""
    if not isinstance(found, dict):
        raise PlatformError(f"answered with something else than was asked for: {_WRONG}")
    return found


def records(found: object) -> list[Record]:
    """A list of JSON objects. Raises `PlatformError` for anything else."""
    if not isinstance(found, list):
        raise PlatformError(f"answered with something else than was asked for: {_WRONG}")
    return [record(each) for each in found]


def part(of: Record, name: str) -> Record:
    """The object of this name in an object; an empty one where there is none."""
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def text(of: Record, name: str) -> str:
    """The text of this name; empty where there is none."""
    found = of.get(name)
    return found if isinstance(found, str) else ""


def flag(of: Record, name: str) -> bool:
    """Whether this is said to be so."""
    return of.get(name) is True


def number(of: Record, name: str) -> int:
    """The number of this name; 0 where there is none that counts."""
    found = of.get(name)
    return found if type(found) is int and 0 < found < 2**63 else 0


def known_number(of: Record, name: str) -> int:
    """The number of this name. Raises `PlatformError` where there is none."""
    if found := number(of, name):
        return found
    raise PlatformError(f"answered without a number for `{name}`: {_WRONG}")


def sha(of: Record, name: str) -> str:
    """The id of a commit; empty where this is none."""
    found = text(of, name)
    return found if _SHA.fullmatch(found) else ""


def known_sha(of: Record, name: str) -> str:
    """The id of a commit. Raises `PlatformError` where this is none."""
    if found := sha(of, name):
        return found
    raise PlatformError(f"answered without a commit for `{name}`: {_WRONG}")


def names(of: Record, name: str, within: str = "") -> tuple[str, ...]:
    """Texts of a list; with `within`, those of that name in each object of a list."""
    found = of.get(name)
    listed = found[:_MOST_NAMES] if isinstance(found, list) else []
    if within:
        listed = [each.get(within) for each in listed if isinstance(each, dict)]
    return tuple(each for each in listed if isinstance(each, str))


def moment(of: Record, name: str) -> dt.datetime | None:
    """The time of this name, with its zone (UTC where it says none); None where there is none."""
    try:
        found = dt.datetime.fromisoformat(text(of, name))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
