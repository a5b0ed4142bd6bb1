r"""
Match paths and image names with `*`, `**` and `?`, in time linear in the name.

* `?` is one character and `*` any run of them, neither ever a `/`;
* `**` as a whole part (`a/**/b`, `**/b`, `a/**`) is any number of parts, at the end at least one;
* anything else stands for itself, in its own case.

These are the rules of https://git-scm.com/docs/gitignore#_pattern_format but for `[…]`, `!`, `\`.
A pattern is a chain of tokens; a number's bits say which of them the name has reached so far.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.image import DOCKER_HUB, Repository

SPECIAL = "*?"
REFUSED = "[]{}!\\"
"""Characters that other tools give a meaning that is not kept here: better refused than misread."""

_DEEP_START = re.compile(r"\A(?:\*\*/)+")
_RUN = re.compile(r"[*?]+")
_CACHED = 1 << 14  # more than the largest configuration can hold
_HUB_ALIAS = f"index.{DOCKER_HUB}/"


class Glob(NamedTuple):
    """A pattern made ready; every match begins with `start`, has `core`, ends with `end`."""

    start: str
    core: str
    end: str
    literal: bool
    tokens: _Tokens

    def matches(self, name: str) -> bool:
        """Whether the pattern covers the whole of `name`."""
        if self.literal:
            return name == self.start
        likely = name.startswith(self.start) and name.endswith(self.end) and self.core in name
        return likely and self.tokens.match(name)


class _Tokens(NamedTuple):
    """
    Which tokens take which character, as bit sets: bit *n* is token *n*.

    `takes[c]` (else `other`) holds the tokens that one character `c` steps over. `runs` are the
    tokens `*`, which stay while there is no slash; `deep` are the tokens `**/`, which stay on
    anything and may be left at the start of a part only. Both may be left without taking anything.
    """

    takes: dict[str, int]
    other: int
    runs: int
    deep: int
    goal: int

    def match(self, name: str) -> bool:
        takes, other, runs, deep = self.takes, self.other, self.runs, self.deep
        at = self._left(1, 1)
        for char in name:
            slash = char == "/"
            stepped = (at & takes.get(char, other)) << 1
            stayed = at & (deep if slash else deep | runs)
            at = self._left(stepped | stayed, stepped | stayed if slash else stepped)
            if not at:
                return False
        return bool(at & self.goal)

    def _left(self, at: int, at_part: int) -> int:
        """Also the tokens after those that may be left: `at_part` is at the start of a part."""
        at |= (at_part & self.deep) << 1
        return at | (at & self.runs) << 1


@lru_cache(_CACHED)
def glob(pattern: str) -> Glob:
    """Make a pattern ready."""
    body = _DEEP_START.sub("", pattern)
    plain = _RUN.split(body)
    start = plain[0] if body == pattern else ""
    return Glob(start, max(plain, key=len), plain[-1], plain[0] == pattern, _tokens(pattern))


def _tokens(pattern: str) -> _Tokens:
    chain = _chain(pattern)
    takes: dict[str, int] = {}
    for n, token in enumerate(chain):
        if len(token) == 1 and token not in SPECIAL:
            takes[token] = takes.get(token, 0) | 1 << n
    one, runs, deep = (_where(chain, token) for token in ("?", "*", "**/"))
    takes = {char: bits if char == "/" else bits | one for char, bits in takes.items()}
    return _Tokens({"/": 0, **takes}, one, runs, deep, 1 << len(chain))


def _where(chain: list[str], token: str) -> int:
    return sum(1 << n for n, other in enumerate(chain) if other == token)


def _chain(pattern: str) -> list[str]:
    """The tokens: `**/`, `*`, `?` or a character that stands for itself."""
    parts = pattern.split("/")
    if parts[-1] == "**":
        parts.append("?*")  # what is inside, at any depth: one more part that is not empty
    chain: list[str] = []
    for n, part in enumerate(parts):
        if part == "**":
            # One `**/` already takes any number of parts.
            chain += ["**/"] if chain[-1:] != ["**/"] else []
            continue
        chain += _part(part)
        chain += ["/"] if n < len(parts) - 1 else []
    return chain


def _part(part: str) -> list[str]:
    """One part's tokens, with a run of `*` read as one."""
    return [char for n, char in enumerate(part) if char != "*" or part[n - 1 : n] != "*"]


def covered(patterns: Iterable[str], paths: Collection[str]) -> Iterator[str]:
    """The paths that one of the patterns covers, each once; those without wildcards cost little."""
    left = set(paths)
    for pattern in patterns:
        form = glob(pattern)
        found = {form.start} & left if form.literal else set(filter(form.matches, left))
        left -= found
        yield from found


def file_matches(pattern: str, path: str) -> bool:
    """
    Whether a pattern covers a file, as https://git-scm.com/docs/gitignore has it.

    A pattern without slash before its end is of a name at any depth, any other starts at the root;
    a folder stands for all that is in it, if its name has no wildcard (`docs/*` is one level).
    """
    return any(glob(form).matches(path) for form in _file_forms(pattern))


@lru_cache(_CACHED)
def _file_forms(pattern: str) -> tuple[str, ...]:
    inner = pattern.strip("/")
    rooted = inner if "/" in pattern.rstrip("/") else f"**/{inner}"
    if pattern.endswith("/"):
        return (f"{rooted}/**",)
    named = not any(char in SPECIAL for char in inner.rpartition("/")[2])
    return (rooted, f"{rooted}/**") if named else (rooted,)


def image_matches(pattern: str, repository: Repository) -> bool:
    """
    Whether a pattern covers an image by any name that means it: `node`, `docker.io/library/node`.

    https://github.com/distribution/reference/blob/main/normalize.go says which names those are.
    """
    prepared = glob(pattern.removeprefix("index.") if pattern.startswith(_HUB_ALIAS) else pattern)
    return any(prepared.matches(name) for name in _image_names(repository))


def _image_names(repository: Repository) -> tuple[str, ...]:
    full = str(repository)
    if repository.registry != DOCKER_HUB:
        return (full,)
    short = repository.path.removeprefix("library/")
    if short == repository.path:
        return full, repository.path
    return full, repository.path, short, f"{DOCKER_HUB}/{short}"
