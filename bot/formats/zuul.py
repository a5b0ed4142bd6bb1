"""
Zuul: the images that its nodes are made from.

Where an image may be named is told in `docs/formats/zuul.md`; the syntax is that of
https://zuul-ci.org/docs/zuul/latest/config/ and of Nodepool.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "zuul"

_ENDINGS = (".yaml", ".yml")
_FOLDERS = {"zuul.d", ".zuul.d"}
_NAMES = {
    f"{name}{ending}"
    for name in ("zuul", ".zuul", "nodepool", "nodepool-config")
    for ending in _ENDINGS
}
_CONTAINERS = ("spec.containers.*.image", "spec.initContainers.*.image")
_PATHS = (
    "*.image.name",
    "*.label.image",
    "*.section.images.*",
    "*.section.images.*.name",
    *(f"*.{owner}.labels.*.{path}" for owner in ("provider", "section") for path in _CONTAINERS),
    *(f"providers.*.pools.*.labels.*.{path}" for path in ("image", *_CONTAINERS)),
)


def matches(path: str) -> bool:
    """Whether a path is that of a configuration of Zuul's or of Nodepool's."""
    if path[-1:] != "l" or not path.endswith(_ENDINGS):
        return False
    folder, _, name = path.rpartition("/")
    return name in _NAMES or not _FOLDERS.isdisjoint(folder.split("/"))


def claims(file: SourceFile) -> bool:
    """Whether the file says anything of images."""
    return "image" in file.text


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import kept_by_comment, mentions

    return kept_by_comment(file, mentions(file, NAME, _places))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    """The images with a registry or a tag; a bare word is the name of a cloud's image."""
    from bot.formats.telling import images
    from bot.formats.yaml_spans import Scalar, target

    for place in images(fields, document, *_PATHS):
        said = target(place.node)
        if isinstance(said, Scalar) and set(said.value) & set("/:@"):
            yield place
