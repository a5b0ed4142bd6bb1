"""
HCL read for its spans: blocks, attributes and their values become the nodes of YAML.

Enough of https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md to tell where each text
stands. A block `target "app" { … }` is a field `target` with a mapping that has `app`. What is no
text, list or object but is to be computed is a scalar that says `${…}`.
"""

from __future__ import annotations

import json
import re

from bot.formats.bake.characters import Cursor, StoppedError
from bot.formats.yaml_spans import Collection, Node, Reading, Scalar
from bot.model import Span

NODE_LIMIT = 25_000
HEREDOC = "<<"
"""
The style of a scalar that is a here-document, with a `-` behind it where the lines lose what all of
them are indented by; its span is that of its lines.
"""

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_HEREDOC = re.compile(r"<<(?P<flush>-?)(?P<word>[A-Za-z_][\w-]*)[ \t\r]*\n")
_FOR = re.compile(r"[\[{]\s*for\b")


def read(text: str) -> Reading:
    """Read a text as far as it is HCL; raises nothing. No document where it is none."""
    reader = _Reader(text)
    try:
        root = reader.body(0)
    except StoppedError as stopped:
        return Reading([], reader.scalars, stopped.trouble, remarks=tuple(reader.remarks))
    return Reading([root], reader.scalars, remarks=tuple(reader.remarks))


class _Reader(Cursor):
    """Puts nodes together."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.scalars: list[Span] = []
        self._nodes = 0

    # ------------------------------------------------------------ bodies

    def body(self, depth: int) -> Collection:
        """The attributes and blocks up to the closing brace, or to the end of the file."""
        self.deeper(depth)
        node = self._collection("mapping")
        while True:
            self.blank()
            if self.at >= len(self.text) or self.peek() == "}":
                break
            self._member(node, depth)
        if depth:
            self.expect("}")
        node.end = self.at
        return node

    def _member(self, body: Collection, depth: int) -> None:
        key = self._label()
        self.space()
        if self.peek() == "=":
            self.at += 1
            self.blank()
            body.children += [key, self._value(depth + 1)]
            return
        labels: list[Scalar] = []
        while self.peek() != "{":
            labels.append(self._label())
            self.space()
        self.at += 1
        inner: Node = self.body(depth + 1)
        for label in reversed(labels):
            inner = Collection("mapping", label.start, self.at, [label, inner])
        body.children += [key, inner]

    def _label(self) -> Scalar:
        if self.peek() == '"':
            return self._string()
        return self._matched(_NAME, "a name is expected here")

    # ------------------------------------------------------------ values

    def _value(self, depth: int) -> Node:
        """A value; what is computed is one scalar."""
        self.deeper(depth)
        start, scalars = self.at, len(self.scalars)
        node = self._simple(depth)
        if node is not None and self.ended():
            return node
        self.at = start
        del self.scalars[scalars:]
        return self._computed()

    def _simple(self, depth: int) -> Node | None:
        sign = self.peek()
        if sign == '"':
            return self._string()
        if sign == "<":
            return self._heredoc()
        if sign in {"[", "{"} and not _FOR.match(self.text, self.at):
            return self._list(depth) if sign == "[" else self._object(depth)
        if match := _NUMBER.match(self.text, self.at):
            return self._scalar(match[0], Span(*match.span()), "")
        if match := _PATH.match(self.text, self.at):
            word = match[0]
            known = word in {"true", "false", "null"}
            return self._scalar(word if known else f"${{{word}}}", Span(*match.span()), "")
        return None

    def _string(self) -> Scalar:
        start = self.at
        self.skip_string(0)
        span = Span(start, self.at)
        try:
            value = json.loads(span.of(self.text), strict=False)
        except ValueError:
            value = self.text[start + 1 : self.at - 1]
        return self._scalar(value, span, '"')

    def _heredoc(self) -> Scalar:
        match = _HEREDOC.match(self.text, self.at)
        if match is None:
            raise StoppedError("it is not HCL", self.at)
        body = Span(match.end(), self._closing(match))
        node = self._scalar(body.of(self.text), body, HEREDOC + match["flush"])
        self.at = self._line_end(body.end)
        return node

    def _closing(self, opening: re.Match[str]) -> int:
        """Where the line begins that has nothing but the word that closes a here-document."""
        at, word = opening.end(), opening["word"]
        while (found := self.text.find(word, at)) >= 0:
            start = max(self.text.rfind("\n", opening.end() - 1, found) + 1, opening.end())
            at = self._line_end(found)
            if self.text[start:at].strip(" \t\r") == word:
                return start
        raise StoppedError("its here-document is never closed", opening.start())

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _list(self, depth: int) -> Collection:
        node = self._collection("sequence")
        self.at += 1
        while True:
            self.blank()
            if self.peek() == "]":
                break
            node.children.append(self._value(depth + 1))
            self.blank()
            if self.peek() != "]":
                self.expect(",")
        self.expect("]")
        node.end = self.at
        return node

    def _object(self, depth: int) -> Collection:
        node = self._collection("mapping")
        self.at += 1
        while True:
            self.blank()
            if self.peek() == "}":
                break
            key = self._key()
            self.space()
            if self.peek() not in {"=", ":"}:
                raise StoppedError("= is expected here", self.at)
            self.at += 1
            self.blank()
            value = self._value(depth + 1)
            node.children += [key, value]
            self.blank()
            if self.peek() == ",":
                self.at += 1
        self.expect("}")
        node.end = self.at
        return node

    def _key(self) -> Scalar:
        if self.peek() == "(":
            start = self.at
            self.skip_balanced(0)
            span = Span(start, self.at)
            return self._scalar(f"${{{span.of(self.text)}}}", span, "")
        if match := _NUMBER.match(self.text, self.at):
            return self._scalar(match[0], Span(*match.span()), "")
        return self._label()

    # ------------------------------------------------------------ what is computed

    def _computed(self) -> Scalar:
        """All up to what ends a value: a comma, a closing bracket, or the end of the line."""
        start = end = self.at
        while self.at < len(self.text):
            if self.ended():
                break
            self.skip_one(0)
            end = self.at
        if end == start:
            raise StoppedError("a value is expected here", start)
        span = Span(start, end)
        return self._scalar(f"${{{span.of(self.text)}}}", span, "")

    # ------------------------------------------------------------ nodes

    def _matched(self, pattern: re.Pattern[str], problem: str) -> Scalar:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise StoppedError(problem, self.at)
        return self._scalar(match[0], Span(*match.span()), "")

    def _scalar(self, value: str, span: Span, style: str) -> Scalar:
        self._count()
        self.scalars.append(span)
        self.at = max(self.at, span.end)
        return Scalar(value, span, style)

    def _collection(self, kind: str) -> Collection:
        self._count()
        return Collection("mapping" if kind == "mapping" else "sequence", self.at, self.at, [])

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            raise StoppedError(f"it has more than {NODE_LIMIT} nodes", self.at)
