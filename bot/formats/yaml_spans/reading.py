"""Texts become YAML nodes that know their spans, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml
from yaml import events

from bot.formats.yaml_spans.nodes import Alias, Collection, Node, Remark, Scalar
from bot.model import Span

EVENT_LIMIT = 100_000
DEPTH_LIMIT = 100

# PyYAML refuses these (among them the surrogates that stand for bytes that are no UTF-8). Another
# character in their place keeps every offset, and is no part of any image reference either.
_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
)
_BOM = "\ufeff"
_HEADER = re.compile(r"[^\r\n\x85\u2028\u2029]*")
_PROPERTY = re.compile(r"(?:[&!]\S*|#[^\r\n]*|\s)+")

# libyaml reads as Blubber's go-yaml does (which is a port of it), ten times as fast as pure Python.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a text could not be read any further, and where."""

    problem: str
    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """
    What could be read of a text: its whole documents, and the trouble that ended the reading.

    `scalars` are the spans of every scalar, in the order of the text, without the line that a
    block scalar begins with: it may end in a comment. `remarks`: the comments, where that is no
    YAML and they do not begin with a `#`.
    """

    documents: list[Node] = field(default_factory=list)
    scalars: list[Span] = field(default_factory=list)
    trouble: Trouble | None = None
    remarks: tuple[Remark, ...] | None = None


class _Mark(Protocol):
    @property
    def index(self) -> int: ...


class _StoppedError(Exception):
    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.trouble = Trouble(problem, offset)


def read(text: str) -> Reading:
    """Read every document of a text as far as it is YAML; raises nothing."""
    composer = _Composer(text)
    try:
        for event in _events(text):
            composer.take(event)
    except _StoppedError as stopped:
        return Reading(composer.documents, composer.scalars, stopped.trouble)
    return Reading(composer.documents, composer.scalars)


def _events(text: str) -> Iterator[yaml.Event]:
    # PyYAML's two parsers count a byte order mark differently, so neither gets to see it.
    shift = len(_BOM) if text.startswith(_BOM) else 0
    readable = _UNREADABLE.sub("\ufffd", text[shift:])
    try:
        yield from yaml.parse(readable, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        offset = _where(error, len(readable.rstrip()))
        raise _StoppedError(error.problem or "it is not YAML", offset + shift) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: the pure parser, on "\U99999999"
        raise _StoppedError("it is not YAML", 0) from error


def _where(error: yaml.MarkedYAMLError, end: int) -> int:
    """What is never closed is noticed at the end, and better shown where it begins."""
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark]
    inside = [mark.index for mark in marks if mark.index < end]
    return (inside or [0])[0]


def _stack_floor() -> Collection:
    return Collection("sequence", 0, 0, [])


def _body(text: str, scalar: Scalar) -> Span:
    """Where a block scalar's own lines stand."""
    header = _HEADER.match(text, scalar.span.start, scalar.span.end)
    return Span(header.end() if header else scalar.span.start, scalar.span.end)


class _Composer:
    """Puts nodes together from events: no recursion, and a bound on how many and how deep."""

    def __init__(self, text: str) -> None:
        self.documents: list[Node] = []
        self.scalars: list[Span] = []
        self._text = text
        self._shift = len(_BOM) if text.startswith(_BOM) else 0
        self._open = [_stack_floor()]
        self._anchors: dict[str, Scalar | Collection] = {}
        self._left = EVENT_LIMIT

    def take(self, event: yaml.Event) -> None:
        self._left -= 1
        if self._left < 0:
            raise _StoppedError(f"it has more than {EVENT_LIMIT} nodes", self._start(event))
        match event:
            case events.ScalarEvent():
                self._scalar(event)
            case events.AliasEvent():
                self._alias(event)
            case events.MappingStartEvent() | events.SequenceStartEvent():
                self._collection(event)
            case events.MappingEndEvent() | events.SequenceEndEvent():
                self._open.pop().end = self._offset(event.end_mark)
            case events.DocumentStartEvent():
                self._open = [_stack_floor()]
                self._anchors = {}
            case events.DocumentEndEvent():
                self.documents += self._open[0].children

    def _start(self, event: yaml.Event) -> int:
        return self._offset(event.start_mark)

    def _offset(self, mark: _Mark | None) -> int:
        return mark.index + self._shift if mark else 0

    def _content(self, event: yaml.ScalarEvent) -> Span:
        """Where a scalar stands; its marks take in the anchor and the tag before it."""
        start, end = self._start(event), self._offset(event.end_mark)
        if event.anchor or event.tag:
            properties = _PROPERTY.match(self._text, start, end)
            start = properties.end() if properties else start
        return Span(start, end)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        span = self._content(event)
        style = event.style if event.style in ("'", '"', "|", ">") else ""
        node = Scalar(event.value, span, style, event.tag, event.anchor)
        self.scalars.append(_body(self._text, node) if style in ("|", ">") else span)
        self._add(node, event.anchor)

    def _collection(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) > DEPTH_LIMIT:
            raise _StoppedError(f"it is nested deeper than {DEPTH_LIMIT}", self._start(event))
        mapping = isinstance(event, events.MappingStartEvent)
        node = Collection("mapping" if mapping else "sequence", self._start(event), 0, [])
        self._add(node, event.anchor)
        self._open.append(node)

    def _alias(self, event: yaml.AliasEvent) -> None:
        start = self._start(event)
        if event.anchor not in self._anchors:
            raise _StoppedError(f"nothing before it is anchored as {event.anchor!r}", start)
        span = Span(start, self._offset(event.end_mark))
        self._open[-1].children.append(Alias(event.anchor, span, self._anchors[event.anchor]))

    def _add(self, node: Scalar | Collection, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node
        self._open[-1].children.append(node)
