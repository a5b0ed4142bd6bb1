"""The nodes of a YAML document, each with the place it has in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from bot.model import Span


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """
    One scalar. `value` is what YAML makes of it.

    `span` has the quotes or the header of a block scalar in it, but not the anchor and the tag;
    `style` is one of `'`, `"`, `|`, `>`, or empty for a plain scalar.
    """

    value: str
    span: Span
    style: str = ""
    tag: str | None = None
    anchor: str | None = None

    @property
    def start(self) -> int:
        """Where it starts."""
        return self.span.start


@dataclass(slots=True, eq=False)
class Collection:
    """A mapping, its keys and values by turns among its `children`, or a sequence."""

    kind: Literal["mapping", "sequence"]
    start: int
    end: int
    children: list[Node]


@dataclass(frozen=True, slots=True, eq=False)
class Alias:
    """`*name`, and the node that the anchor of that name stands on; it may be an ancestor."""

    name: str
    span: Span
    target: Scalar | Collection

    @property
    def start(self) -> int:
        """Where it starts."""
        return self.span.start


class Remark(NamedTuple):
    """A line of a comment of another language than YAML, and whether nothing else is on it."""

    span: Span
    alone: bool


Node: TypeAlias = Scalar | Collection | Alias


def target(node: Node) -> Scalar | Collection:
    """The node itself, or the one that an alias stands for."""
    return node.target if isinstance(node, Alias) else node
