"""
Units of systemd, read as Podman's generator does.

The rules are those of `pkg/systemd/parser/unitfile.go` in https://github.com/containers/podman:
spaces around a line do not count, a line that ends in a backslash goes on at once in the next one
that is no comment, and nothing but a section, a comment or `key=value` may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.formats.yaml_spans import Scalar, Trouble
from bot.model import Span

NO_PAIR = "it is no section, no comment and no `key=value`"
NO_SECTION = "it does not start with a section"
TOO_LONG = "it is longer than any unit that somebody wrote"

_MOST_LINES = 10_000
_LINE = re.compile(r"[^\n]+")
_SECTION = re.compile(r"\[(?P<name>[^\]\[\x00-\x1f]+)\][ \t]*")
_TEXT = "tag:yaml.org,2002:str"  # whatever a value looks like, it is no number


class Entry(NamedTuple):
    """One `key=value`: the section it is in, and the runs of characters that are the value."""

    section: str
    key: Scalar
    runs: tuple[Scalar, ...]

    @property
    def value(self) -> str:
        """What it says."""
        return "".join(run.value for run in self.runs)


@dataclass(frozen=True, slots=True)
class Unit:
    """The entries of a unit in their order, and why it could not be read any further."""

    entries: list[Entry] = field(default_factory=list)
    trouble: Trouble | None = None


def read_unit(text: str) -> Unit:
    """Read a text as far as it is a unit; raises nothing."""
    unit = Unit()
    if text.count("\n") > _MOST_LINES:
        return Unit(trouble=Trouble(TOO_LONG, 0))
    section = ""
    for spans in _logical_lines(text):
        said = "".join(span.of(text) for span in spans)
        if match := _SECTION.fullmatch(said):
            section = match["name"]
        elif not section:
            return Unit(unit.entries, Trouble(NO_SECTION, spans[0].start))
        elif said.find("=") < 1:
            return Unit(unit.entries, Trouble(NO_PAIR, spans[0].start))
        else:
            unit.entries.append(_entry(text, section, spans, said))
    return unit


def _logical_lines(text: str) -> Iterator[list[Span]]:
    """Lines as they are put together, each as the runs of characters it is made of."""
    parts: list[Span] = []
    for line in _LINE.finditer(text, text.startswith("\ufeff")):
        start = line.start() + len(line[0]) - len(line[0].lstrip())
        end = start + len(line[0].strip())
        if start == end or text[start] in "#;":
            continue
        goes_on = text[end - 1] == "\\"
        parts.append(Span(start, end - goes_on))
        if not goes_on:
            yield parts
            parts = []
    if parts:
        yield parts


def _entry(text: str, section: str, spans: list[Span], said: str) -> Entry:
    equals = said.index("=")
    start = equals + 1 + len(said[equals + 1 :]) - len(said[equals + 1 :].lstrip())
    end = max(start, len(said.rstrip()))
    if end - start > 1 and said[start] == said[end - 1] == '"':
        start, end = start + 1, end - 1
    name = said[:equals].rstrip()
    key = Scalar(name, Span(spans[0].start, spans[0].start + len(name)))
    return Entry(section, key, tuple(_cut(text, spans, start, end)))


def _cut(text: str, spans: list[Span], start: int, end: int) -> Iterator[Scalar]:
    """Characters `start` up to `end` of what spans say together."""
    at = 0
    for span in spans:
        low, high = max(start - at, 0), min(end - at, span.end - span.start)
        if low < high:
            part = Span(span.start + low, span.start + high)
            yield Scalar(part.of(text), part, tag=_TEXT)
        at += span.end - span.start
