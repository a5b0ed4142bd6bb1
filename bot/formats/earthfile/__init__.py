"""
Earthfiles: targets that start from images, from one another and from targets elsewhere.

Where an image may be named is told in `docs/formats/earthfile.md`; the source of the rules is
https://docs.earthly.dev/docs/earthfile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "earthfile"

_NAMES = ("Earthfile", "build.earth")
_TELLING = re.compile(r"^[ \t\ufeff]*(?:FROM|WITH[ \t]+DOCKER)[ \t\\]", re.MULTILINE)


def matches(path: str) -> bool:
    """Whether a file has the name that Earthly reads, now or in its first releases."""
    return path.endswith(_NAMES) and path.rpartition("/")[2] in _NAMES


def claims(file: SourceFile) -> bool:
    """Whether a line begins with a command that may name an image."""
    return bool(_TELLING.search(file.text))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.earthfile.places import mentions

    return mentions(file, NAME)
