"""
apko's lock files: what was resolved once, told and left to apko.

What is read is told in `docs/formats/apko-lock.md`; the format is that of
https://github.com/chainguard-dev/apko/blob/main/pkg/lock/lock.go .
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "apko-lock"

_ENDING = ".lock.json"
_WORDS = ('"contents"', '"packages"', '"repositories"', '"checksum"', '"keyring"')


def matches(path: str) -> bool:
    """Whether a path is that of a lock in JSON."""
    return path.endswith(_ENDING)


def claims(file: SourceFile) -> bool:
    """Whether it says what apko's locks say: no other's have a keyring and checksums."""
    return all(word in file.text for word in _WORDS)


def find(file: SourceFile) -> Iterator[Mention]:
    """One skip, where the file says what it was made of; see `Format`."""
    from bot.formats.json_spans import read
    from bot.formats.telling import mentions

    return mentions(file, NAME, _places, reading=read(file.text))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import Left, Place, along

    named = next(along(fields, document, "config.name"), None)
    top = [spot.key for spot in along(fields, document, "*") if spot.key]
    node = named.node if named else next((key for key in top if key.value == "contents"), None)
    if node is not None:
        said = getattr(node, "value", "") if named else ""
        made_of = said or "its configuration"
        why = f"`apko lock` writes it anew from {made_of}; an edit by hand would be untrue"
        yield Place("base", node, named.key if named else None, left=Left("elsewhere", why))
