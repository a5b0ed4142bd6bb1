"""
What each variant is made of once Blubber has merged it: the top level, what it includes, itself.

The source of the rules is `config/reader.go` and `config/depgraph.go` of
https://gitlab.wikimedia.org/repos/releng/blubber.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from bot.formats.yaml_spans import Field, Fields, Node, Scalar, is_null, target

_MOST = 50_000
"""Steps from variant to included variant that are gone in one file; then no more is told."""


class Variants:
    """The variants of one document, in its order."""

    def __init__(self, document: Node, fields: Fields) -> None:
        self._fields = fields
        self._document = document
        self._left = _MOST
        there = named(fields, document).get("variants")
        found = named(fields, there.value) if there else {}
        self._nodes = {name: each.value for name, each in found.items() if not each.is_merge}
        self._includes = {name: [*self._included(node)] for name, node in self._nodes.items()}
        self._merged = {name: self._parts(name) for name in self._nodes}
        self._own = {id(node): self._own_base(node) for node in (document, *self._nodes.values())}

    def every(self) -> Iterator[tuple[str, tuple[Node, ...]]]:
        """
        Each variant with the mappings it is merged of, the top level first and its own last.

        None that Blubber cannot build: it includes itself in the end, or what there is not.
        """
        for name, parts in self._merged.items():
            if parts:
                yield name, parts

    def bases(self) -> Mapping[int, tuple[str, ...]]:
        """The variants that start from each `base`, which is told by where its value stands."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for name, parts in self.every():
            if base := self.base(parts):
                found[base.start].append(name)
        return {start: tuple(names) for start, names in found.items()}

    def base(self, parts: tuple[Node, ...]) -> Node | None:
        """The last `base` that is not empty: an empty one does not cancel what was said before."""
        return next((base for part in reversed(parts) if (base := self._own[id(part)])), None)

    def _own_base(self, node: Node) -> Node | None:
        field = named(self._fields, node).get("base")
        return field.value if field and not _is_empty(field.value) else None

    def _included(self, node: Node) -> Iterator[str]:
        field = named(self._fields, node).get("includes")
        for item in self._fields.items(field.value) if field else ():
            said = target(item)
            if isinstance(said, Scalar) and not is_null(said):
                yield said.value

    def _parts(self, name: str) -> tuple[Node, ...] | None:
        order = self._order(name)
        if order is None:
            return None
        return self._document, *(self._nodes[each] for each in order)

    def _order(self, name: str) -> tuple[str, ...] | None:
        """All that a variant includes, each once and after what it includes, then itself."""
        done: dict[str, None] = {}
        within: dict[str, Iterator[str]] = {name: iter(self._includes[name])}
        while within:
            ahead = within[next(reversed(within))]
            self._left -= 1
            following = next((one for one in ahead if one not in done), None)
            if self._left < 0 or following in within:
                return None
            if following is None:
                done[within.popitem()[0]] = None
            elif following in self._includes:
                within[following] = iter(self._includes[following])
            else:
                return None
        return tuple(done)


def named(fields: Fields, node: Node) -> dict[str, Field]:
    """The fields of a mapping by name; of one that is given twice the last, as Blubber reads it."""
    return {field.name: field for field in fields.of(node)}


def _is_empty(node: Node) -> bool:
    said = target(node)
    return isinstance(said, Scalar) and (is_null(said) or not said.value)
