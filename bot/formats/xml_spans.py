"""
XML read for its spans: elements, and which characters of the file spell what they say.

Nothing is expanded but the five entities that XML has by itself, and characters by their number;
nothing is loaded from anywhere, whatever a document type asks for. See https://www.w3.org/TR/xml/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from bot.formats.remarks import remarks
from bot.formats.yaml_spans import Collection, Node, Reading, Scalar, Trouble
from bot.model import Span

NODE_LIMIT = 50_000
DEPTH_LIMIT = 100

_TEXT = "tag:yaml.org,2002:str"  # whatever an element says, it is no number
_NAME = r"[^\s<>/=\"'&!?\[\]]++"
_TOKEN = re.compile(
    r"<!--(?P<comment>(?:[^-]|-(?!->))*+)-->"
    r"|<!\[CDATA\[(?P<literal>(?:[^\]]|\](?!\]>))*+)\]\]>"
    r"|(?P<aside><\?(?:[^?]|\?(?!>))*+\?>|<!DOCTYPE[^\[>]*+(?:\[(?:[^\]\"']|\"[^\"]*+\"|'[^']*+')*+\]\s*+)?>)"
    rf"|</(?P<end>{_NAME})\s*+>"
    rf"|<(?P<start>{_NAME})(?P<attributes>(?:\s++{_NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+)"
    r"\s*+(?P<empty>/?)>"
    r"|(?P<words>[^<]++)"
)
_ATTRIBUTE = re.compile(rf"({_NAME})\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


@dataclass(slots=True, eq=False)
class Element:
    """
    An element: its name without what stands before a colon, its attributes and what is in it.

    `start` is where its tag begins.
    """

    name: str
    start: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    runs: list[Scalar] = field(default_factory=list)

    @property
    def scalar(self) -> Scalar | None:
        """What it says without the blanks around that; `None` where that is nothing."""
        said = [run for run in self.runs if run.value.strip()]
        if len(said) < 2:
            return said[0] if said else None
        words = "".join(run.value for run in self.runs).strip()
        return Scalar(words, Span(said[0].span.start, said[-1].span.end), tag=_TEXT)

    @property
    def key(self) -> Scalar:
        """Its name, where its tag begins."""
        return Scalar(self.name, Span(self.start, self.start + 1 + len(self.name)), tag=_TEXT)

    @property
    def said(self) -> str:
        """What it says, as text."""
        scalar = self.scalar
        return scalar.value.strip() if scalar else ""

    def along(self, *names: str) -> Iterator[Element]:
        """Every element that a way of names leads to; `*` is any name."""
        if not names:
            yield self
            return
        for child in self.children:
            if names[0] in (child.name, "*"):
                yield from child.along(*names[1:])

    def every(self) -> Iterator[Element]:
        """The element and all that are in it, however deep, in the order of the text."""
        ahead = [self]
        while ahead:
            one = ahead.pop()
            yield one
            ahead += reversed(one.children)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """
    A text read as XML.

    `root` holds the outermost element; it is empty where the text is no XML, and `trouble` says
    why. `comments`: where each comment stands.
    """

    root: Element
    comments: tuple[Span, ...]
    scalars: tuple[Span, ...]
    trouble: Trouble | None

    def reading(self, text: str) -> Reading:
        """The same as those want it who tell what nodes say: one document without nodes."""
        whole: list[Node] = [] if self.trouble else [Collection("mapping", 0, len(text), [])]
        said = tuple(remarks(text, self.comments, "<!->"))
        return Reading(whole, list(self.scalars), self.trouble, remarks=said)


@lru_cache(maxsize=1)
def read(text: str) -> Document:
    """Read a text as far as it is XML; raises nothing."""
    reader = _Reader(text)
    trouble = reader.read()
    root = Element("", 0) if trouble else reader.root
    return Document(root, tuple(reader.comments), tuple(reader.scalars), trouble)


class _Reader:
    """Puts elements together, one token at a time: no recursion."""

    def __init__(self, text: str) -> None:
        self.root = Element("", 0)
        self.comments: list[Span] = []
        self.scalars: list[Span] = []
        self._text = text
        self._open = [self.root]
        self._names: list[str] = []
        self._nodes = 0

    def read(self) -> Trouble | None:
        """Read to the end; what stopped it, if something did."""
        at = 0
        while match := _TOKEN.match(self._text, at):
            problem = self._take(match)
            if problem:
                return Trouble(problem, match.start())
            at = match.end()
        if at < len(self._text):
            return Trouble("it is not XML", at)
        if self._names:
            return Trouble(f"{self._names[-1][:80]} is never closed", self._open[-1].start)
        return None if self.root.children else Trouble("it has no element", 0)

    def _take(self, match: re.Match[str]) -> str | None:
        """Take in a token; what is wrong with it."""
        if match["start"]:
            return self._opened(match)
        if match["end"]:
            return self._closed(match["end"])
        if match["comment"] is not None:
            self.comments.append(Span(*match.span()))
        elif match["aside"] is None:
            self._words(match)
        return None

    def _opened(self, match: re.Match[str]) -> str | None:
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            return f"it has more than {NODE_LIMIT} elements"
        if len(self._open) > DEPTH_LIMIT:
            return f"it is nested deeper than {DEPTH_LIMIT}"
        found = _ATTRIBUTE.findall(match["attributes"])
        attributes = {name: _plain(one or other) for name, one, other in found}
        element = Element(_local(match["start"]), match.start(), attributes)
        self._open[-1].children.append(element)
        if not match["empty"]:
            self._open.append(element)
            self._names.append(match["start"])
        return None

    def _closed(self, name: str) -> str | None:
        if not self._names or self._names[-1] != name:
            return f"{name[:80]} is closed, and was not the last to be opened"
        self._names.pop()
        self._open.pop()
        return None

    def _words(self, match: re.Match[str]) -> None:
        kind = "words" if match["words"] is not None else "literal"
        said = match[kind]
        span = Span(*match.span(kind))
        value = _plain(said) if kind == "words" and "&" in said else said
        self._open[-1].runs.append(Scalar(value.strip(), span, tag=_TEXT))
        if said.strip():
            self.scalars.append(span)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _plain(said: str) -> str:
    """What words say; an entity that is not XML's own stays as it is written."""
    return _ENTITY.sub(_entity, said)


def _entity(match: re.Match[str]) -> str:
    if match[1]:
        return _ENTITIES[match[1]]
    number = int(match[2]) if match[2] else int(match[3], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else match[0]
