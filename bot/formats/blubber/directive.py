"""The line `# syntax=…` that names the frontend, as BuildKit's directive parser reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model import Span

# frontend/dockerfile/parser/directives.go of https://github.com/moby/buildkit
_DIRECTIVE = re.compile(
    r"#\s*(?P<key>[a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(?P<value>\S[^\n]*)"
)
_KNOWN = {"syntax", "escape", "check"}
_LOOKS_LIKE_SYNTAX = re.compile(r"#[ \t]*syntax[ \t]*=[ \t]*(?P<value>\S[^\n]*)", re.IGNORECASE)
_WHITESPACE = "\t\n\f\r "


@dataclass(frozen=True, slots=True)
class SyntaxLine:
    """A syntax line: the reference it names, where that stands, and the rest of the line."""

    said: str
    rest: str
    span: Span


def syntax_line(text: str) -> SyntaxLine | None:
    """
    The syntax that BuildKit would take: the first one among the directives that begin the file.

    A byte order mark and a `#!` line are passed over; any other line ends the directives.
    """
    for start, line in _leading_lines(text):
        match = _DIRECTIVE.fullmatch(line)
        if not match or match["key"].lower() not in _KNOWN:
            return None
        if match["key"].lower() == "syntax":
            return _syntax_line(match, start)
    return None


def passed_over(text: str, taken: SyntaxLine | None) -> Iterator[SyntaxLine]:
    """The lines among the comments at the top that look like a syntax line and are none."""
    for start, line in _leading_lines(text):
        match = _LOOKS_LIKE_SYNTAX.fullmatch(line)
        if match:
            found = _syntax_line(match, start)
            if taken is None or found.span != taken.span:
                yield found
        elif line.strip() and not line.startswith("#"):
            return


def _leading_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without their ends, each with its offset, from after the byte order mark and `#!`."""
    at = 1 if text.startswith("\ufeff") else 0
    if text.startswith("#!", at):
        at = text.find("\n", at) + 1 or len(text)
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield at, text[at:end].removesuffix("\r")
        at = end + 1


def _syntax_line(match: re.Match[str], start: int) -> SyntaxLine:
    value = match["value"].rstrip(_WHITESPACE)
    said = value.partition(" ")[0]
    at = start + match.start("value")
    return SyntaxLine(said, value[len(said) :], Span(at, at + len(said)))
