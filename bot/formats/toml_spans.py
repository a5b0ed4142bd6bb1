"""
TOML read for its spans: the nodes are those of YAML.

The rules are those of https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import re
from typing import Literal

from bot.formats.yaml_spans import Collection, Node, Reading, Remark, Scalar, Trouble
from bot.model import Span

NODE_LIMIT = 20_000
DEPTH_LIMIT = 100

_TEXT = "tag:yaml.org,2002:str"  # whatever a text of several lines looks like, it is no number
_BLANKS = re.compile(r"[ \t]*+")
_COMMENT = re.compile(r"#[^\r\n\x00-\x08\x0b-\x1f\x7f]*+")
_END_OF_LINE = re.compile(r"\r?\n")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_TEXTS = tuple(
    (quotes, re.compile(f"{quotes}(?P<said>{said}){quotes}"))
    for quotes, said in (
        ('"""', rf'(?:[^"\\{_CONTROLS}]|\\[^\x00]|"{{1,2}}(?!"))*+"{{0,2}}'),
        ("'''", rf"(?:[^'{_CONTROLS}]|'{{1,2}}(?!'))*+'{{0,2}}"),
        ('"', rf'(?:[^"\\\n\r{_CONTROLS}]|\\[^\x00-\x1f])*+'),
        ("'", rf"[^'\n\r{_CONTROLS}]*+"),
    )
)
_ESCAPE = re.compile(
    r"\\(?:(?P<one>[btnfr\"\\])|u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})"
    r"|(?P<join>[ \t]*+\n[ \t\n]*+)|(?P<wrong>[\s\S]))"
)
_ONE = dict(zip('btnfr"\\', '\b\t\n\f\r"\\', strict=True))
_DATE = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
_BARE = re.compile(
    rf"(?:true|false|{_DATE}(?:[Tt ]{_TIME}(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?|{_TIME}"
    r"|0x[0-9A-Fa-f]+(?:_[0-9A-Fa-f]+)*|0o[0-7]+(?:_[0-7]+)*|0b[01]+(?:_[01]+)*|[+-]?(?:inf|nan)"
    r"|[+-]?(?:0|[1-9]\d*(?:_\d+)*)(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?)"
    r"(?![A-Za-z0-9_.:+-])",
    re.ASCII,
)
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


class _StoppedError(Exception):
    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.trouble = Trouble(problem, offset)


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
        except _StoppedError as stopped:
            return stopped.trouble
        return None

    # ------------------------------------------------------------ blanks and comments

    def _said(self, words: str) -> bool:
        return self._text.startswith(words, self._at)

    def _take(self, words: str, problem: str) -> None:
        if not self._said(words):
            raise _StoppedError(problem, self._at)
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
            raise _StoppedError("something follows the end of what the line says", self._at)

    # ------------------------------------------------------------ keys and tables

    def _key(self) -> list[Scalar]:
        """The parts of a key, which may be divided by points."""
        parts: list[Scalar] = []
        while not parts or self._said("."):
            self._at += bool(parts)
            if len(parts) >= DEPTH_LIMIT:
                raise _StoppedError(f"it is nested deeper than {DEPTH_LIMIT}", self._at)
            self._blanks()
            parts.append(self._key_part())
            self._blanks()
        return parts

    def _key_part(self) -> Scalar:
        if match := _BARE_KEY.match(self._text, self._at):
            self._at = match.end()
            return Scalar(match[0], Span(*match.span()))
        if self._said('"""') or self._said("'''") or not (found := self._quoted()):
            raise _StoppedError("a key is missing", self._at)
        return found

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
            raise _StoppedError(f"{name.value[:80]} is there already", name.start)
        self._made[id(found)] = "headed"
        return found

    def _listed(self, table: Collection, name: Scalar) -> Collection:
        found = self._names[id(table)].get(name.value)
        if found is None:
            found = Collection("sequence", name.start, name.start, [])
            self._add(table, name, found)
            self._made[id(found)] = "listed"
        if not isinstance(found, Collection) or self._made[id(found)] != "listed":
            raise _StoppedError(f"{name.value[:80]} is there already", name.start)
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
            raise _StoppedError(f"{name.value[:80]} is there already", name.start)
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
            raise _StoppedError(f"it has more than {NODE_LIMIT} nodes", node.start)
        if table.kind == "mapping" and name:
            if name.value in self._names[id(table)]:
                raise _StoppedError(f"{name.value[:80]} is there already", name.start)
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
                raise _StoppedError(f"it is nested deeper than {DEPTH_LIMIT}", self._at)
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
        if found := self._quoted():
            return found
        match = _BARE.match(self._text, self._at)
        if not match:
            raise _StoppedError("it is no value", self._at)
        self._at = match.end()
        return self._noted(Scalar(match[0], Span(*match.span())))

    def _noted(self, scalar: Scalar) -> Scalar:
        self.scalars.append(scalar.span)
        return scalar

    def _quoted(self) -> Scalar | None:
        """A text in quotes of any kind, if one begins here."""
        for quotes, pattern in _TEXTS:
            if self._said(quotes):
                match = pattern.match(self._text, self._at)
                if not match:
                    raise _StoppedError("its quotes are not closed", self._at)
                self._at = match.end()
                return self._noted(self._text_of(match, quotes))
        return None

    def _text_of(self, match: re.Match[str], quotes: str) -> Scalar:
        said = match["said"]
        if "\r" in said.replace("\r\n", ""):
            raise _StoppedError("a carriage return ends no line", match.start())
        words = said.replace("\r\n", "\n")
        if len(quotes) == 1:
            whole = Span(*match.span())
            return Scalar(_plain(words, match) if quotes == '"' else words, whole, quotes)
        words = words.removeprefix("\n")
        self._line = max(self._line, match.start() + match[0].rfind("\n") + 1)
        value = _plain(words, match) if quotes == '"""' else words
        return Scalar(value, Span(*match.span("said")), tag=_TEXT)


def _plain(words: str, match: re.Match[str]) -> str:
    """What words with escapes say."""
    if "\\" not in words:
        return words

    def unescaped(found: re.Match[str]) -> str:
        number = int(found["u"] or found["U"] or "0", 16)
        if found["wrong"] or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
            raise _StoppedError("its escape is none that TOML has", match.start())
        if found["join"]:
            return ""
        return _ONE[found["one"]] if found["one"] else chr(number)

    return _ESCAPE.sub(unescaped, words)
