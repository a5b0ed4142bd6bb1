"""Find every image that a build of a Dockerfile can pull, as BuildKit reads the file."""

from __future__ import annotations

from collections.abc import Iterable

from bot.formats.dockerfile.lines import instructions
from bot.formats.dockerfile.names import is_dockerfile, says_so
from bot.formats.dockerfile.places import NAME
from bot.formats.dockerfile.survey import mentions
from bot.model import Mention, SourceFile

__all__ = ["NAME", "claims", "find", "instructions", "matches"]


def matches(path: str) -> bool:
    """Whether a file of this path may be a Dockerfile or Containerfile."""
    return is_dockerfile(path)


def claims(file: SourceFile) -> bool:
    """Whether a file with such a path is one, as far as a look at it tells."""
    return says_so(file.path, file.text)


def find(file: SourceFile) -> Iterable[Mention]:
    """Every use and skip, in the order of the text. Never raises: what cannot be read is a skip."""
    return mentions(file)
