"""The lines of a script, continued ones as one, and which of them a comment asks to look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.formats.steering import asks_for_image
from bot.formats.telling import Value
from bot.formats.yaml_spans import Remark, Scalar
from bot.model import Piece, Span

Language = Literal["shell", "make", "just"]

_LINE = re.compile(r"[^\n]*(?:\n|$)")
_OURS = re.compile(r"(?<!\S)#+[ \t]*basewatch\b[^\r\n]*", re.IGNORECASE)
_TEXT = "tag:yaml.org,2002:str"  # whatever a value looks like, it is no number
_LEAD = (
    r"[ \t]*(?:(?:export|readonly|local|declare|typeset|override|private)[ \t]+(?:-\w+[ \t]+)*)*+"
    r"(?P<name>[A-Za-z_][\w.-]*)"
)
_VALUE = r"(?:\"(?P<double>[^\"\\\n`]*)\"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s'\"\\#;`|&<>]+))"
_END = r"[ \t]*(?:;[ \t]*)?(?:#[^\n]*)?\r?\n?"
_ASSIGNMENT: dict[Language, re.Pattern[str]] = {
    "shell": re.compile(rf"{_LEAD}={_VALUE}{_END}"),
    "make": re.compile(rf"{_LEAD}[ \t]*(?:\?|:{{1,3}})?=[ \t]*{_VALUE}{_END}"),
    "just": re.compile(rf"{_LEAD}[ \t]*:=[ \t]*{_VALUE}{_END}"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A line, with those that it goes on in, and the comment that asks to look at it."""

    span: Span
    comment: Span


@dataclass(frozen=True, slots=True)
class Assignment:
    """A name, and the characters that are its value."""

    name: str
    value: Scalar
    literal: bool


@dataclass(slots=True)
class Script:
    """
    A script's lines.

    `asked`: those to look at. `remarks`: comments for us, and those that have a line to themselves.
    """

    language: Language
    asked: list[Asked] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    lines: list[Span] = field(default_factory=list)


def language_of(path: str) -> Language:
    """The language of a file, by its name."""
    name = path.rpartition("/")[2].lower()
    if name.endswith((".just", "justfile")):
        return "just"
    return "make" if name.endswith((".mk", "makefile")) else "shell"


def read(path: str, text: str) -> Script:
    """Read a whole text; raises nothing."""
    script = Script(language_of(path))
    asking: Span | None = None
    start: int | None = None  # of a line that goes on
    for line in _LINE.finditer(text, 1 if text.startswith("\ufeff") else 0):
        said = line[0].strip(" \t\r\n")
        if start is None and said.startswith("#"):
            comment = Span(line.start() + line[0].index("#"), line.start() + len(line[0].rstrip()))
            script.remarks.append(Remark(comment, alone=True))
            asking = comment if asks_for_image(said) else asking
            continue
        ours = _OURS.search(line[0])
        if ours:
            comment = Span(line.start() + ours.start(), line.start() + ours.end())
            script.remarks.append(Remark(comment, alone=False))
            asking = comment if asks_for_image(ours[0]) else asking
        start = line.start() if start is None else start
        if said.endswith("\\") and line.end() < len(text):
            continue
        script.lines.append(Span(start, line.end()))
        if asking:
            script.asked.append(Asked(script.lines[-1], asking))
        asking, start = None, None
    return script


def assignment(text: str, span: Span, language: Language) -> Assignment | None:
    """What a line gives a name, if it does nothing else."""
    match = _ASSIGNMENT[language].fullmatch(text, *span)
    if not match:
        return None
    kind = next(kind for kind in ("double", "single", "bare") if match[kind] is not None)
    if language == "just" and kind == "bare":
        return None
    literal = kind == "single" and language != "make"
    return Assignment(
        match["name"], Scalar(match[kind], Span(*match.span(kind)), tag=_TEXT), literal
    )


def values(text: str, script: Script) -> dict[str, Value]:
    """What the names stand for that are given one value and no other."""
    found = [*_given(text, script)]
    times = Counter(each.name for each in found)
    return {
        each.name: (Piece(each.value.value, each.value.span, each.name),)
        for each in found
        if times[each.name] == 1
        and each.value.value
        and not (each.literal and "$" in each.value.value)
    }


def _given(text: str, script: Script) -> Iterator[Assignment]:
    for span in script.lines:
        found = assignment(text, span, script.language)
        if found:
            yield found
