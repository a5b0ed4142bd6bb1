"""The fields of mappings and items of sequences, through aliases and merge keys, in bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from bot.formats.yaml_spans.nodes import Collection, Node, Scalar, target

STEP_LIMIT = 250_000


class TooMuchError(Exception):
    """Aliases within aliases make the document larger than anyone would write."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a mapping: its name, and the nodes that say so."""

    name: str
    key: Scalar
    value: Node

    @property
    def is_merge(self) -> bool:
        """Whether it is `<<`, which brings in the fields of others."""
        return self.name == "<<" and not self.key.style


class Fields:
    """Reads a file's collections, so many steps and no more: raises `TooMuchError`."""

    def __init__(self, steps: int = STEP_LIMIT) -> None:
        self._left = steps

    def of(self, node: Node) -> Iterator[Field]:
        """
        A mapping's own fields, each time they are given, then those that come by `<<`.

        A field that comes by merge gives way to any of the same name before it
        (https://yaml.org/type/merge.html). Nothing for a node that is no mapping.
        """
        own = self.own(node)
        yield from own
        if any(field.is_merge for field in own):
            yield from self._merged(node, own)

    def _merged(self, node: Node, own: list[Field]) -> Iterator[Field]:
        seen = {id(target(node))}
        taken = {field.name for field in own}
        ahead = self._sources(own)
        while ahead:
            mapping = target(ahead.pop())
            if id(mapping) not in seen:
                seen.add(id(mapping))
                more = self.own(mapping)
                yield from (field for field in more if field.name not in taken)
                taken |= {field.name for field in more}
                ahead += self._sources(more)

    def own(self, node: Node) -> list[Field]:
        """A mapping's own fields, without those that come by merge."""
        mapping = target(node)
        if not _is_mapping(mapping):
            return []
        self._step(len(mapping.children))
        pairs = zip(mapping.children[::2], mapping.children[1::2], strict=True)
        named = ((target(key), value) for key, value in pairs)
        return [Field(key.value, key, value) for key, value in named if isinstance(key, Scalar)]

    def items(self, node: Node) -> Iterator[Node]:
        """A sequence's items; a scalar is an item on its own."""
        found = target(node)
        if isinstance(found, Scalar):
            yield node
        elif _is_sequence(found):
            self._step(len(found.children))
            yield from found.children

    def _sources(self, fields: list[Field]) -> list[Node]:
        """The mappings that `<<` brings in, the last of them first."""
        values = [field.value for field in fields if field.is_merge]
        return [source for value in values for source in self._listed(value)][::-1]

    def _listed(self, value: Node) -> list[Node]:
        return list(self.items(value)) if _is_sequence(target(value)) else [value]

    def _step(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooMuchError


def _is_mapping(node: Scalar | Collection) -> TypeGuard[Collection]:
    return isinstance(node, Collection) and node.kind == "mapping"


def _is_sequence(node: Scalar | Collection) -> TypeGuard[Collection]:
    return isinstance(node, Collection) and node.kind == "sequence"
