"""JSON, also with comments and trailing commas, read for its spans: the nodes are those of YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.formats.yaml_spans import Collection, Node, Reading, Remark, Scalar, Trouble
from bot.model import Span

NODE_LIMIT = 80_000
DEPTH_LIMIT = 100
_NEAR = 500
"""Characters before a comment, within which its line begins if it is alone there."""

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\\r\n]++|\\[^\r\n])*+")'
    r"|(?P<line>//[^\r\n]*+)"
    r"|/\*(?P<block>(?:[^*]++|\*(?!/))*+)\*/"
    r"|(?P<sign>[{}\[\],:])"
    r"|(?P<word>[A-Za-z0-9+.-]++)"
)
_SPACE = re.compile(r"[ \t\r\n\ufeff]*+")
_BLANK = re.compile(r"(?:[ \t\r\n\ufeff]++|//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_WORD = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_LINES = re.compile(r"[^\r\n]+")


def read(text: str) -> Reading:
    """Read a text as far as it is JSON; raises nothing. No document where it is none."""
    reader = _Reader(text)
    trouble = reader.read()
    return Reading(
        [] if trouble else reader.top, reader.scalars, trouble, remarks=tuple(reader.remarks)
    )


class _StoppedError(Exception):
    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.trouble = Trouble(problem, offset)


class _Reader:
    """Puts nodes together, one token at a time: no recursion."""

    def __init__(self, text: str) -> None:
        self.top: list[Node] = []
        self.scalars: list[Span] = []
        self.remarks: list[Remark] = []
        self._text = text
        self._open: list[Collection] = []
        self._wanted = "value"  # or `key`, `:`, `,`
        # Where nobody is told anything by comments nobody looks at them.
        self._blank = _SPACE if "basewatch" in text.lower() else _BLANK
        self._nodes = 0

    def read(self) -> Trouble | None:
        """Read to the end; what stopped it, if something did."""
        try:
            for match in self._tokens():
                self._take(match)
        except _StoppedError as stopped:
            return stopped.trouble
        if self._open:
            return Trouble("it is never closed", self._open[-1].start)
        return None if self.top else Trouble("it says nothing", 0)

    def _tokens(self) -> Iterator[re.Match[str]]:
        text, blank, token = self._text, self._blank.match, _TOKEN.match
        at = _end(blank(text, 0))
        while at < len(text):
            match = token(text, at)
            if match is None:
                raise _StoppedError("it is not JSON", at)
            yield match
            at = _end(blank(text, match.end()))

    def _take(self, match: re.Match[str]) -> None:
        kind = match.lastgroup
        if kind == "sign":
            self._sign(match[0], match.start())
        elif kind == "string":
            self._string(match)
        elif kind == "word":
            self._word(match)
        elif kind:
            self._remark(match, kind)

    def _remark(self, match: re.Match[str], kind: str) -> None:
        start, end = match.span(kind)
        start += 2 if kind == "line" else 0
        for line in _LINES.finditer(self._text, start, end):
            near = max(line.start() - _NEAR, 0)
            begin = max(self._text.rfind("\n", near, line.start()) + 1, near)
            before = self._text[begin : line.start()]
            alone = not before.strip(" \t/*\ufeff")
            words = line[0].strip(" \t/*")
            at = line.start() + len(line[0]) - len(line[0].lstrip(" \t/*"))
            if words:
                self.remarks.append(Remark(Span(at, at + len(words)), alone))

    def _string(self, match: re.Match[str]) -> None:
        value = match[0][1:-1]
        if "\\" in value:
            value = self._unescaped(match)
        if self._wanted not in {"value", "key"}:
            raise _StoppedError("a comma or colon is missing", match.start())
        self._scalar(Scalar(value, Span(*match.span()), '"'))

    def _unescaped(self, match: re.Match[str]) -> str:
        try:
            return str(json.loads(match[0], strict=False))
        except ValueError:
            raise _StoppedError("its escape is none that JSON has", match.start()) from None

    def _word(self, match: re.Match[str]) -> None:
        if self._wanted != "value" or not _WORD.fullmatch(match[0]):
            raise _StoppedError("it is not JSON", match.start())
        self._scalar(Scalar(match[0], Span(*match.span())))

    def _scalar(self, scalar: Scalar) -> None:
        self.scalars.append(scalar.span)
        self._add(scalar)

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            raise _StoppedError(f"it has more than {NODE_LIMIT} nodes", node.start)
        if not self._open:
            if self.top:
                raise _StoppedError("something follows the end", node.start)
            self.top.append(node)
            return
        self._open[-1].children.append(node)
        self._wanted = ":" if self._wanted == "key" else ","

    def _sign(self, sign: str, at: int) -> None:
        if sign in "{[":
            self._opened(sign, at)
        elif sign in "}]":
            self._closed(sign, at)
        elif sign == self._wanted and self._open:
            self._wanted = "value" if sign == ":" else self._next()
        else:
            raise _StoppedError(f"{sign} is not expected here", at)

    def _opened(self, sign: str, at: int) -> None:
        if self._wanted != "value":
            raise _StoppedError(f"{sign} is not expected here", at)
        if len(self._open) >= DEPTH_LIMIT:
            raise _StoppedError(f"it is nested deeper than {DEPTH_LIMIT}", at)
        node = Collection("mapping" if sign == "{" else "sequence", at, at, [])
        self._add(node)
        self._open.append(node)
        self._wanted = self._next()

    def _closed(self, sign: str, at: int) -> None:
        kind = "mapping" if sign == "}" else "sequence"
        ends = {",", "key"} if kind == "mapping" else {",", "value"}
        if not self._open or self._open[-1].kind != kind or self._wanted not in ends:
            raise _StoppedError(f"{sign} is not expected here", at)
        self._open.pop().end = at + 1
        self._wanted = "," if self._open else "value"

    def _next(self) -> str:
        return "key" if self._open[-1].kind == "mapping" else "value"


def _end(match: re.Match[str] | None) -> int:
    assert match  # of a pattern that nothing matches, too
    return match.end()
