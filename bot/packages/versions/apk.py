"""
The order of apk's versions, as apk-tools 3 has it.

https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/src/version.c: a number, numbers
after dots, one letter, suffixes with or without a number, a commit, a revision.
"""

from __future__ import annotations

import re
from itertools import pairwise

_VERSION = re.compile(
    r"[0-9]+(?:\.[0-9]+)*[a-z]?(?:_[a-z]+[0-9]*)*(?:~[0-9a-f]+)?(?:-r[0-9]+)?",
)
_TOKENS = re.compile(r"_[a-z]+|\.[0-9]+|-r[0-9]+|~[0-9a-f]+|[0-9]+|[a-z]")
_FIRST, _NUMBER, _LETTER, _SUFFIX, _SUFFIX_NUMBER, _COMMIT, _REVISION, _END = range(8)
_SUFFIXES = {
    "_" + name: place
    for place, name in enumerate(("alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"))
    if name
}
_NO_SUFFIX = 4  # the place of the empty one: those before it come before a release
_KINDS = {".": _NUMBER, "_": _SUFFIX, "~": _COMMIT, "-": _REVISION}

_Token = tuple[int, tuple[int, int, str]]


def compare(a: str, b: str) -> int | None:
    """
    As `bot.packages.versions.compare`.

    apk gives what is no version of its own an order as well, by its valid beginning: that is
    `None` here. Two commits are ordered as texts, as apk does, which says nothing of their age.
    """
    one, other = _tokens(a), _tokens(b)
    if one is None or other is None:
        return None
    for left, right in zip(one, other, strict=False):
        if left[0] != right[0]:
            return _by_kind(left, right)
        if left != right:
            return 1 if left > right else -1
    return 0


def _by_kind(left: _Token, right: _Token) -> int:
    """The first place where one goes on in another way, or ends: the shorter comes first, but..."""
    if _is_early(left):
        return -1
    if _is_early(right):
        return 1
    return -1 if left[0] > right[0] else 1


def _is_early(token: _Token) -> bool:
    kind, (place, _, _) = token
    return kind == _SUFFIX and place < _NO_SUFFIX


def _tokens(version: str) -> list[_Token] | None:
    """Each part with its kind and what orders it within the kind; the last is the end."""
    if not _VERSION.fullmatch(version):
        return None
    texts = _TOKENS.findall(version)
    tokens = [(_FIRST, _number(texts[0]))]
    for before, text in pairwise(texts):
        if text[0] == "_" and text not in _SUFFIXES:
            return None
        tokens.append(_token(text, before))
    return [*tokens, (_END, (0, 0, ""))]


def _token(text: str, before: str) -> _Token:
    kind = _KINDS.get(text[0], _SUFFIX_NUMBER if before[0] == "_" else _LETTER)
    if kind == _NUMBER:
        return kind, _fraction(text[1:])
    if kind == _SUFFIX:
        return kind, (_SUFFIXES[text], 0, "")
    if kind == _REVISION:
        return kind, _number(text[2:])
    return kind, _number(text) if kind == _SUFFIX_NUMBER else (0, 0, text)


def _number(digits: str) -> tuple[int, int, str]:
    """Orders as the number does; never turned into one, because that takes quadratic time."""
    digits = digits.lstrip("0")
    return 1, len(digits), digits


def _fraction(digits: str) -> tuple[int, int, str]:
    """After a dot, digits that begin with a 0 order as text (`1.05` before `1.1`)."""
    return (0, 0, digits) if digits.startswith("0") else _number(digits)
