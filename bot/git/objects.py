"""Read objects of a repository by name, many at a time and never more than asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.errors import RepoError
from bot.git.files import in_words
from bot.git.program import Git

MISSING = "is missing from the repository, which is damaged"
_AT_ONCE = 16 << 20
"""Bytes of content held in memory at a time."""


@dataclass(frozen=True, slots=True)
class _Header:
    """What git says of an object before its content; `size` is `None` for one that it lacks."""

    oid: str
    kind: str
    size: int | None


def contents(git: Git, names: Iterable[str], limit: int) -> Iterator[bytes | str]:
    """
    The content of each object, in order; a `str` says why it could not be had.

    `names` are hexadecimal, perhaps with `^1` behind. Sizes are asked for first: what is larger
    than `limit` bytes never leaves git, and a reader that stops early leaves no process behind.
    """
    headers = _headers(git, list(names))
    for group in _groups(headers, limit):
        wanted = [header.oid for header in group if _refused(header, limit) is None]
        bodies = iter(_bodies(git, wanted))
        for header in group:
            yield _refused(header, limit) or next(bodies)


def _refused(header: _Header, limit: int) -> str | None:
    if header.size is None:
        return MISSING
    return f"is larger than {in_words(limit)}" if header.size > limit else None


def _headers(git: Git, names: Sequence[str]) -> list[_Header]:
    output = git.run("cat-file", "--batch-check", stdin=_lines(names))
    lines = output.decode().splitlines()
    if len(lines) != len(names):
        raise RepoError(f"{git.shown}: `git cat-file` answered {len(lines)} of {len(names)} times")
    return [_header(line.split(" ")) for line in lines]


def _header(words: list[str]) -> _Header:
    if len(words) == 3 and words[2].isdecimal() and len(words[2]) < 20:
        return _Header(words[0], words[1], int(words[2]))
    return _Header(words[0], "", None)


def _groups(headers: Iterable[_Header], limit: int) -> Iterator[list[_Header]]:
    group: list[_Header] = []
    held = 0
    for header in headers:
        size = 0 if _refused(header, limit) else header.size or 0
        if group and held + size > _AT_ONCE:
            yield group
            group, held = [], 0
        group.append(header)
        held += size
    if group:
        yield group


def _bodies(git: Git, oids: Sequence[str]) -> Iterator[bytes]:
    output = git.run("cat-file", "--batch", "--buffer", stdin=_lines(oids))
    at = 0
    for _ in oids:
        start = output.index(b"\n", at) + 1
        size = int(output[at : start - 1].rpartition(b" ")[2])
        yield output[start : start + size]
        at = start + size + 1


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()
