"""The places of a blubber document where an image may be named, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats.telling import Place
from bot.formats.yaml_spans import Field, Fields, Node, Scalar, target
from bot.model import Role

_VERSION = re.compile(r"v[1-4]")
_BUILDERS = {"builder", "node", "php", "python"}
_LISTED_BUILDERS = {"custom", "node", "php", "python"}
_WITH_MOUNTS = {"builder", "custom"}


def version(document: Node) -> str | None:
    """The document's `version`, if it has one."""
    said = [target(field.value) for field in Fields().own(document) if field.name == "version"]
    return said[-1].value if said and isinstance(said[-1], Scalar) else None


def variants(document: Node, fields: Fields) -> frozenset[str]:
    """The names of the document's variants."""
    return frozenset(variant.name for variant in _variants(document, fields))


def is_blubber(document: Node) -> bool:
    """Whether a document is a mapping with `variants` and a `version` that Blubber has had."""
    has_variants = any(field.name == "variants" for field in Fields().own(document))
    return has_variants and bool(_VERSION.fullmatch(version(document) or ""))


def places(document: Node, fields: Fields) -> Iterator[Place]:
    """Every place, each once, however many aliases and merge keys lead there; in no order."""
    seen: set[int] = set()
    for place in _places(document, fields):
        if place.node.start not in seen:
            seen.add(place.node.start)
            yield place


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    yield from _Part(fields, None).places(document)
    for variant in _variants(document, fields):
        yield from _Part(fields, variant.name).places(variant.value)


def _variants(document: Node, fields: Fields) -> Iterator[Field]:
    for field in fields.of(document):
        if field.name == "variants":
            yield from (variant for variant in fields.of(field.value) if not variant.is_merge)


class _Part:
    """The top level (stage `None`), or one variant: the keys that both have, and `copies`."""

    def __init__(self, fields: Fields, stage: str | None) -> None:
        self._fields = fields
        self._stage = stage

    def places(self, node: Node) -> Iterator[Place]:
        for field in self._fields.of(node):
            if field.name == "base":
                yield Place("base", field.value, field.key, self._stage)
            elif field.name == "builders":
                for item in self._fields.items(field.value):
                    yield from self._builders(item)
            elif field.name == "copies" and self._stage is not None:
                yield from self._sources("copy", field.value, named_alone=True)
            elif field.name in _BUILDERS:
                yield from self._builder(field)

    def _builders(self, item: Node) -> Iterator[Place]:
        for field in self._fields.of(item):
            if field.name in _LISTED_BUILDERS:
                yield from self._builder(field)

    def _builder(self, builder: Field) -> Iterator[Place]:
        for field in self._fields.of(builder.value):
            if field.name == "requirements":
                yield from self._sources("copy", field.value, named_alone=False)
            elif field.name == "mounts" and builder.name in _WITH_MOUNTS:
                yield from self._sources("mount", field.value, named_alone=True)

    def _sources(self, role: Role, node: Node, *, named_alone: bool) -> Iterator[Place]:
        """
        The `from` of each item of a list. An item that is only a text names its source in
        copies and mounts, and a local file in requirements.
        """
        for item in self._fields.items(node):
            if not isinstance(target(item), Scalar):
                for field in self._fields.of(item):
                    if field.name == "from":
                        yield Place(role, field.value, field.key, self._stage)
            elif named_alone:
                yield Place(role, item, None, self._stage)
