"""
CircleCI: the images of jobs and executors that run in Docker.

Where an image may be named is told in `docs/formats/circleci.md`; the syntax is that of
https://circleci.com/docs/reference/configuration-reference/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place, Style, Value
    from bot.formats.yaml_spans import Fields, Node

NAME = "circleci"

NO_DIGEST_FOR_OTHERS = "a parameter says a part of it, and a digest would be wrong for other values"
_ENDINGS = (".yml", ".yaml")
_WITH_DOCKER = ("jobs", "executors", "orbs.*.jobs", "orbs.*.executors")


def matches(path: str) -> bool:
    """Whether a path is that of a YAML file right in a folder `.circleci`."""
    folder, _, name = path.rpartition("/")
    return folder.endswith(".circleci") and name.endswith(_ENDINGS)


def claims(file: SourceFile) -> bool:
    """Whether the file says that something runs in Docker."""
    return "docker" in file.text and "image" in file.text


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import Variables, mentions

    style = _style()

    def within(document: Node, fields: Fields) -> Iterator[Place]:
        return _places(document, fields, file.text, style)

    return mentions(file, NAME, within, variables=Variables(style))


def _style() -> Style:
    import re

    from bot.formats.telling import Style

    pattern = re.compile(r"<<\s{0,9}(?P<name>[\w.-]{1,200})\s{0,9}>>")
    return Style(pattern, "has no default here", sign="<<")


def _places(document: Node, fields: Fields, text: str, style: Style) -> Iterator[Place]:
    from bot.formats.telling import along, images, partly

    shared = _defaults(document, fields, text, "pipeline.parameters.")
    for way in _WITH_DOCKER:
        for one in along(fields, document, f"{way}.*"):
            values = shared | _defaults(one.node, fields, text, "parameters.")
            for place in images(fields, one.node, "docker.*.image"):
                no_digest = NO_DIGEST_FOR_OTHERS if partly(place.node, style) else None
                yield replace(place, values=values, no_digest=no_digest)


def _defaults(node: Node, fields: Fields, text: str, prefix: str) -> dict[str, Value]:
    """What the parameters of a job, an executor or the pipeline say if nobody says otherwise."""
    from bot.formats.telling import along, value_of

    found: Mapping[str, Value | None] = {
        f"{prefix}{name.key.value}": value_of(text, said.node, name.key.value)
        for name in along(fields, node, "parameters.*")
        if name.key
        for said in along(fields, name.node, "default")
    }
    return {name: value for name, value in found.items() if value is not None}
