"""The targets of a bake file with what they inherit, and what its variables stand for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, product

from bot.formats.telling import Style, Value
from bot.formats.yaml_spans import Collection, Field, Fields, Node, Scalar, is_null, spelling
from bot.model import Kind, Piece, Span, Steer

STYLE = Style(
    re.compile(r"\$\$(?P<escaped>\{)|\$\{\s*(?P<name>[A-Za-z_][\w.-]*)\s*\}"),
    "has no default here",
    escaped="${",
    sign="${",
)
"""`${NAME}`, as the reader of HCL also spells a bare `NAME`, and `$${` for a `${`."""

_DEEPEST = 20
_LAST_NUMBER = re.compile(r"[0-9]+(?=[^0-9]*+$)")
_MEANT_TO_DIFFER = (
    "The values of a matrix are meant to differ, and with moves of this kind they may become one."
)
_LONGEST = 4096
"""Characters of a variable's value beyond which it is no image, nor a part of one."""
_MOST = 64
"""Combinations of a matrix beyond which no more are followed."""


@dataclass(frozen=True, slots=True)
class Target:
    """
    A block of a target: what it says itself, by name, and which targets it inherits from.

    A later block of the same name adds to it: then `taken_up`, it is a parent of that one.
    """

    name: str
    fields: dict[str, Field]
    parents: tuple[str, ...] = ()
    taken_up: bool = False


@dataclass(slots=True)
class Bake:
    """
    A bake file's document, gone through once. Raises `TooMuchError`.

    `values` has what variables stand for, `unset` those that are empty unless somebody sets them;
    `variables` is where they are told, `wanted` the targets of groups, `inherited` those that
    others take over.
    """

    text: str
    targets: dict[str, Target] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    unset: dict[str, Value] = field(default_factory=dict)
    variables: list[Node] = field(default_factory=list)
    wanted: set[str] = field(default_factory=set)
    inherited: set[str] = field(default_factory=set)
    reader: Fields = field(default_factory=Fields)

    def take(self, document: Node) -> None:
        """Take in the blocks and attributes of a document."""
        kinds = {"target": self._target, "variable": self._variable, "group": self._group}
        for each in self.reader.of(document):
            if isinstance(each.value, Scalar):
                self.values[each.name] = self.pieces(each.value, each.name)
                self.variables.append(each.value)
            elif take := kinds.get(each.name):
                for block in self.reader.of(each.value):
                    take(block)

    def by_name(self, node: Node) -> dict[str, Field]:
        """The fields of a mapping, the last of each name."""
        return {each.name: each for each in self.reader.of(node)}

    def pieces(self, scalar: Scalar, variable: str | None = None) -> Value:
        """How a scalar is spelled, as the value of a variable if it is one; no very long one is."""
        if variable and scalar.span.end - scalar.span.start > _LONGEST:
            return (Piece(scalar.value, None, variable),)
        spelled = spelling(self.text, scalar).pieces
        return tuple(piece._replace(variable=variable) for piece in spelled)

    def whole(self, target: Target) -> dict[str, Field]:
        """The fields of a target with those that it inherits, without its arguments."""
        found: dict[str, Field] = {}
        for each in self.line(target):
            found |= each.fields
        return found

    def args(self, target: Target) -> dict[str, Field]:
        """The arguments of a target with those that it inherits."""
        found = self._joined(target, "args")
        return {name: one for name, one in found.items() if not _says_null(one.value)}

    def contexts(self, target: Target) -> dict[str, Span]:
        """Where the contexts of a target stand that have a name, with those that it inherits."""
        found = self._joined(target, "contexts")
        return {name: one.key.span for name, one in found.items() if not _says_null(one.value)}

    def _joined(self, target: Target, name: str) -> dict[str, Field]:
        found: dict[str, Field] = {}
        for each in self.line(target):
            if name in each.fields:
                found |= self.by_name(each.fields[name].value)
        return found

    def line(self, target: Target) -> list[Target]:
        """A target and all that it inherits from, what counts most the last."""
        found: list[Target] = []
        seen: set[int] = set()
        ahead = [(target, 0)]
        while ahead:
            one, depth = ahead.pop()
            if id(one) not in seen and depth < _DEEPEST:
                seen.add(id(one))
                found.append(one)
                parents = [self.targets[name] for name in one.parents if name in self.targets]
                ahead += [(parent, depth + 1) for parent in parents]
        return found[::-1]

    def is_built(self, target: Target) -> bool:
        """Whether it is not only there to be inherited from."""
        if target.taken_up:
            return False
        if target.name in self.wanted or target.fields.keys() & {"dockerfile", "context"}:
            return True
        return target.name not in self.inherited

    def combinations(self, target: Target) -> Iterator[dict[str, Value]]:
        """What a target's own variables stand for, for each target that its matrix makes of it."""
        matrix = target.fields.get("matrix")
        axes = [self._axis(axis) for axis in self.reader.of(matrix.value)] if matrix else []
        for parts in islice(product(*axes), _MOST):
            yield {name: value for part in parts for name, value in part.items()}

    def kept_apart(self, target: Target) -> dict[int, Steer]:
        """What values of a matrix may become, by where they stand, where there are several."""
        given: defaultdict[tuple[str, str], dict[str, set[int]]] = defaultdict(dict)
        for own in self.combinations(target):
            for variable, value in own.items():
                said = "".join(piece.text for piece in value)
                alike = given[variable, _image_in(said)].setdefault(said, set())
                alike |= {piece.span.start for piece in value if piece.span}
        return {
            start: _apart(several)
            for several in given.values()
            if len(several) > 1
            for starts in several.values()
            for start in starts
        }

    def _axis(self, axis: Field) -> list[dict[str, Value]]:
        found: list[dict[str, Value]] = []
        for item in self.reader.items(axis.value):
            if isinstance(item, Scalar):
                found.append({axis.name: self.pieces(item, axis.name)})
            else:
                found.append(
                    {
                        f"{axis.name}.{each.name}": self.pieces(
                            each.value, f"{axis.name}.{each.name}"
                        )
                        for each in self.reader.of(item)
                        if isinstance(each.value, Scalar)
                    }
                )
        return found

    def _target(self, block: Field) -> None:
        own = self.by_name(block.value)
        parents = tuple(self._texts(own.get("inherits")))
        if before := self.targets.get(block.name):
            older = f"{block.name} {len(self.targets)}"  # no target's name has a blank
            self.targets[older] = replace(before, taken_up=True)
            parents = (older, *parents)
        self.inherited |= set(parents)
        self.targets[block.name] = Target(block.name, own, parents)

    def _variable(self, block: Field) -> None:
        default = self.by_name(block.value).get("default")
        self.variables.append(block.value)
        if default and isinstance(default.value, Scalar) and not is_null(default.value):
            self.values[block.name] = self.pieces(default.value, block.name)
        elif default is None:
            self.unset[block.name] = ()

    def _group(self, block: Field) -> None:
        self.wanted |= set(self._texts(self.by_name(block.value).get("targets")))

    def _texts(self, listed: Field | None) -> Iterator[str]:
        for item in self.reader.items(listed.value) if listed else ():
            if isinstance(item, Scalar):
                yield item.value


def end_of(node: Node) -> int:
    """Where a node ends."""
    return node.end if isinstance(node, Collection) else node.span.end


def names_of(scalar: Scalar) -> set[str]:
    """The variables that a scalar asks for."""
    return {match["name"] for match in STYLE.pattern.finditer(scalar.value) if match["name"]}


def with_values(bake: Bake, own: Mapping[str, Value]) -> Mapping[str, Value]:
    """What variables stand for in a target, its own before those of the file."""
    return {**bake.values, **own}


def _image_in(value: str) -> str:
    """The name of the image in a value, without its tag; nothing in one that is a version."""
    return value.rpartition("@")[0] or value.rpartition(":")[0]


def _apart(values: Mapping[str, object]) -> Steer:
    """The kinds of move after which values that differ do so still."""
    stems = {_LAST_NUMBER.sub("", value) for value in values}
    kinds: tuple[Kind, ...] = ("patch", "revision") if len(stems) == len(values) else ()
    return Steer("allow", kinds=frozenset(kinds), complaint=_MEANT_TO_DIFFER)


def _says_null(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.style and node.value == "null"
