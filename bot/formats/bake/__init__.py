"""
Bake files: targets that `docker buildx bake` builds, in HCL or JSON.

Where an image may be named is told in `docs/formats/bake.md`; the source of the rules is
https://docs.docker.com/build/bake/reference/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.feeding import Build, Ties
    from bot.formats.telling import Value

NAME = "bake"

_TARGET = re.compile(r"^[ \t\ufeff]*target[ \t]+[\"A-Za-z_]", re.MULTILINE)
_VARIABLE = re.compile(r"^[ \t\ufeff]*variable[ \t]+[\"A-Za-z_]", re.MULTILINE)
_JSON_TARGET = re.compile(r"\"target\"\s{0,40}:\s{0,40}\{")


def matches(path: str) -> bool:
    """Whether a file of this path may be a bake file: any HCL, and JSON that is named so."""
    if path.endswith(".hcl"):
        return True
    return path.endswith(".json") and "bake" in path.rpartition("/")[2].lower()


def claims(file: SourceFile) -> bool:
    """Whether a file has targets; one that is named so also if it has only variables."""
    if file.path.endswith(".json"):
        return bool(_JSON_TARGET.search(file.text))
    named = "bake" in file.path.rpartition("/")[2].lower()
    return bool(_TARGET.search(file.text) or (named and _VARIABLE.search(file.text)))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.bake.survey import mentions

    return mentions(file)


def ties(file: SourceFile) -> Ties:
    """The Dockerfiles of targets with arguments."""
    from bot.formats.feeding import Ties

    found = [path for build in builds(file) for path in (build.path, build.otherwise) if path]
    return Ties(tuple(dict.fromkeys(found)))


def builds(file: SourceFile, _values: Mapping[str, Value] | None = None) -> Iterator[Build]:
    """The builds of targets that are given arguments."""
    from bot.formats.bake.survey import builds_in

    return iter(builds_in(file))
