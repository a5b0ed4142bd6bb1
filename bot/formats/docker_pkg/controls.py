"""
What a `control` file says an image builds on: `Build-Depends` and `Depends`, as docker-pkg reads.

The syntax is https://manpages.debian.org/deb822; names have no versions there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.model import SourceFile, Span

_FIELD = re.compile(
    r"^(?:Build-Depends|Depends)[ \t]*:(?P<said>[^\n]*(?:\n(?:[ \t]+[^\s]|#)[^\n]*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = re.compile(r"[^\s,]+(?:[ \t]+[^\s,]+)*")
_COMMENT = re.compile(r"^#[^\n]*", re.MULTILINE)


class Dependency(NamedTuple):
    """A name, and where the file has it."""

    name: str
    span: Span


def dependencies(file: SourceFile) -> Iterator[Dependency]:
    """Every name, in the order of the text."""
    for field in _FIELD.finditer(file.text):
        start = field.start("said")
        said = _COMMENT.sub(lambda match: " " * len(match[0]), field["said"])
        for match in _NAME.finditer(said):
            yield Dependency(match[0], Span(start + match.start(), start + match.end()))
