"""
Divide a Dockerfile into instructions, as BuildKit's parser does.

The rules are those of https://github.com/moby/buildkit/blob/master/frontend/dockerfile/parser/parser.go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.formats.dockerfile.directives import Directive, directives
from bot.formats.dockerfile.heredocs import heredocs
from bot.formats.dockerfile.text import SPACES, Instruction, command
from bot.model import Span

LINE_LIMIT = 65535
"""Bytes of one line that BuildKit reads: Go's `bufio.MaxScanTokenSize`."""

_IDLE = re.compile(
    r"(?:[ \t]*(?:(?:RUN|COPY|ADD|WORKDIR|USER|EXPOSE|VOLUME|STOPSIGNAL|CMD|ENTRYPOINT)[ \t]+"
    r"(?:[^\n\\`<{%\[ \t-][^\n\\`<{%]*|\[\"[^\"\n\\`<]*\"(?:, ?\"[^\"\n\\`<]*\")*\])"
    r"|#[^\n]*)?\r?\n)++",
    re.IGNORECASE,
)
"""Comments, and instructions of one line without flags, continuation or here-document."""

_IDLE_RUN = {
    escape: re.compile(
        r"[ \t]*+(?i:RUN)[ \t]++"
        r"(?:<<(?P<end>[A-Za-z]\w*+)\n(?:(?!(?P=end)\r*+\n)[^\n]*+\n)*+(?P=end)"
        rf"|{part}{more}(?:[ \t]*+(?:#[^\n]*+)?+\n|{part}{more})*+{part})\n",
        re.ASCII,
    )
    for escape, part, more in (
        ("\\", r"[ -;=-Z^-~\t]*+", r"(?<=[ \t;&|])\\[ \t]*+\n"),
        ("`", r"[ -;=-Z^-_a-~\t]*+", r"(?<=[ \t;&|])`[ \t]*+\n"),
    )
}
"""By each escape, a `RUN` of several lines none of whose words is quoted in brackets or divided."""

_MAY_BE_RUN = ("R", "r", " ", "\t")

_ONE_LINE = re.compile(r"[ \t]*+(([A-Za-z]++)[\t\v\f ]++([^\n\r\\`]*+))\n")
"""A line that is surely an instruction of its own: its text, keyword and rest."""

_WITH_HEREDOCS = frozenset({"RUN", "COPY", "ADD", "ONBUILD"})


class Refusal(NamedTuple):
    """Why a builder refuses the file, as a clause, and where."""

    why: str
    line: int
    span: Span


@dataclass(slots=True)
class Reading:
    """What a Dockerfile's text consists of; `comments` only where they were asked for."""

    instructions: list[Instruction] = field(default_factory=list)
    escape: str = "\\"
    directives: tuple[Directive, ...] = ()
    refusals: list[Refusal] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)


def instructions(text: str) -> list[tuple[str, int, int]]:
    """The keyword, first and last line of each instruction, for comparison with other parsers."""
    return [
        (found.keyword, found.line, found.last) for found in read(text, every=True).instructions
    ]


def read(text: str, *, comments: bool = False, every: bool = False) -> Reading:
    """
    Read a whole text; never raises: what a builder would not take is in `refusals`.

    Unless `every` is set, instructions of one line that can have nothing to do with images are
    passed over.
    """
    reading = Reading()
    reading.directives, refusal = directives(text)
    if refusal:
        reading.refusals.append(Refusal(refusal.why, refusal.line + 1, refusal.span))
    for directive in reading.directives:
        if directive.name == "escape":
            reading.escape = directive.value
    lines = _Lines(text, reading, comments=comments)
    while lines.at < len(text):
        found = lines.instruction()
        if found and found.keyword.upper() == "FROM":
            # What stands before the first FROM makes builders refuse a file, so it is looked at.
            break
    while lines.at < len(text):
        if not (every or comments):
            lines.pass_over()
        lines.instruction()
    _refuse_long_lines(text, reading)
    return reading


def _refuse_long_lines(text: str, reading: Reading) -> None:
    if len(text) * 3 < LINE_LIMIT:
        return
    start = 0
    for number, line in enumerate(text.split("\n")):
        if len(line) * 3 > LINE_LIMIT and _size(line) > LINE_LIMIT:
            span = Span(start, start + len(line))
            why = f"it is longer than {LINE_LIMIT:,} bytes"
            reading.refusals.append(Refusal(why, number + 1, span))
            return
        start += len(line) + 1


def _size(line: str) -> int:
    return len(line.encode("utf-8", "surrogateescape"))


class _Lines:
    """The physical lines: the next one begins at `at`; `number` of them are read."""

    def __init__(self, text: str, reading: Reading, *, comments: bool) -> None:
        self.text, self.reading, self.comments = text, reading, comments
        self.escape = reading.escape
        self.at = 1 if text.startswith("\ufeff") else 0
        self.number = 0
        self.above: list[Span] = []
        self.endings: set[str] | None = None

    def next(self) -> str:
        """The next line, its end left out, though not a carriage return."""
        end = self.text.find("\n", self.at)
        line = self.text[self.at :] if end < 0 else self.text[self.at : end]
        self.at += len(line) + 1
        self.number += 1
        return line

    def pass_over(self) -> None:
        """Go on to the next line that may have to do with images."""
        text, start = self.text, self.at
        while match := _IDLE.match(text, self.at) or (
            text.startswith(_MAY_BE_RUN, self.at) and self._idle_run()
        ):
            self.at = match.end()
        if self.at > start:
            self.number += text.count("\n", start, self.at)

    def _idle_run(self) -> re.Match[str] | None:
        """A `RUN` of several lines that take nothing from an image, nor look as if they did."""
        match = _IDLE_RUN[self.escape].match(self.text, self.at)
        if not match:
            return None
        said = match[0].lower()
        return None if "from" in said or "syntax" in said else match

    def instruction(self) -> Instruction | None:
        """Read the next line, and where an instruction begins there, all of the instruction."""
        found = self._one_line() or self._any()
        if found is None:
            return None
        if self.above:
            found.above, self.above = tuple(self.above), []
        if "<<" in found.text and found.keyword.upper() in _WITH_HEREDOCS:
            self._heredocs(found)
        self.reading.instructions.append(found)
        return found

    def _one_line(self) -> Instruction | None:
        """What `_any` makes of a line without peculiarities, at less cost; `None`: it has some."""
        match = _ONE_LINE.match(self.text, self.at)
        if not match:
            return None
        start, rest = match.start(1), match.start(3)
        self.at = match.end()
        self.number = number = self.number + 1
        return Instruction(match[2], match[1], rest - start, number, number, ((0, start),))

    def _any(self) -> Instruction | None:
        at = self.at
        raw = self.next()
        body = raw.lstrip(SPACES)
        if not body or body[0] == "#":
            if self.comments:
                self._comment(at, raw, body)
            return None
        start = at + len(raw) - len(body)
        body = body.rstrip("\r")
        tail = body.rstrip(" \t")
        if tail[-1] == self.escape and tail[-2:-1] != self.escape:
            return self._continued(start, tail[:-1])
        keyword, rest = command(body)
        return Instruction(keyword, body, rest, self.number, self.number, ((0, start),))

    def _comment(self, at: int, raw: str, body: str) -> None:
        if not body:
            self.above = []
            return
        self.above.append(Span(at, at + len(raw.rstrip("\r"))))
        self.reading.comments.append(self.above[-1])

    def _continued(self, start: int, first: str) -> Instruction:
        number = self.number
        parts, seams, length = [first], [(0, start)], len(first)
        inside: list[Span] = []
        while self.at < len(self.text):
            at, body = self.at, self.next().rstrip("\r")
            bare = body.lstrip(SPACES)
            if not bare or bare[0] == "#":
                if bare and self.comments:
                    inside.append(Span(at, at + len(body)))
                continue
            tail = body.rstrip(" \t")
            more = tail[-1] == self.escape and tail[-2:-1] != self.escape
            part = tail[:-1] if more else body
            if part:
                seams.append((length, at))
                parts.append(part)
                length += len(part)
            if not more:
                break
        if not first and len(seams) > 1:
            del seams[0]
        text = "".join(parts)
        keyword, rest = command(text)
        self.reading.comments += inside
        return Instruction(
            keyword, text, rest, number, self.number, tuple(seams), inside=tuple(inside)
        )

    def _heredocs(self, found: Instruction) -> None:
        for name, strip_tabs, certain in heredocs(found):
            if not certain and not self._ends_with(name):
                continue
            first = self.at
            while self.at < len(self.text):
                at, line = self.at, self.next().rstrip("\r")
                if (line.lstrip("\t") if strip_tabs else line) == name:
                    found.heredocs += (Span(first, at),)
                    break
            else:
                found.heredocs += (Span(first, len(self.text)),)
                why = f"its here-document {name[:40]} does not end"
                self.reading.refusals.append(Refusal(why, found.line, found.whole))
            found.last = self.number

    def _ends_with(self, name: str) -> bool:
        """Whether any line could end a here-document of that name."""
        if self.endings is None:
            self.endings = {line.rstrip("\r").lstrip("\t") for line in self.text.split("\n")}
        return name in self.endings
