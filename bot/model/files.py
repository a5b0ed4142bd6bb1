"""
Repositories, their files, and places in them.

What a scan makes thousands of is a tuple: a frozen dataclass takes three times as long to make.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple


class Repo(NamedTuple):
    """
    A repository to look at: `slug` names it to people, `location` is a path or clone URL.

    `found`: nobody named it; it is one of an owner's, or fits a pattern. `default`: the branch that
    its forge shows first; empty where that is not known.
    """

    slug: str
    location: str
    branch: str | None = None
    found: bool = False
    default: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    A repository at one commit (`None`: the working tree as it lies there).

    `tree`: the name of the commit's tree, and `made`: when it was committed, where they are known.
    `heads`: where our branches ended as it was read, by name; None where nobody asked.
    """

    repo: Repo
    commit: str | None
    heads: Mapping[str, str] | None = field(default=None, compare=False, repr=False)
    tree: str = field(default="", compare=False, repr=False)
    made: dt.datetime | None = field(default=None, compare=False, repr=False)


EntryKind = Literal["file", "symlink", "submodule", "closed"]
"""Closed: a folder that could not be opened; what is in it is not among the entries."""


class Entry(NamedTuple):
    """One path of a tree, `/` between its parts. `mode` is git's, as `100755`."""

    path: str
    kind: EntryKind = "file"
    mode: str = "100644"


class Position(NamedTuple):
    """Where a person finds it: line and column, both from 1; a byte order mark has no column."""

    line: int
    column: int


class Span(NamedTuple):
    """Where in a file's text something stands: characters `start` up to `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The text that stands there."""
        return text[self.start : self.end]


class SourceFile(NamedTuple):
    """
    A file's path within its repository, and its text.

    The text is the file's bytes decoded as UTF-8 with `surrogateescape`, byte order mark and line
    ends kept, so that `data()` gives every byte back. `kind`: the format that another file says
    it is of, whatever its path is.
    """

    path: str
    text: str
    kind: str = ""

    @classmethod
    def of(cls, path: str, data: bytes) -> SourceFile:
        """The file with these bytes."""
        return cls(path, data.decode("utf-8", "surrogateescape"))

    def data(self) -> bytes:
        """The file's bytes."""
        return self.text.encode("utf-8", "surrogateescape")

    def position(self, offset: int) -> Position:
        """The line and column of a character."""
        start = self.text.rfind("\n", 0, offset) + 1
        bom = 1 if start == 0 and offset and self.text.startswith("\ufeff") else 0
        return Position(self.text.count("\n", 0, offset) + 1, offset - start - bom + 1)
