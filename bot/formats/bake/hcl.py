"""
HCL read for its spans: blocks, attributes and their values become the nodes of YAML.

Enough of https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md to tell where each text
stands. A block `target "app" { … }` is a field `target` with a mapping that has `app`. What is no
text, list or object but is to be computed is a scalar that says `${…}`.
"""

from __future__ import annotations

import json
import re

from bot.formats.yaml_spans import Collection, Node, Reading, Remark, Scalar, Trouble
from bot.model import Span

NODE_LIMIT = 100_000
DEPTH_LIMIT = 50
HEREDOC = "<<"
"""
The style of a scalar that is a here-document, with a `-` behind it where the lines lose what all of
them are indented by; its span is that of its lines.
"""

_SPACE = re.compile(r"[ \t\r\ufeff]+")
_BLANK = re.compile(r"[ \t\r\n\ufeff]+")
_COMMENT = re.compile(r"(?:#|//)(?P<line>[^\r\n]*)|/\*(?P<block>(?:[^*]|\*(?!/))*+)\*/")
_LINES = re.compile(r"[^\r\n]+")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_STRING_PART = re.compile(r'[^"\\$%\r\n]+|\\[^\r\n]|\$\$\{|%%\{|[$%](?!\{)')
_HEREDOC = re.compile(r"<<(?P<flush>-?)(?P<word>[A-Za-z_][\w-]*)[ \t\r]*\n")
_PLAIN = re.compile(r'[^\s"()\[\]{},#/]+|.', re.DOTALL)
_FOR = re.compile(r"[\[{]\s*for\b")
_ENDS = frozenset(",]})")
_REMARKS = frozenset({"//", "/*"})
_OPEN, _CLOSE = "([{", ")]}"


class _StoppedError(Exception):
    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.trouble = Trouble(problem, offset)


def read(text: str) -> Reading:
    """Read a text as far as it is HCL; raises nothing. No document where it is none."""
    reader = _Reader(text)
    try:
        root = reader.body(0)
    except _StoppedError as stopped:
        return Reading([], reader.scalars, stopped.trouble, remarks=tuple(reader.remarks))
    return Reading([root], reader.scalars, remarks=tuple(reader.remarks))


class _Reader:
    """Reads from `at` on; every method leaves it behind what it has read."""

    def __init__(self, text: str) -> None:
        self.at = 0
        self.scalars: list[Span] = []
        self.remarks: list[Remark] = []
        self._text = text
        self._nodes = 0

    # ------------------------------------------------------------ bodies

    def body(self, depth: int) -> Collection:
        """The attributes and blocks up to the closing brace, or to the end of the file."""
        self._deeper(depth)
        node = self._collection("mapping")
        while True:
            self._blank()
            if self.at >= len(self._text) or self._peek() == "}":
                break
            self._member(node, depth)
        if depth:
            self._expect("}")
        node.end = self.at
        return node

    def _member(self, body: Collection, depth: int) -> None:
        key = self._label()
        self._space()
        if self._peek() == "=":
            self.at += 1
            self._blank()
            body.children += [key, self._value(depth + 1)]
            return
        labels: list[Scalar] = []
        while self._peek() != "{":
            labels.append(self._label())
            self._space()
        self.at += 1
        inner: Node = self.body(depth + 1)
        for label in reversed(labels):
            inner = Collection("mapping", label.start, self.at, [label, inner])
        body.children += [key, inner]

    def _label(self) -> Scalar:
        if self._peek() == '"':
            return self._string()
        return self._matched(_NAME, "a name is expected here")

    # ------------------------------------------------------------ values

    def _value(self, depth: int) -> Node:
        """A value; what is computed is one scalar."""
        self._deeper(depth)
        start, scalars = self.at, len(self.scalars)
        node = self._simple(depth)
        if node is not None and self._ended():
            return node
        self.at = start
        del self.scalars[scalars:]
        return self._computed()

    def _simple(self, depth: int) -> Node | None:
        sign = self._peek()
        if sign == '"':
            return self._string()
        if sign == "<":
            return self._heredoc()
        if sign in {"[", "{"} and not _FOR.match(self._text, self.at):
            return self._list(depth) if sign == "[" else self._object(depth)
        if match := _NUMBER.match(self._text, self.at):
            return self._scalar(match[0], Span(*match.span()), "")
        if match := _PATH.match(self._text, self.at):
            word = match[0]
            known = word in {"true", "false", "null"}
            return self._scalar(word if known else f"${{{word}}}", Span(*match.span()), "")
        return None

    def _ended(self) -> bool:
        """Whether nothing more belongs to the value: the line, a list or an object ends, say."""
        self._space()
        sign = self._peek()
        return (
            not sign
            or sign in _ENDS
            or sign in "\n#"
            or self._text[self.at : self.at + 2] in _REMARKS
        )

    def _string(self) -> Scalar:
        start = self.at
        self._skip_string(0)
        span = Span(start, self.at)
        try:
            value = json.loads(span.of(self._text), strict=False)
        except ValueError:
            value = self._text[start + 1 : self.at - 1]
        return self._scalar(value, span, '"')

    def _heredoc(self) -> Scalar:
        match = _HEREDOC.match(self._text, self.at)
        if match is None:
            raise _StoppedError("it is not HCL", self.at)
        close = re.compile(rf"^[ \t]*{match['word']}[ \t\r]*$", re.MULTILINE)
        end = close.search(self._text, match.end())
        if end is None:
            raise _StoppedError("its here-document is never closed", self.at)
        body = Span(match.end(), end.start())
        node = self._scalar(body.of(self._text), body, HEREDOC + match["flush"])
        self.at = end.end()
        return node

    def _list(self, depth: int) -> Collection:
        node = self._collection("sequence")
        self.at += 1
        while True:
            self._blank()
            if self._peek() == "]":
                break
            node.children.append(self._value(depth + 1))
            self._blank()
            if self._peek() != "]":
                self._expect(",")
        self._expect("]")
        node.end = self.at
        return node

    def _object(self, depth: int) -> Collection:
        node = self._collection("mapping")
        self.at += 1
        while True:
            self._blank()
            if self._peek() == "}":
                break
            key = self._key()
            self._space()
            if self._peek() not in {"=", ":"}:
                raise _StoppedError("= is expected here", self.at)
            self.at += 1
            self._blank()
            value = self._value(depth + 1)
            node.children += [key, value]
            self._blank()
            if self._peek() == ",":
                self.at += 1
        self._expect("}")
        node.end = self.at
        return node

    def _key(self) -> Scalar:
        if self._peek() == "(":
            start = self.at
            self._skip_balanced(0)
            span = Span(start, self.at)
            return self._scalar(f"${{{span.of(self._text)}}}", span, "")
        if match := _NUMBER.match(self._text, self.at):
            return self._scalar(match[0], Span(*match.span()), "")
        return self._label()

    # ------------------------------------------------------------ what is computed

    def _computed(self) -> Scalar:
        """All up to what ends a value: a comma, a closing bracket, or the end of the line."""
        start = end = self.at
        while self.at < len(self._text):
            if self._ended():
                break
            self._skip_one(0)
            end = self.at
        if end == start:
            raise _StoppedError("a value is expected here", start)
        span = Span(start, end)
        return self._scalar(f"${{{span.of(self._text)}}}", span, "")

    def _skip_one(self, depth: int) -> None:
        sign = self._peek()
        if sign == '"':
            self._skip_string(depth)
        elif sign and sign in _OPEN:
            self._skip_balanced(depth)
        elif match := _PLAIN.match(self._text, self.at):
            self.at = match.end()

    def _skip_balanced(self, depth: int) -> None:
        """Over brackets and all that is between them."""
        self._deeper(depth)
        start = self.at
        self.at += 1
        while self.at < len(self._text):
            self._blank()
            if self._peek() in _CLOSE and self._peek():
                self.at += 1
                return
            self._skip_one(depth + 1)
        raise _StoppedError("it is never closed", start)

    def _skip_string(self, depth: int) -> None:
        """Over a text in quotes, and what is computed within it."""
        self._deeper(depth)
        start = self.at
        self.at += 1
        while self.at < len(self._text):
            if match := _STRING_PART.match(self._text, self.at):
                self.at = match.end()
            elif self._text[self.at] == '"':
                self.at += 1
                return
            elif self._text[self.at] in "$%":
                self.at += 1
                self._skip_balanced(depth + 1)
            else:
                break
        raise _StoppedError("its quotes are never closed", start)

    # ------------------------------------------------------------ characters

    def _peek(self) -> str:
        return self._text[self.at : self.at + 1]

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise _StoppedError(f"{sign} is expected here", self.at)
        self.at += 1

    def _matched(self, pattern: re.Pattern[str], problem: str) -> Scalar:
        match = pattern.match(self._text, self.at)
        if match is None:
            raise _StoppedError(problem, self.at)
        return self._scalar(match[0], Span(*match.span()), "")

    def _space(self) -> None:
        """Over blanks on the line."""
        if match := _SPACE.match(self._text, self.at):
            self.at = match.end()

    def _blank(self) -> None:
        """Over blanks, line ends and comments."""
        while self.at < len(self._text):
            if match := _BLANK.match(self._text, self.at):
                self.at = match.end()
            elif match := _COMMENT.match(self._text, self.at):
                self._remark(match)
                self.at = match.end()
            else:
                return

    def _remark(self, match: re.Match[str]) -> None:
        start, end = match.span(match.lastgroup or 0)
        near = max(match.start() - DEPTH_LIMIT * 10, 0)
        begin = max(self._text.rfind("\n", near, match.start()) + 1, near)
        alone = not self._text[begin : match.start()].strip(" \t\ufeff")
        for line in _LINES.finditer(self._text, start, end):
            words = line[0].strip(" \t*#/")
            at = line.start() + line[0].find(words)
            if words:
                self.remarks.append(Remark(Span(at, at + len(words)), alone))
            alone = True

    # ------------------------------------------------------------ nodes

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
            raise _StoppedError(f"it has more than {NODE_LIMIT} nodes", self.at)

    def _deeper(self, depth: int) -> None:
        if depth > DEPTH_LIMIT:
            raise _StoppedError(f"it is nested deeper than {DEPTH_LIMIT}", self.at)
