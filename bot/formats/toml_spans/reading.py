"""Texts become tables and values that know their spans, whatever the text."""

from __future__ import annotations

import re
from typing import Literal

from bot.formats.toml_spans.words import StoppedError, quoted_at, word_at
from bot.formats.yaml_spans import Collection, Node, Reading, Remark, Scalar, Trouble
from bot.model import Span

NODE_LIMIT = 20_000
DEPTH_LIMIT = 100

_BLANKS = re.compile(r"[ \t]*+")
_COMMENT = re.compile(r"#[^\r\n\x00-\x08\x0b-\x1f\x7f]*+")
_END_OF_LINE = re.compile(r"\r?\n")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")
_CLOSING = {"sequence": "]", "mapping": "}"}

_Made = Literal["passed", "headed", "dotted", "listed", "fixed"]
"""
How a collection came to be, which says who may add to it: `passed` through by the header of a
table within it, `headed` by its own, `dotted` by a key with points, `listed` by headers in double
brackets, `fixed` within a value.
"""


def read(text: str) -> Reading:
    """Read a text as far as it is TOML; raises nothing. No document where it is none."""
    reader = _Reader(text)
    trouble = reader.read()
    return Reading(
        [] if trouble else [reader.root], reader.scalars, trouble, remarks=tuple(reader.remarks)
    )


class _Reader:
    """Puts tables together, one line at a time: no recursion."""

    def __init__(self, text: str) -> None:
        self.root = Collection("mapping", 0, len(text), [])
        self.scalars: list[Span] = []
        self.remarks: list[Remark] = []
        self._text = text
        self._at = len("\ufeff") if text.startswith("\ufeff") else 0
        self._line = self._at
        self._nodes = 0
        self._names: dict[int, dict[str, Node]] = {id(self.root): {}}
        self._made: dict[int, _Made] = {id(self.root): "headed"}
        self._table = self.root

    def read(self) -> Trouble | None:
        """Read to the end; what stopped it, if something did."""
        try:
            while self._next_line():
                if self._said("["):
                    self._header()
                else:
                    self._pair()
                self._end_line()
        except StoppedError as stopped:
            return stopped.trouble
        return None

    # ------------------------------------------------------------ blanks and comments

    def _said(self, words: str) -> bool:
        return self._text.startswith(words, self._at)

    def _take(self, words: str, problem: str) -> None:
        if not self._said(words):
            raise StoppedError(problem, self._at)
        self._at += len(words)

    def _blanks(self, *, lines: bool = False) -> None:
        """Pass over blanks, and over ends of lines and comments too."""
        while True:
            match = _BLANKS.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if not lines or not (self._comment() or self._line_end()):
                return

    def _comment(self) -> bool:
        match = _COMMENT.match(self._text, self._at)
        if match:
            alone = not self._text[self._line : match.start()].strip(" \t")
            self.remarks.append(Remark(Span(*match.span()), alone))
            self._at = match.end()
        return bool(match)

    def _line_end(self) -> bool:
        match = _END_OF_LINE.match(self._text, self._at)
        if match:
            self._at = self._line = match.end()
        return bool(match)

    def _next_line(self) -> bool:
        self._blanks(lines=True)
        return self._at < len(self._text)

    def _end_line(self) -> None:
        self._blanks()
        self._comment()
        if not self._line_end() and self._at < len(self._text):
            raise StoppedError("something follows the end of what the line says", self._at)

    # ------------------------------------------------------------ keys and tables

    def _key(self) -> list[Scalar]:
        """The parts of a key, which may be divided by points."""
        parts: list[Scalar] = []
        while not parts or self._said("."):
            self._at += bool(parts)
            if len(parts) >= DEPTH_LIMIT:
                raise StoppedError(f"it is nested deeper than {DEPTH_LIMIT}", self._at)
            self._blanks()
            parts.append(self._key_part())
            self._blanks()
        return parts

    def _key_part(self) -> Scalar:
        if match := _BARE_KEY.match(self._text, self._at):
            self._at = match.end()
            return Scalar(match[0], Span(*match.span()))
        found = quoted_at(self._text, self._at)
        if not found or not found[0].style:
            raise StoppedError("a key is missing", self._at)
        return self._noted(*found)

    def _header(self) -> None:
        start = self._at
        many = self._said("[[")
        self._at += 1 + many
        *way, last = self._key()
        self._take("]" * (1 + many), "the brackets of the table are not closed")
        table = self.root
        for part in way:
            table = self._within(table, part, "passed", frozenset({"fixed"}))
        self._table = self._listed(table, last) if many else self._headed(table, last)
        self._table.start, self._table.end = start, self._at

    def _headed(self, table: Collection, name: Scalar) -> Collection:
        found = self._names[id(table)].get(name.value)
        if found is None:
            return self._new(table, name, "headed")
        if not isinstance(found, Collection) or self._made[id(found)] != "passed":
            raise StoppedError(f"{name.value[:80]} is there already", name.start)
        self._made[id(found)] = "headed"
        return found

    def _listed(self, table: Collection, name: Scalar) -> Collection:
        found = self._names[id(table)].get(name.value)
        if found is None:
            found = Collection("sequence", name.start, name.start, [])
            self._add(table, name, found)
            self._made[id(found)] = "listed"
        if not isinstance(found, Collection) or self._made[id(found)] != "listed":
            raise StoppedError(f"{name.value[:80]} is there already", name.start)
        return self._new(found, name, "headed")

    def _within(
        self, table: Collection, name: Scalar, made: _Made, closed: frozenset[_Made]
    ) -> Collection:
        """The table of a name in a table, made if it is not there."""
        found = self._names[id(table)].get(name.value)
        if found is None:
            return self._new(table, name, made)
        if isinstance(found, Collection) and self._made[id(found)] == "listed" and made == "passed":
            found = found.children[-1]
        if not isinstance(found, Collection) or self._made[id(found)] in closed:
            raise StoppedError(f"{name.value[:80]} is there already", name.start)
        return found

    def _new(self, table: Collection, name: Scalar, made: _Made) -> Collection:
        node = Collection("mapping", name.start, name.span.end, [])
        self._add(table, name, node)
        self._made[id(node)] = made
        self._names[id(node)] = {}
        return node

    def _add(self, table: Collection, name: Scalar | None, node: Node) -> None:
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            raise StoppedError(f"it has more than {NODE_LIMIT} nodes", node.start)
        if table.kind == "mapping" and name:
            if name.value in self._names[id(table)]:
                raise StoppedError(f"{name.value[:80]} is there already", name.start)
            self._names[id(table)][name.value] = node
            table.children.append(name)
        table.children.append(node)

    # ------------------------------------------------------------ values

    def _pair(self) -> None:
        table, name = self._place(self._table)
        self._value(table, name)

    def _place(self, table: Collection) -> tuple[Collection, Scalar]:
        """Read `key =`; the table that the key's last part belongs in, and that part."""
        *way, last = self._key()
        self._take("=", "it is neither a table, nor a comment, nor `key = value`")
        only_dotted: frozenset[_Made] = frozenset({"passed", "headed", "listed", "fixed"})
        for part in way:
            table = self._within(table, part, "dotted", only_dotted)
        return table, last

    def _value(self, table: Collection, name: Scalar) -> None:
        """Read a value, and the values within it, into a table."""
        open_: list[Collection] = []
        self._element(table, name, open_)
        comma = True  # or a bracket has just been opened: a value may come
        begun = bool(open_)
        while open_:
            inner = open_[-1]
            self._blanks(lines=inner.kind == "sequence")
            if self._said(_CLOSING[inner.kind]) and (
                inner.kind == "sequence" or not comma or not inner.children
            ):
                self._at += 1
                self._closed(open_)
                comma = begun = False
            elif not comma and not begun:
                self._take(",", "a comma is missing")
                comma = True
            else:
                depth = len(open_)
                self._inner(inner, open_)
                begun = comma = len(open_) > depth

    def _inner(self, inner: Collection, open_: list[Collection]) -> None:
        """One item of an array, or one pair of a table in braces."""
        if inner.kind == "sequence":
            self._element(inner, None, open_)
        else:
            self._element(*self._place(inner), open_)

    def _closed(self, open_: list[Collection]) -> None:
        """Nothing can be added to a value, nor to what keys with points made in it."""
        closed = open_.pop()
        closed.end = self._at
        ahead: list[Node] = [closed]
        while ahead:
            node = ahead.pop()
            if isinstance(node, Collection) and (
                node is closed or self._made[id(node)] == "dotted"
            ):
                self._made[id(node)] = "fixed"
                ahead += node.children

    def _element(self, table: Collection, name: Scalar | None, open_: list[Collection]) -> None:
        self._blanks()
        if self._said("[") or self._said("{"):
            if len(open_) >= DEPTH_LIMIT:
                raise StoppedError(f"it is nested deeper than {DEPTH_LIMIT}", self._at)
            kind: Literal["sequence", "mapping"] = "sequence" if self._said("[") else "mapping"
            node = Collection(kind, self._at, self._at, [])
            self._at += 1
            self._add(table, name, node)
            self._made[id(node)] = "headed"
            self._names[id(node)] = {}
            open_.append(node)
        else:
            self._add(table, name, self._scalar())

    def _scalar(self) -> Scalar:
        return self._noted(*word_at(self._text, self._at))

    def _noted(self, scalar: Scalar, end: int) -> Scalar:
        self._line = max(self._line, self._text.rfind("\n", self._at, end) + 1)
        self._at = end
        self.scalars.append(scalar.span)
        return scalar
