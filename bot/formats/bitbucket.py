"""
Bitbucket Pipelines: the images of steps and services, and pipes that are images.

Where an image may be named is told in `docs/formats/bitbucket.md`; the syntax is that of
https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "bitbucket"

_NAMES = ("bitbucket-pipelines.yml", "bitbucket-pipelines.yaml")
_PIPE = "docker://"


def matches(path: str) -> bool:
    """Whether a path ends in `bitbucket-pipelines.yml`."""
    return path[-1:] == "l" and path.endswith(_NAMES)


def claims(file: SourceFile) -> bool:
    """Whether the file has anything that could be an image."""
    return "image" in file.text or _PIPE in file.text


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import SHELL, Variables, mentions

    return mentions(file, NAME, _places, variables=Variables(SHELL))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import everywhere, images

    yield from images(fields, document, "image/name", "definitions.services.*.image/name")
    for field in everywhere(fields, document):
        if field.name == "step":
            yield from images(fields, field.value, "image/name")
            yield from _pipes(field.value, fields)


def _pipes(step: Node, fields: Fields) -> Iterator[Place]:
    """Pipes that are images; all others are repositories, at a version of theirs."""
    from bot.formats.telling import images
    from bot.formats.yaml_spans import Scalar, target

    for place in images(fields, step, "script.*.pipe", "after-script.*.pipe"):
        said = target(place.node)
        if isinstance(said, Scalar) and said.value.startswith(_PIPE):
            yield replace(place, lead=_PIPE)
