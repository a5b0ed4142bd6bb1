"""What a file gives to builds of other files, and where in the repository those are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from bot.formats.telling import Left, Value
from bot.model import Mention, SourceFile, Span, Steer

NO_CONTEXTS: Mapping[str, Span] = MappingProxyType({})
_NOT_HERE = ("://", "git@", "$", "{{")


class Given(NamedTuple):
    """
    A value that a file gives to a variable: how it is spelled, and what people are shown of it;
    an empty `span` where the file only hands it on.

    `left`: why it is not to be changed though a reference is made of it; `no_digest`: why it is to
    have no digest, as a clause.
    """

    pieces: Value
    span: Span
    steers: tuple[Steer, ...] = ()
    left: Left | None = None
    no_digest: str | None = None


class Build(NamedTuple):
    """
    A build that a file asks for: the Dockerfile it reads, and what it gives to its `ARG`s.

    `otherwise`: the Dockerfile, if there is none at the path. `contexts`: what it takes from
    elsewhere where the Dockerfile names an image so, and where that is said. `target`: the stage
    at which it stops.
    """

    path: str
    args: Mapping[str, Given]
    otherwise: str | None = None
    contexts: Mapping[str, Span] = NO_CONTEXTS
    target: str | None = None


class Ties(NamedTuple):
    """
    The paths of the files that a file may meet: those it builds, and the `.env` beside it.

    `shares`: those whose variables count in it as well; what a later one says goes before.
    """

    builds: tuple[str, ...] = ()
    env: str | None = None
    shares: tuple[str, ...] = ()

    def every(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.builds, *self.shares, *([self.env] if self.env else []))


class Giver(Protocol):
    """A format whose files give values to others."""

    def ties(self, file: SourceFile) -> Ties:
        """Which files it may meet, as far as it says so by itself."""

    def builds(self, file: SourceFile, values: Mapping[str, Value]) -> Iterable[Build]:
        """What it gives to builds, where the variables beside it have these values."""

    def find(self, file: SourceFile, values: Mapping[str, Value]) -> Iterable[Mention]:
        """What it says where they have; called only if its `ties` name a file of variables."""


def within(folder: str, *parts: str) -> str | None:
    """
    The path within the repository that parts lead to from a folder, each from the one before.

    `None` where they lead out of it, to another host, or nowhere before variables have values.
    """
    steps = folder.split("/") if folder else []
    for part in parts:
        if part.startswith("/") or any(sign in part for sign in _NOT_HERE):
            return None
        for step in part.replace("\\", "/").split("/"):
            if step == "..":
                if not steps:
                    return None
                steps.pop()
            elif step not in {"", "."}:
                steps.append(step)
    return "/".join(steps)


def place_of(path: str, context: str, dockerfile: str = "Dockerfile") -> str | None:
    """The Dockerfile of a build whose context is relative to a file, its name to the context."""
    return within(path.rpartition("/")[0], context, dockerfile)
