"""
Ranges of versions and patterns of tags, as a policy writes them; linear in the tag.

* `<22`, `>=3.12,<3.14`, `!=20.3`: all that is said holds, of as many numbers as each bound has,
  so that `<=22` has all of 22; numbers that the tag lacks count as 0;
* `22`, `22.x`, `3.12.*`: a version that begins so;
* anything else is a pattern of the whole tag (`bot.policy.globs`): `*-alpine`, `20.11.?`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, repeat

from bot.model import Versions
from bot.policy.globs import glob

Numbers = Collection[int]
_Key = tuple[int, ...]
_Bound = tuple[Callable[[_Key, _Key], bool], _Key]

_OPERATORS: Mapping[str, Callable[[_Key, _Key], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}
_SHOWN = 3
_VERSION = r"[vV]?([0-9]{1,18}(?:\.[0-9]{1,18})*)"
_PREFIX = re.compile(rf"{_VERSION}(?:\.[xX*])*")
_BOUND = re.compile(rf"(<=|>=|==|!=|<|>|=) ?{_VERSION}")
_APART = re.compile(r" ?, ?| (?=[<>=!])")
_PATTERN = re.compile(r"[A-Za-z0-9_.*?-]+")


def misread(text: str) -> str | None:
    """Why a text is no range and no pattern, if it is none."""
    if _bounds(text) or _PATTERN.fullmatch(text):
        return None
    if text[:1] in set("<>=!^~"):
        return "a range is written as '<22', '>=3.12,<3.14' or '22.x'"
    return "it is neither a range, as '<22' or '22.x', nor a pattern of tags, as '*-alpine'"


def left_out(tag: str, numbers: Numbers, said: Iterable[Versions]) -> str | None:
    """
    Who leaves a tag out and by what, as a phrase that follows "it is newer, but"; or `None`.

    `numbers` are those of the tag's version; a tag without one is in no range.
    """
    for versions in said:
        if by := next((text for text in versions.ignore if covers(text, tag, numbers)), None):
            return f"{versions.name} ignores {by}"
        if versions.allow and not any(covers(text, tag, numbers) for text in versions.allow):
            return f"{versions.name} allows only {_listed(versions.allow)}"
    return None


def _listed(texts: Sequence[str]) -> str:
    more = [f"{len(texts) - _SHOWN} more"] if len(texts) > _SHOWN else []
    return " or ".join([*texts[:_SHOWN], *more])


def covers(text: str, tag: str, numbers: Numbers) -> bool:
    """Whether a range or pattern covers a tag whose version has these numbers."""
    bounds = _bounds(text)
    if tag == text:
        return True
    if not bounds:
        return glob(text).matches(tag)
    return bool(numbers) and all(holds(_first(len(to), numbers), to) for holds, to in bounds)


def _first(count: int, numbers: Numbers) -> _Key:
    filled = chain(numbers, repeat(0))
    return tuple(next(filled) for _ in range(count))


@lru_cache(1 << 12)
def _bounds(text: str) -> tuple[_Bound, ...]:
    """What a range says; nothing where the text is none."""
    if prefix := _PREFIX.fullmatch(text):
        return ((operator.eq, _numbers(prefix[1])),)
    found = [_BOUND.fullmatch(part) for part in _APART.split(text)]
    bounds = [(_OPERATORS[match[1]], _numbers(match[2])) for match in found if match]
    return tuple(bounds) if len(bounds) == len(found) else ()


def _numbers(text: str) -> _Key:
    return tuple(map(int, text.split(".")))
