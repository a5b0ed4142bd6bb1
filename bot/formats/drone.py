"""
Drone: pipelines whose steps and services are images.

Where an image may be named is told in `docs/formats/drone.md`; the syntax is that of
https://docs.drone.io/yaml/docker/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "drone"

_NAMES = (".drone.yml", ".drone.yaml")
_ENDINGS = (".yml", ".yaml")
_IN_CONTAINERS = ("docker", "kubernetes", "")
_TOPS = {"steps", "pipeline"}
_PATHS = ("steps.*.image", "services.*.image", "pipeline.*.image", "clone.*.image")


def matches(path: str) -> bool:
    """Whether a path is that of a pipeline: `.drone.yml`, or any YAML in a folder `.drone`."""
    if path[-1:] != "l" or not path.endswith(_ENDINGS):
        return False
    folder, _, name = path.rpartition("/")
    return name in _NAMES or ".drone" in folder.split("/")


def claims(file: SourceFile) -> bool:
    """Whether the file has steps, and anything that could be an image."""
    if "image" not in file.text or not any(word in file.text for word in _TOPS):
        return False
    from bot.formats.telling import tops

    said = tops(file.text)
    return said is None or not said.isdisjoint(_TOPS)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import COMPOSE, Variables, mentions

    style = replace(COMPOSE, because="is given its value by the server")
    return mentions(file, NAME, _places, variables=Variables(style))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import images, text_at

    if text_at(fields, document, "kind") not in ("pipeline", ""):
        return
    if text_at(fields, document, "type") not in _IN_CONTAINERS:
        return
    system = text_at(fields, document, "platform.os") or "linux"
    machine = text_at(fields, document, "platform.arch")
    platform = f"{system}/{machine}" if machine else None
    for place in images(fields, document, *_PATHS):
        yield replace(place, platform=platform)
