"""
Cloud Native Buildpacks: the builders that apps are built with, and what builders are made of.

Where an image may be named is told in `docs/formats/buildpacks.md`; the sources of the rules are
https://github.com/buildpacks/spec (`extensions/project-descriptor.md`) and
https://buildpacks.io/docs/reference/config/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place, Spot
    from bot.formats.yaml_spans import Fields, Node, Reading

NAME = "buildpacks"

NO_DIGEST_IN_URI = "behind docker:// a buildpack has a tag or a digest, not both"
NO_DIGEST_OF_RUN_IMAGE = (
    "a builder remembers the name, and apps are put on what it stands for later: with a digest "
    "they never get anything newer"
)

_TELLING = {
    "project.toml": re.compile(r"buildpacks|^\ufeff?[ \t]*builder[ \t]*=", re.MULTILINE),
    "builder.toml": re.compile(
        r"^\ufeff?[ \t]*\[+[ \t]*(?:stack|build|run\.images|buildpacks|extensions)[ \t]*\]",
        re.MULTILINE,
    ),
    "package.toml": re.compile(
        r"^\ufeff?[ \t]*\[+[ \t]*(?:buildpack|dependencies)[ \t]*\]", re.MULTILINE
    ),
}
_BUILDERS = ("io.buildpacks.builder", "build.builder", "build.image", "stack.build-image")
_RUN_IMAGES = (
    "run.images.*.image",
    "run.images.*.mirrors.*",
    "stack.run-image",
    "stack.run-image-mirrors.*",
)
_URIS = (
    "io.buildpacks.group.*.uri",
    "io.buildpacks.pre.group.*.uri",
    "io.buildpacks.post.group.*.uri",
    "build.buildpacks.*.uri",
    "buildpacks.*.uri",
    "extensions.*.uri",
    "dependencies.*.uri",
    "dependencies.*.image",
)
_PULLED = "docker://"
_NO_IMAGE = ("urn:", "./", "../", "/")
_WITH_TAG = re.compile(r"[a-z0-9][^\s:@]*(?::[0-9]+/[^\s:@]+)?(?::[\w.-]+(?:@\S+)?|@sha256:\S+)")


def matches(path: str) -> bool:
    """Whether a file has one of the three names that `pack` gives its files."""
    return path.endswith(".toml") and path.rpartition("/")[2] in _TELLING


def claims(file: SourceFile) -> bool:
    """Whether the file has a table or a field that only files of buildpacks have."""
    telling = _TELLING.get(file.path.rpartition("/")[2])
    return bool(telling and telling.search(file.text))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import mentions

    return mentions(file, NAME, _places, reading=_read(file.text))


@lru_cache(maxsize=1)
def _read(text: str) -> Reading:
    from bot.formats.toml_spans import read

    return read(text)


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import Place, along

    for path in _BUILDERS:
        for spot in along(fields, document, path):
            yield Place("base", spot.node, spot.key)
    for path in _RUN_IMAGES:
        for spot in along(fields, document, path):
            yield Place("base", spot.node, spot.key, no_digest=NO_DIGEST_OF_RUN_IMAGE)
    for path in _URIS:
        for spot in along(fields, document, path):
            yield from _buildpack(spot)


def _buildpack(spot: Spot) -> Iterator[Place]:
    """A buildpack, where it is an image for sure: other names may be folders, or ids."""
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Scalar

    said = spot.node.value if isinstance(spot.node, Scalar) else ""
    if said.startswith(_PULLED):
        digest = None if "@" in said else NO_DIGEST_IN_URI
        yield Place("copy", spot.node, spot.key, lead=_PULLED, no_digest=digest)
    elif _WITH_TAG.fullmatch(said) and not said.startswith(_NO_IMAGE):
        yield Place("copy", spot.node, spot.key)
