"""
What the changelog of an image here says of its versions: the tags there are, and what is in each.

The order is the changelog's own: neither versions nor dates tell that `4.0.2-2` came after
`4.0.2-1-20250119`.
"""

from __future__ import annotations

from bot.formats.docker_pkg.trees import trees_of
from bot.image import ImageRef
from bot.model import Beside, Note

_LONGEST = 2000


def releases_after(
    beside: Beside, image: ImageRef, until: str | None = None
) -> tuple[Note, ...] | None:
    """
    The versions after an image's own, newest first, from `until` on where that is one of them.

    `None` where no tree here has the image, or its changelog does not know the tag.
    """
    found = trees_of(beside).of(image)
    if found is None or image.tag not in found.log.versions:
        return None
    versions = found.log.versions
    first = versions.index(until) if until in versions else 0
    newer = found.log.blocks[first : versions.index(image.tag)]
    path = found.log.file.path
    return tuple(Note(path, block.version, "", block.notes[:_LONGEST]) for block in newer)
