"""
Shell scripts and files of make and just: images, only where a comment asks for it.

What such a comment looks like is told in `docs/formats/shell.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "shell"

_ENDINGS = (".sh", ".bash", ".zsh", ".ksh", ".mk", ".just")
_NAMES = frozenset({"makefile", "gnumakefile", "justfile", ".justfile"})
_ASKED = re.compile(r"basewatch\s*:\s*image", re.IGNORECASE)


def matches(path: str) -> bool:
    """Whether a file is a script of a shell, or one of make or just, by its name."""
    return path.endswith(_ENDINGS) or path.rpartition("/")[2].lower() in _NAMES


def claims(file: SourceFile) -> bool:
    """Whether a comment in the file says that an image stands there."""
    return bool(_ASKED.search(file.text))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.shell.survey import mentions

    return mentions(file, NAME)
