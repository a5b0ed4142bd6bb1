"""
CircleCI: the images of jobs and executors that run in Docker.

Where an image may be named is told in `docs/formats/circleci.md`; the syntax is that of
https://circleci.com/docs/reference/configuration-reference/.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "circleci"

_ENDINGS = (".yml", ".yaml")
_TOPS = {"jobs", "executors", "orbs", "workflows"}


def matches(path: str) -> bool:
    """Whether a path is that of a YAML file right in a folder `.circleci`."""
    folder, _, name = path.rpartition("/")
    return folder.endswith(".circleci") and name.endswith(_ENDINGS)


def claims(file: SourceFile) -> bool:
    """Whether the file has jobs or executors, and says that something runs in Docker."""
    if "docker" not in file.text or "image" not in file.text:
        return False
    from bot.formats.telling import tops

    said = tops(file.text)
    return said is None or not said.isdisjoint(_TOPS)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.circleci.places import mentions

    return mentions(file, NAME)
