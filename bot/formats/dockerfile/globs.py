"""
The patterns of `${X#p}`, `${X%p}` and `${X/p/w}`: `*` and `?`, matched in bounded time.

A set of positions is held as the bits of an integer, so that a pattern costs one step a character
whatever the text; backtracking over several `*` would not be bounded.
"""

from __future__ import annotations

from collections.abc import Iterable

PATTERN_LIMIT = 128
TEXT_LIMIT = 512

_ANY, _ONE = "any", "one"
_Part = tuple[str, str]


def prefix(pattern: str, text: str, *, greedy: bool) -> int:
    """How many characters at the start of `text` match, 0 if none do. May raise `ValueError`."""
    return _reach(_parts(pattern), _bounded(text), greedy=greedy) or 0


def suffix(pattern: str, text: str, *, greedy: bool) -> int:
    """How many characters at the end of `text` match, 0 if none do. May raise `ValueError`."""
    return _reach(_parts(pattern)[::-1], _bounded(text)[::-1], greedy=greedy) or 0


def first_match(pattern: str, text: str) -> tuple[int, int] | None:
    """Where the pattern first matches within `text`, as long as it can. May raise `ValueError`."""
    parts = _parts(pattern)
    if not parts:
        raise ValueError("it replaces an empty pattern")
    starts = _starts(parts, _bounded(text))
    if not starts:
        return None
    start = (starts & -starts).bit_length() - 1
    length = _reach(parts, text[start:], greedy=True)
    return (start, start + length) if length else None


def _starts(parts: list[_Part], text: str) -> int:
    """The places from which the pattern can match, worked out from its end."""
    everywhere = reached = (1 << (len(text) + 1)) - 1
    for kind, char in reversed(parts):
        if kind == _ANY:
            reached = (1 << reached.bit_length()) - 1
        elif kind == _ONE:
            reached = (reached & everywhere) >> 1
        else:
            reached = (reached >> 1) & _places(char, text)
    return reached


def _bounded(text: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise ValueError("it matches a pattern against too long a text")
    return text


def _parts(pattern: str) -> list[_Part]:
    if len(pattern) > PATTERN_LIMIT:
        raise ValueError("it matches too long a pattern")
    parts: list[_Part] = []
    chars = iter(pattern)
    for char in chars:
        if char == "\\":
            escaped = next(chars, "")
            if escaped not in tuple("*?\\}/"):
                raise ValueError(f"its pattern has a bad escape \\{escaped}")
            parts.append(("char", escaped))
        else:
            parts.append((_ANY if char == "*" else _ONE if char == "?" else "char", char))
    return parts


def _reach(parts: Iterable[_Part], text: str, *, greedy: bool) -> int | None:
    """The least or greatest number of leading characters that the whole pattern can match."""
    everywhere = (1 << (len(text) + 1)) - 1
    reached = 1
    for kind, char in parts:
        if kind == _ANY:
            reached = everywhere & ~((reached & -reached) - 1) if reached else 0
        elif kind == _ONE:
            reached = (reached << 1) & everywhere
        else:
            reached = (reached & _places(char, text)) << 1
    if not reached:
        return None
    return (reached if greedy else reached & -reached).bit_length() - 1


def _places(char: str, text: str) -> int:
    places, at = 0, text.find(char)
    while at >= 0:
        places |= 1 << at
        at = text.find(char, at + 1)
    return places
