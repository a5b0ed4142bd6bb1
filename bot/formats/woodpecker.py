"""
Woodpecker, and Crow, which follows it: workflows whose steps and services are images.

Where an image may be named is told in `docs/formats/woodpecker.md`; the syntax is that of
https://woodpecker-ci.org/docs/usage/workflow-syntax.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "woodpecker"

_ENDINGS = (".yml", ".yaml")
_SYSTEMS = (".woodpecker", ".crow")
_NAMES = frozenset(system + ending for system in _SYSTEMS for ending in _ENDINGS)
_TOPS = {"steps", "pipeline"}
_PATHS = ("steps.*.image", "services.*.image", "clone.*.image", "pipeline.*.image")


def matches(path: str) -> bool:
    """Whether a path is that of a workflow: `.woodpecker.yml`, or YAML within `.woodpecker`."""
    if path[-1:] != "l" or not path.endswith(_ENDINGS):
        return False
    folder, _, name = path.rpartition("/")
    return name in _NAMES or not frozenset(_SYSTEMS).isdisjoint(folder.split("/"))


def claims(file: SourceFile) -> bool:
    """Whether the file has steps, as a workflow does and no file of Compose, and says `image`."""
    if "image" not in file.text:
        return False
    from bot.formats.telling import tops

    said = tops(file.text)
    return said is None or not said.isdisjoint(_TOPS)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import COMPOSE, Variables, mentions

    style = replace(COMPOSE, because="is given its value by the server, or by a matrix")
    return mentions(file, NAME, _places, variables=Variables(style))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import images

    if _said(document, fields, "labels.backend") != "local":
        platform = _said(document, fields, "labels.platform") or None
        for place in images(fields, document, *_PATHS):
            yield replace(place, platform=platform)


def _said(document: Node, fields: Fields, path: str) -> str:
    """What a label says, where that is not left to a matrix or to whatever there is."""
    from bot.formats.telling import text_at

    said = text_at(fields, document, path)
    return "" if set(said) & set("*$") else said
