"""
Read YAML into values that know their line and column, whoever wrote it.

Only what a configuration takes is read: mappings with distinct keys, lists, and scalars of
YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema), by which `off` and `no` are
words. The text's size, its depth and what its aliases amount to are bounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import yaml

from bot.config.files import SIZE_LIMIT
from bot.errors import ConfigError
from bot.model import Position

_DEPTH_LIMIT = 12  # the deepest option lies at 5
_VALUE_LIMIT = 1 << 18  # characters, once every alias is written out

Scalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"

_WORDS: dict[str, Scalar] = dict.fromkeys(["", "~", "null", "Null", "NULL"])
_WORDS |= dict.fromkeys(["true", "True", "TRUE"], True)
_WORDS |= dict.fromkeys(["false", "False", "FALSE"], False)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?")
_NOT_TEXT = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place; `where` leads there by keys and numbers, as people write it."""

    position: Position
    where: str
    text: str


class UnreadableError(ConfigError):
    """The text is not YAML, or more of it than a configuration needs; `problem` says where."""

    def __init__(self, position: Position, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(position, "", text)


class _Mark(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(slots=True)
class Node:
    """
    A value: where it starts, and what it holds.

    Of a mapping `keys` has where each key stands, `again` the keys that stand there once more.
    """

    position: Position
    value: Scalar | list[Node] | dict[str, Node]
    keys: dict[str, Position] = field(default_factory=dict)
    again: list[tuple[str, Position]] = field(default_factory=list)
    height: int = 1
    size: int = 1

    def plain(self) -> Plain:
        """The value without places. Nodes are no deeper than `_DEPTH_LIMIT`."""
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return self.value


def read(text: str) -> Node:
    """The one document of a text; an empty one is an empty mapping. Raises `UnreadableError`."""
    if len(text) > SIZE_LIMIT:
        what = f"the file has more than {SIZE_LIMIT // 1024} KiB, which no configuration needs"
        raise UnreadableError(Position(1, 1), what)
    if stray := _NOT_TEXT.search(text):
        raise UnreadableError(_position(text, stray.start()), "the file is not UTF-8 here")
    try:
        return _Composer().compose(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(_at(mark), _in_words(error)) from error
    except yaml.reader.ReaderError as error:
        where = _position(text, error.position)
        what = f"the character {chr(error.character)!r} may not stand in YAML"
        raise UnreadableError(where, what) from error
    except (ValueError, OverflowError) as error:
        # PyYAML's own: a `%YAML` version of thousands of digits, "\UFFFFFFFF".
        raise UnreadableError(Position(1, 1), "a number in the YAML is too large") from error


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come; of a mapping, the key that waits for its value."""

    node: Node
    anchor: str | None
    key: tuple[str, Position] | None = None


class _Composer:
    """Puts nodes together from a parser's events, without recursion."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.anchored: dict[str, Node | None] = {}
        self.root: Node | None = None

    def compose(self, events: Iterator[yaml.Event]) -> Node:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and self.root:
                raise UnreadableError(_at(event.start_mark), "a second document begins here")
            if isinstance(event, yaml.NodeEvent):
                self._begin(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end()
        root = self.root or Node(Position(1, 1), None)
        return root if root.value is not None else Node(root.position, {})

    def _begin(self, event: yaml.NodeEvent) -> None:
        position = _at(event.start_mark)
        if getattr(event, "tag", None):
            raise UnreadableError(position, "tags such as '!!str' are not read; leave it out")
        if isinstance(event, yaml.AliasEvent):
            self._place(self._aliased(event, position), position)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, position)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._collection(event, position)

    def _scalar(self, event: yaml.ScalarEvent, position: Position) -> None:
        if stray := _NOT_TEXT.search(event.value):
            what = f"{stray[0]!r} is half a character"
            raise UnreadableError(position, what)
        text = event.value
        waits = self.open and isinstance(self.open[-1].node.value, dict) and not self.open[-1].key
        value = text if waits or not event.implicit[0] else _meaning(text)
        node = Node(position, value, size=1 + len(text))
        if event.anchor:
            self.anchored[event.anchor] = node
        self._place(node, position)

    def _collection(self, event: yaml.CollectionStartEvent, position: Position) -> None:
        if len(self.open) >= _DEPTH_LIMIT:
            raise UnreadableError(position, "this lies deeper than any option")
        mapping = isinstance(event, yaml.MappingStartEvent)
        if event.anchor:
            self.anchored[event.anchor] = None
        self.open.append(_Open(Node(position, {} if mapping else []), event.anchor))

    def _end(self) -> None:
        done = self.open.pop()
        if done.anchor:
            self.anchored[done.anchor] = done.node
        self._place(done.node, done.node.position)

    def _aliased(self, event: yaml.AliasEvent, position: Position) -> Node:
        name = str(event.anchor)[:40]
        node = self.anchored.get(str(event.anchor))
        if node is None:
            raise UnreadableError(position, f"no anchor '&{name}' ends before this")
        return node

    def _place(self, node: Node, position: Position) -> None:
        """Put a finished node where it belongs."""
        if not self.open:
            self.root = node
            return
        around = self.open[-1]
        self._grow(around.node, node, position)
        if isinstance(around.node.value, list):
            around.node.value.append(node)
        elif around.key is None:
            around.key = self._key(node, position)
        elif isinstance(around.node.value, dict):
            _put(around.node, around.key, node)
            around.key = None

    def _grow(self, around: Node, node: Node, position: Position) -> None:
        around.size += node.size
        around.height = max(around.height, node.height + 1)
        if around.size > _VALUE_LIMIT or around.height + len(self.open) > _DEPTH_LIMIT + 2:
            raise UnreadableError(position, "the aliases amount to more than any configuration")

    def _key(self, node: Node, position: Position) -> tuple[str, Position]:
        if not isinstance(node.value, str):
            raise UnreadableError(position, "a key is to be a word")
        return node.value, position


def _put(mapping: Node, key: tuple[str, Position], node: Node) -> None:
    name, position = key
    if name in mapping.keys:
        mapping.again.append(key)
    elif isinstance(mapping.value, dict):
        mapping.value[name] = node
        mapping.keys[name] = position


def _meaning(text: str) -> Scalar:
    """What a plain scalar is by the core schema; a number too long to be meant stays text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _at(mark: _Mark | None) -> Position:
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)


def _position(text: str, offset: int) -> Position:
    line_start = text.rfind("\n", 0, offset) + 1
    return Position(text.count("\n", 0, offset) + 1, offset - line_start + 1)


def _in_words(error: yaml.MarkedYAMLError) -> str:
    problem = " ".join(str(error.problem or error.context or "it is not YAML").split())
    if "'\\t'" in problem:
        return "YAML is indented by spaces; a tab stands here"
    return f"it is not YAML: {problem[:160]}"
