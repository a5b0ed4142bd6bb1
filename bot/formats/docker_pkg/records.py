"""
The digest of a base image that a configuration names, as the changelogs have it on record.

A configuration has no room for a digest, so the block that rebuilds an image on a base says which
one it was: `NAME:TAG@sha256:…`. The newest word of each image that is built right on it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.formats.docker_pkg.changelogs import Block
from bot.formats.docker_pkg.trees import Image, Trees
from bot.image import ImageRef
from bot.model import Mention, Piece, Skip, Use

RECORDED = "the changelogs"

_PINNED = re.compile(
    r"(?<![\w./:-])(?P<name>[a-z0-9][\w./:-]{0,400})@(?P<digest>sha256:[0-9a-f]{64})(?![0-9A-Za-z])"
)


def recorded(found: Iterable[Mention], path: str, trees: Trees) -> Iterator[Mention]:
    """The mentions of a configuration, each base with its digest on record."""
    for mention in found:
        yield _with_record(mention, path, trees) if isinstance(mention, Use) else mention


def _with_record(use: Use, path: str, trees: Trees) -> Use:
    if use.image.digest or not any(children_of(use.image, path, trees)):
        return use
    digest = digest_of(use.image, path, trees)
    use = use._replace(carries="record", no_digest=None)
    if digest is None:
        return use
    tag = use.image.tag
    pieces = (*use.pieces, Piece(f"@{digest}", None, RECORDED))
    return use._replace(image=use.image.at(tag, digest), pieces=pieces)


def digest_of(base: ImageRef, path: str, trees: Trees) -> str | None:
    """What the images right on a base were last rebuilt on; some may have been left out since."""
    found = [
        (block.moment, digest)
        for image in children_of(base, path, trees)
        for block, digest in _newest(image.log.blocks, base)
    ]
    return max(found, default=(None, None))[1]


def says(block: Block, base: ImageRef) -> str | None:
    """The digest of a base, at its tag, that a block speaks of."""
    if "@sha256:" not in block.text:
        return None
    for match in _PINNED.finditer(" ".join(block.text.split())):
        try:
            image = ImageRef.parse(match["name"])
        except ValueError:
            continue
        if image == base.at(base.tag):
            return match["digest"]
    return None


def _newest(blocks: Iterable[Block], base: ImageRef) -> Iterator[tuple[Block, str]]:
    for block in blocks:
        if digest := says(block, base):
            yield block, digest
            return


def children_of(base: ImageRef, path: str, trees: Trees) -> Iterator[Image]:
    """The images built right on a base that the configuration at a path names."""
    wanted = base.at(base.tag)
    for image in trees.images if path in trees.configs else ():
        if trees.config(image.tree).path == path and any(
            parent.base == wanted and isinstance(parent.named.mention, Skip)
            for parent in trees.parents(image)
        ):
            yield image
