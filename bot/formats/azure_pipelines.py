"""
Azure Pipelines: the containers that jobs run in, and the services beside them.

Where an image may be named is told in `docs/formats/azure-pipelines.md`; the syntax is that of
https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Left, Place, Spot
    from bot.formats.yaml_spans import Field, Fields, Node

NAME = "azure-pipelines"

_ENDINGS = (".yml", ".yaml")
_WORDS = ("azure-pipeline", "azure_pipeline", "vsts-ci")
_FOLDERS = {".azure-pipelines", ".azuredevops", ".azdo", ".pipelines", ".vsts", "azure-pipelines"}
_TOPS = {"jobs", "stages", "steps", "extends", "resources"}
_ON_THE_WAY = {"stages", "jobs", "extends", "parameters", "resources", "containers"}


def matches(path: str) -> bool:
    """Whether a path is named like Azure's pipelines, or is of a folder that is."""
    if path[-1:] != "l" or not path.endswith(_ENDINGS):
        return False
    folder, _, name = path.rpartition("/")
    return any(word in name for word in _WORDS) or not _FOLDERS.isdisjoint(folder.split("/"))


def claims(file: SourceFile) -> bool:
    """Whether the file says that something is a container, as its jobs, steps or stages do."""
    if "container" not in file.text and "services" not in file.text:
        return False
    if not any(f"{word}:" in file.text for word in _TOPS):
        return False
    from bot.formats.telling import tops

    said = tops(file.text)
    return said is None or not said.isdisjoint(_TOPS)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    import re

    from bot.formats.telling import Style, Variables, mentions

    macro = re.compile(r"\$\((?P<name>[\w.-]{1,200})\)")
    style = Style(macro, "is given its value when the pipeline runs")
    return mentions(file, NAME, _places, variables=Variables(style))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import images, text_or

    parts = [*_parts(document, fields)]
    names = frozenset(_names(parts, fields))
    for part in parts:
        own = {field.name: field for field in fields.of(part)}
        if "image" in own and "job" not in own:
            yield from images(fields, part, "image")
        elif "container" in own and "type" not in own:
            for spot in text_or(fields, _spot(own["container"]), "image"):
                yield _place(spot, names)
        for place in images(fields, part, "services.*/image"):
            yield replace(place, left=_alias(place.node, names))


def _parts(document: Node, fields: Fields) -> Iterator[Node]:
    """The mappings in which jobs and containers are said: each once, however they are nested."""
    from bot.formats.yaml_spans import Collection, target

    ahead: list[Node] = [document]
    seen: set[int] = set()
    while ahead:
        node = ahead.pop()
        said = target(node)
        if id(said) in seen or not isinstance(said, Collection):
            continue
        seen.add(id(said))
        if said.kind == "sequence":
            ahead += fields.items(node)
            continue
        yield node
        for field in fields.of(node):
            if field.name in _ON_THE_WAY or field.name.startswith("${{"):
                ahead.append(field.value)
            if field.name == "containers":  # https://aka.ms/1espt: a mapping by name
                ahead += [one.value for one in fields.of(field.value)]


def _names(parts: list[Node], fields: Fields) -> Iterator[str]:
    """The names that containers are given, by which jobs and services refer to them."""
    from bot.formats.yaml_spans import Scalar, target

    for part in parts:
        own = {field.name: field for field in fields.of(part)}
        if "containers" in own:
            yield from (field.name for field in fields.of(own["containers"].value))
        name = target(own["container"].value) if "container" in own else None
        if isinstance(name, Scalar) and ("image" in own or "type" in own):
            yield name.value


def _spot(field: Field) -> Spot:
    from bot.formats.telling import Spot

    return Spot(field.value, field.key)


def _place(spot: Spot, names: frozenset[str]) -> Place:
    from bot.formats.telling import Place

    key = spot.key if spot.key and spot.key.value == "image" else None
    left = None if key else _alias(spot.node, names)
    return Place("image", spot.node, spot.key, left=left)


def _alias(node: Node, names: frozenset[str]) -> Left | None:
    """Why a text is no image but a container's name, if so."""
    from bot.formats.telling import Left
    from bot.formats.yaml_spans import Scalar, target

    said = target(node)
    if not isinstance(said, Scalar) or set(said.value) & set(":/@${"):
        return None
    if said.value in names:
        return Left("elsewhere", f"{said.value} is a container that the resources say")
    return Left("elsewhere", f"{said.value} may be a container that another file's resources say")
