"""Where an image may be named: a node, or several nodes that each say a part of the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.formats.yaml_spans import Node, Scalar, is_null, target
from bot.model import DigestIn, Piece, Role, SkipReason


class Left(NamedTuple):
    """Why a place is left alone: a reason, and a clause for people."""

    reason: SkipReason
    detail: str


@dataclass(frozen=True, slots=True)
class Slot:
    """
    Where a digest may be written that has a field of its own, and what goes around it.

    `implied`: how the digest begins, where that is not written (`sha256:`).
    """

    at: int
    before: str = ""
    after: str = ""
    implied: str = ""

    @property
    def around(self) -> DigestIn:
        """The same without its place."""
        return DigestIn(self.before, self.after, self.implied)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """
    A place where an image may be named.

    * `node` says the reference, or as much of it as its `parts` do not; it is what people see.
    * `key`: the key of the field, if it has one; comments beside it and above it steer.
    * `parts`: the nodes that spell the reference together, and the words between them.
    * `slot`: where a digest goes that does not just follow the reference.
    * `no_digest`: why no digest is to be written there, as a clause.
    * `left`: why the place is left alone, known by who found it.
    * `unread`: why no builder ever reads the place, as a clause.
    * `lead`: what the node says before the reference, and is no part of it (`docker://`).
    * `values`: what variables stand for here, if not what they do in all of the document.
    """

    role: Role
    node: Node
    key: Scalar | None = None
    stage: str | None = None
    platform: str | None = None
    parts: tuple[Node | str, ...] = ()
    slot: Slot | None = None
    no_digest: str | None = None
    left: Left | None = None
    unread: str | None = None
    lead: str = ""
    values: Mapping[str, tuple[Piece, ...]] | None = None

    @property
    def start(self) -> int:
        """Where it starts, its key with it."""
        return self.key.start if self.key else self.node.start


def split(
    name: Node, registry: Node | None = None, tag: Node | None = None, digest: Node | None = None
) -> tuple[Node | str, ...]:
    """The `parts` of a reference whose fields are written apart; those that say nothing go."""
    given = [(node, between) for node, between in _fields(name, registry, tag, digest) if node]
    parts: list[Node | str] = []
    for node, between in given:
        if not _says_nothing(node):
            parts += [node, between] if node is registry else [between, node]
    return tuple(part for part in parts if part != "")


def _fields(
    name: Node, registry: Node | None, tag: Node | None, digest: Node | None
) -> Sequence[tuple[Node | None, str]]:
    return (registry, "/"), (name, ""), (tag, ":"), (digest, "@")


def _says_nothing(node: Node) -> bool:
    said = target(node)
    return isinstance(said, Scalar) and is_null(said)
