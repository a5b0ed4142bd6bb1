"""What is rebuilt because a base moves: images that a repository builds on it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from bot.image import ImageRef
from bot.model.files import SourceFile
from bot.model.wishes import VersionHabit


class BaseMove(NamedTuple):
    """
    A move of a base that the file at `path` names.

    `fixes` are ids of what newer packages of the new image fix, `gone` of what went with its
    package; `packages` say which became what.
    """

    path: str
    old: ImageRef
    new: ImageRef
    fixes: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


class Manner(NamedTuple):
    """
    How images are rebuilt: as `Rebuilding` has it, and when.

    `since`: when what is moved to was first seen, in UTC; a run of another day says the same.
    `now`: when else; that of the commit where there is one, for the same reason.
    """

    now: dt.datetime
    since: dt.datetime | None = None
    maintainer: str = ""
    versions: VersionHabit | None = None
    skip: tuple[str, ...] = ()
    control: bool = False


class Rebuilt(NamedTuple):
    """
    An image with a new version: the file that says so, and all of its text by then.

    `others`: what else changes with it, by path.
    """

    path: str
    name: str
    old: str
    new: str
    text: str
    others: tuple[SourceFile, ...] = ()

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """Every file that changes, as it becomes."""
        return SourceFile(self.path, self.text), *self.others
