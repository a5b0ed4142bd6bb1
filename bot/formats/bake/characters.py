"""The characters of HCL: over blanks, comments, texts in quotes and what is between brackets."""

from __future__ import annotations

import re

from bot.formats.yaml_spans import Remark, Trouble
from bot.model import Span

DEPTH_LIMIT = 50
STEP_LIMIT = 40_000
"""Texts, words and pairs of brackets: the longest bake files that people write have a tenth."""

_SPACE = re.compile(r"[ \t\r\ufeff]+")
_BLANK = re.compile(r"[ \t\r\n\ufeff]++")
_COMMENT = re.compile(r"(?:#|//)(?P<line>[^\r\n]*+)|/\*(?P<block>(?:[^*]++|\*(?!/))*+)\*/")
_ALL_BLANK = re.compile(r"(?:[ \t\r\n\ufeff]++|(?:#|//)[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_LINES = re.compile(r"[^\r\n]+")
_STRING_PART = re.compile(r'(?:[^"\\$%\r\n]++|\\[^\r\n]|\$\$\{|%%\{|[$%](?!\{))++')
_PLAIN = re.compile(r'[^\s"()\[\]{},#/]+|.', re.DOTALL)
_ENDS = frozenset(",]})")
_REMARKS = frozenset({"//", "/*"})
_OPEN, _CLOSE = "([{", ")]}"


class StoppedError(Exception):
    """The text cannot be read any further."""

    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.trouble = Trouble(problem, offset)


class Cursor:
    """A place in a text; every method leaves it behind what it has read."""

    def __init__(self, text: str) -> None:
        self.at = 0
        self._steps = 0
        self._remarked = "basewatch" in text.lower()  # otherwise nobody looks at comments
        self.remarks: list[Remark] = []
        self.text = text

    def ended(self) -> bool:
        """Whether nothing more belongs to the value: the line, a list or an object ends, say."""
        self.space()
        sign = self.peek()
        return (
            not sign
            or sign in _ENDS
            or sign in "\n#"
            or self.text[self.at : self.at + 2] in _REMARKS
        )

    def peek(self) -> str:
        """The character that comes next; nothing at the end."""
        return self.text[self.at : self.at + 1]

    def expect(self, sign: str) -> None:
        """Over a sign that must be there."""
        if self.peek() != sign:
            raise StoppedError(f"{sign} is expected here", self.at)
        self.at += 1

    def space(self) -> None:
        """Over blanks on the line."""
        if match := _SPACE.match(self.text, self.at):
            self.at = match.end()

    def blank(self) -> None:
        """Over blanks, line ends and comments."""
        if not self._remarked:
            if match := _ALL_BLANK.match(self.text, self.at):
                self.at = match.end()
            return
        while self.at < len(self.text):
            if match := _BLANK.match(self.text, self.at):
                self.at = match.end()
            elif match := _COMMENT.match(self.text, self.at):
                self._remark(match)
                self.at = match.end()
            else:
                return

    def _remark(self, match: re.Match[str]) -> None:
        start, end = match.span(match.lastgroup or 0)
        near = max(match.start() - DEPTH_LIMIT * 10, 0)
        begin = max(self.text.rfind("\n", near, match.start()) + 1, near)
        alone = not self.text[begin : match.start()].strip(" \t\ufeff")
        for line in _LINES.finditer(self.text, start, end):
            words = line[0].strip(" \t*#/")
            at = line.start() + line[0].find(words)
            if words:
                self.remarks.append(Remark(Span(at, at + len(words)), alone))
            alone = True

    def skip_one(self, depth: int) -> None:
        """Over one text, pair of brackets or word."""
        self.stepped()
        sign = self.peek()
        if sign == '"':
            self.skip_string(depth)
        elif sign and sign in _OPEN:
            self.skip_balanced(depth)
        elif match := _PLAIN.match(self.text, self.at):
            self.at = match.end()

    def skip_balanced(self, depth: int) -> None:
        """Over brackets and all that is between them."""
        self.deeper(depth)
        start = self.at
        self.at += 1
        while self.at < len(self.text):
            self.blank()
            if self.peek() in _CLOSE and self.peek():
                self.at += 1
                return
            self.skip_one(depth + 1)
        raise StoppedError("it is never closed", start)

    def skip_string(self, depth: int) -> None:
        """Over a text in quotes, and what is computed within it."""
        self.deeper(depth)
        start = self.at
        self.at += 1
        while self.at < len(self.text):
            if match := _STRING_PART.match(self.text, self.at):
                self.at = match.end()
            elif self.text[self.at] == '"':
                self.at += 1
                return
            elif self.text[self.at] in "$%":
                self.at += 1
                self.skip_balanced(depth + 1)
            else:
                break
        raise StoppedError("its quotes are never closed", start)

    def stepped(self) -> None:
        """Stop where it says more than anyone would."""
        self._steps += 1
        if self._steps > STEP_LIMIT:
            raise StoppedError(f"it has more than {STEP_LIMIT} parts", self.at)

    def deeper(self, depth: int) -> None:
        """Stop where it is nested deeper than anyone would, or says more."""
        self.stepped()
        if depth > DEPTH_LIMIT:
            raise StoppedError(f"it is nested deeper than {DEPTH_LIMIT}", self.at)
