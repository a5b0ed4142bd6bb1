"""
What the changelog of an image here says of its versions: the tags there are, and what is in each.

The order is the changelog's own: neither versions nor dates tell that `4.0.2-2` came after
`4.0.2-1-20250119`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from bot.formats.docker_pkg.changelogs import Block
from bot.formats.docker_pkg.trees import Image, trees_of
from bot.image import ImageRef, Repository
from bot.model import Beside, Chronicle, Note

_LONGEST, _ALL = 2000, 20_000
"""Characters of one note, and of all together."""


@lru_cache(maxsize=8)
def chronicles(beside: Beside) -> Mapping[Repository, Chronicle]:
    """The versions of each image that is built here, by the name that it is published under."""
    return {
        name: Chronicle(_told(beside, image), image.versions)
        for name, image in trees_of(beside).published.items()
    }


def _told(beside: Beside, image: Image) -> str:
    """Where the changelog is, as people find it."""
    path = image.log.file.path
    return f"{beside.name}/{path}" if beside.name else path


def releases_after(
    beside: Beside, image: ImageRef, until: str | None = None
) -> tuple[Note, ...] | None:
    """
    The versions after an image's own, newest first, from `until` on where that is one of them.

    `None` where no tree here has the image, or its changelog does not know the tag.
    """
    found = trees_of(beside).published.get(image.repository)
    if found is None or image.tag not in found.versions:
        return None
    versions = found.versions
    first = versions.index(until) if until in versions else 0
    newer = found.blocks[first : versions.index(image.tag)]
    return tuple(_notes(newer, _told(beside, found)))


def _notes(blocks: Iterable[Block], path: str) -> Iterator[Note]:
    left = _ALL
    for block in blocks:
        text = block.notes[:_LONGEST] if left > 0 else ""
        left -= len(text)
        yield Note(path, block.version, "", text)
