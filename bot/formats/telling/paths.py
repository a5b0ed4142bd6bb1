"""Ways through the nodes of a document, written down as they are spoken: `jobs.*.container`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.formats.telling.interpolation import Value, value_of
from bot.formats.telling.places import Place
from bot.formats.yaml_spans import Collection, Field, Fields, Node, Scalar, target


class Spot(NamedTuple):
    """A node that a path leads to, and the key that it stands at, if it has one."""

    node: Node
    key: Scalar | None = None


def along(fields: Fields, node: Node, path: str) -> Iterator[Spot]:
    """
    Every node that a path leads to from a node.

    The steps are separated by points: the name of a field, or `*` for every field of a mapping and
    every item of a sequence. What is not there leads nowhere.
    """
    spots = [Spot(node)]
    for step in path.split("."):
        spots = [found for spot in spots for found in _one_step(fields, spot.node, step)]
    yield from spots


def text_or(fields: Fields, spot: Spot, name: str) -> Iterator[Spot]:
    """The spot itself; where it is a mapping, its field of that name (`image`, or `image.name`)."""
    said = target(spot.node)
    if isinstance(said, Collection) and said.kind == "mapping":
        yield from along(fields, spot.node, name)
    else:
        yield spot


def images(fields: Fields, node: Node, *paths: str) -> Iterator[Place]:
    """
    The places at the end of paths where an image is run as it is.

    `jobs.*.container/image` leads to a job's container where it is a text, and to the container's
    `image` where it is a mapping.
    """
    for path in paths:
        way, _, name = path.partition("/")
        for end in along(fields, node, way):
            for spot in text_or(fields, end, name) if name else (end,):
                yield Place("image", spot.node, spot.key)


def text_at(fields: Fields, node: Node, path: str) -> str:
    """The first text that a path leads to; empty where there is none."""
    found = (target(spot.node) for spot in along(fields, node, path))
    return next((said.value for said in found if isinstance(said, Scalar)), "")


def values_at(text: str, fields: Fields, node: Node, path: str) -> dict[str, Value]:
    """What the names at the end of a path stand for, where YAML reads what is written."""
    found: dict[str, Value] = {}
    for spot in along(fields, node, path):
        name = spot.key.value if spot.key else ""
        value = value_of(text, spot.node, name)
        if value is not None:
            found[name] = value
    return found


def _one_step(fields: Fields, node: Node, step: str) -> Iterator[Spot]:
    said = target(node)
    if isinstance(said, Collection) and said.kind == "sequence":
        if step == "*":
            yield from map(Spot, fields.items(node))
        return
    for field in fields.of(node):
        if field.name == step or (step == "*" and not field.is_merge):
            yield Spot(field.value, field.key)


def everywhere(fields: Fields, node: Node) -> Iterator[Field]:
    """
    Every field of every mapping, however deep, each once and in no order.

    Aliases are not followed: what they stand for is met where it is anchored.
    """
    ahead = [node]
    while ahead:
        one = ahead.pop()
        if isinstance(one, Collection):
            own = fields.own(one)
            yield from own
            ahead += [field.value for field in own]
            ahead += fields.items(one) if one.kind == "sequence" else ()
