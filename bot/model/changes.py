"""What differs between two images: the old one, and the one proposed in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from bot.model.contents import OsRelease, Package
from bot.model.files import Span

if TYPE_CHECKING:
    import datetime as dt

Direction = Literal["added", "removed", "upgraded", "downgraded", "changed"]
"""`changed`: the versions differ and their order cannot be told."""

Cause = Literal["nothing", "index", "packages", "base", "version", "content", "unknown"]
"""
Why the image moved: only the index around it, packages refreshed, rebuilt on a newer base, a new
version of what it is for, other contents.
"""


_NOWHERE = Span(0, 0)


class SourceChange(NamedTuple):
    """
    The packages of one source that changed in one direction.

    `old` is empty for what was added, `new` for what was removed: versions of the source. `before`
    and `after` are the binary packages, sorted by name.
    """

    source: str
    direction: Direction
    old: str = ""
    new: str = ""
    before: tuple[Package, ...] = ()
    after: tuple[Package, ...] = ()


class ConfigChange(NamedTuple):
    """
    One thing of the image configuration that differs.

    `what` names it (`user`, `environment PATH`, `label maintainer`); `meaning` is a full sentence
    on what that does to a build or container on top of it; `serious` asks for a warning.
    """

    what: str
    old: str | None
    new: str | None
    meaning: str
    serious: bool = False


class LayerChange(NamedTuple):
    """
    How many of the lowest layers both share, of how many each has, and the bytes of the rest.

    `fresh`: how many of the new image's layers the old one has nowhere.
    """

    shared: int
    old: int
    new: int
    old_size: int
    new_size: int
    fresh: int = 0


StepWord = Literal["added", "removed", "changed"]


class StepChange(NamedTuple):
    """One step of the build, as the history has it; `old` is empty where it came, else `new`."""

    change: StepWord
    old: str
    new: str


class PlatformChange(NamedTuple):
    """
    The platforms of the two indexes.

    `lagging`: those of both whose image is the very same while others moved; `moved`: those of
    both whose image differs.
    """

    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    lagging: tuple[str, ...] = ()


class Difference(NamedTuple):
    """
    All that differs between the two images on one platform.

    `packages` is None where one of them has no package database that could be read, and `unknown`
    says why. `because` is the full sentence that says why it moved. `os` is old and new, as are
    `sizes` (of all layers, compressed, in bytes; None where they are not known) and `made`, the day
    that either image says it was made on. `steps` is None where an image has no history.
    `instead_of` is the platform that was asked for first, where not both images are made for it.
    """

    platform: str
    cause: Cause
    because: str
    packages: tuple[SourceChange, ...] | None = None
    unknown: str = ""
    counts: tuple[int, int] = (0, 0)
    config: tuple[ConfigChange, ...] = ()
    layers: LayerChange = LayerChange(0, 0, 0, 0, 0)
    steps: tuple[StepChange, ...] | None = None
    sizes: tuple[int, int] | None = None
    made: tuple[dt.date | None, dt.date | None] = (None, None)
    instead_of: str = ""
    os: tuple[OsRelease | None, OsRelease | None] = (None, None)
    warnings: tuple[str, ...] = ()


AskedKind = Literal["command", "package", "pin", "user", "group"]


class Asked(NamedTuple):
    """
    Something a build file asks of an image it builds on.

    `of` is the span of the use that names the image. A `command` is the name of a program, or its
    absolute path; a `pin` is a package with a `constraint` as its tool spells it (`=1.2-3`).
    """

    path: str
    line: int
    kind: AskedKind
    name: str
    constraint: str = ""
    of: Span = _NOWHERE


class Broken(NamedTuple):
    """
    Something a build file asks of its base that the new image does not have any more.

    `needs` is what it names (`wget`, `user node`), `because` a full sentence.
    """

    path: str
    line: int
    needs: str
    because: str
