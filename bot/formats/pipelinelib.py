"""
Wikimedia's PipelineLib: blubber that is written within a pipeline, and images that stages run.

Where an image may be named is told in `docs/formats/pipelinelib.md`; the syntax is that of
https://wikitech.wikimedia.org/wiki/PipelineLib/Reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Mention, Role, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Left, Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "pipelinelib"

UNREAD = "Blubber reads version v4 only, so nothing builds this"
_NAMES = (".pipeline/config.yaml", ".pipeline/config.yml")
_WORDS = ("blubberfile", "image")
_RUN = "pipelines.*.stages.*.run.image"
_BLUBBER = ("pipelines.*.blubberfile", "pipelines.*.stages.*.blubberfile")
_BUILDERS = ("builder", "node", "php", "python", "builders.*.custom", "builders.*.node")
_LISTED = ("builders.*.php", "builders.*.python")
_WITH_MOUNTS = ("builder", "builders.*.custom")
_SOURCES: tuple[tuple[Role, str], ...] = (
    *(("copy", f"{builder}.requirements.*.from") for builder in (*_BUILDERS, *_LISTED)),
    *(("mount", f"{builder}.mounts.*/from") for builder in _WITH_MOUNTS),
)


def matches(path: str) -> bool:
    """Whether a path ends in `.pipeline/config.yaml`."""
    return path[-1:] == "l" and path.endswith(_NAMES)


def claims(file: SourceFile) -> bool:
    """Whether the file has `pipelines`; SAP's Piper has a file of the same name, and no such."""
    if "pipelines" not in file.text or not any(word in file.text for word in _WORDS):
        return False
    from bot.formats.telling import reading_of
    from bot.formats.yaml_spans import Fields

    reading = reading_of(file.text)
    if not reading.documents:
        return reading.trouble is not None
    return any(field.name == "pipelines" for field in Fields().own(reading.documents[0]))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import mentions

    return mentions(file, NAME, _places)


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import along, images

    for place in images(fields, document, _RUN):
        words = _words(place.node)
        if not words.startswith("${"):
            yield replace(place, left=_template() if "${" in words else None)
    for path in _BLUBBER:
        for spot in along(fields, document, path):
            yield from _of_blubber(spot.node, fields)


def _of_blubber(node: Node, fields: Fields) -> Iterator[Place]:
    """The places of a configuration of Blubber's that stands in the pipeline's."""
    from bot.formats.telling import along, images

    variants = {spot.key.value: spot for spot in along(fields, node, "variants.*") if spot.key}
    versions = [_words(spot.node) for spot in along(fields, node, "version")]
    unread = None if versions == ["v4"] else UNREAD
    names = frozenset(variants)
    for place in (*images(fields, node, "base"), *_sources(node, fields, names, _SOURCES)):
        yield replace(place, role="base" if place.role == "image" else place.role, unread=unread)
    for name, spot in variants.items():
        for place in images(fields, spot.node, "base"):
            yield replace(place, role="base", stage=name, unread=unread)
        for place in _sources(spot.node, fields, names, (("copy", "copies.*/from"), *_SOURCES)):
            yield replace(place, stage=name, unread=unread)


def _sources(
    node: Node, fields: Fields, variants: frozenset[str], paths: tuple[tuple[Role, str], ...]
) -> Iterator[Place]:
    from bot.formats.telling import Left, images

    for role, path in paths:
        for place in images(fields, node, path):
            words = _words(place.node)
            left = None
            if words == "local" or words in variants:
                left = Left("variant", f"{words} is a variant here, or the build context")
            yield replace(place, role=role, left=left)


def _template() -> Left:
    from bot.formats.telling import Left

    return Left("template", "PipelineLib puts it together when it runs")


def _words(node: Node) -> str:
    from bot.formats.yaml_spans import Scalar, target

    said = target(node)
    return said.value if isinstance(said, Scalar) else ""
