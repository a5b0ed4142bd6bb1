"""
Skaffold: what it builds artifacts on and with, and what it runs to verify them.

Where an image may be named is told in `docs/formats/skaffold.md`; the fields are those of
https://skaffold.dev/docs/references/yaml/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.feeding import Build, Ties
    from bot.formats.telling import Value

NAME = "skaffold"


def matches(path: str) -> bool:
    """Whether a file of this path may be one: YAML with `skaffold` in its name."""
    if path[-1:] not in ("l", "L"):
        return False
    name = path.rpartition("/")[2].lower()
    return "skaffold" in name and name.endswith((".yaml", ".yml"))


def claims(file: SourceFile) -> bool:
    """Whether the file names a version of Skaffold's configuration."""
    return "skaffold/v" in file.text and "apiVersion" in file.text


def find(file: SourceFile, _values: Mapping[str, Value] | None = None) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`. No variables are beside it."""
    from bot.formats.skaffold.pipelines import places
    from bot.formats.telling import mentions

    return mentions(file, NAME, places)


def ties(file: SourceFile) -> Ties:
    """The Dockerfiles that it gives arguments to."""
    from bot.formats.feeding import Ties

    return Ties(tuple(build.path for build in builds(file, {})))


def builds(file: SourceFile, _values: Mapping[str, Value]) -> Iterable[Build]:
    """What its artifacts give to the Dockerfiles that they are built from."""
    if "buildArgs" not in file.text:
        return ()
    from bot.formats.skaffold.giving import found

    return found(file, NAME)
