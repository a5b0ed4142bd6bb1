"""
The parser directives at the top of a Dockerfile: `# syntax=`, `# escape=`, `# check=`.

The rules are those of https://github.com/moby/buildkit/blob/master/frontend/dockerfile/parser/directives.go:
the parser allows blanks before a directive, the look for a syntax does not, but it passes over a
`#!` line and, where no `#` directive names a syntax, reads `//` directives and a JSON object too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.formats.dockerfile.text import SPACES
from bot.model import Span

_NAMES = frozenset({"syntax", "escape", "check"})
_GO_SPACE = r"[\t\n\f\r ]"
_DIRECTIVE = re.compile(rf"[{SPACES}]*([a-zA-Z][a-zA-Z0-9]*){_GO_SPACE}*={_GO_SPACE}*([^\n]+)")
_HEAD = re.compile(r"(?!#!)(?:#[^\n]{0,200}+\n){1,4}+(?=[A-Za-z\n])")
"""A few comments at the top of a file, all of them: no directive can come after."""
_JSON_SYNTAX = re.compile(r'"syntax"\s*:\s*"([^"\\]*)"')


class Directive(NamedTuple):
    """A directive's name in lower case, its value, and where the value stands."""

    name: str
    value: str
    at: int
    line: int


class BadDirective(NamedTuple):
    """Why the parser refuses a directive, as a clause; its line, from 0, and where it stands."""

    why: str
    line: int
    span: Span


def directives(text: str) -> tuple[tuple[Directive, ...], BadDirective | None]:
    """The directives that the parser obeys, and the one that it refuses."""
    head = _HEAD.match(text)
    return _directives_of_head(head[0]) if head else _directives(text)


def _directives(text: str) -> tuple[tuple[Directive, ...], BadDirective | None]:
    start = _start(text)
    if text[start : start + 80].lstrip(SPACES)[:1] not in ("#", ""):
        return (), None
    found: dict[str, Directive] = {}
    for directive in _read(text, start, "#", indented=True):
        why = None
        if directive.name in found:
            why = f"only one {directive.name} directive can be used"
        elif directive.name == "escape" and directive.value not in ("\\", "`"):
            value = directive.value[:20]
            why = f"the escape character can be a backslash or a backtick, not {value}"
        if why:
            return tuple(found.values()), BadDirective(
                why, directive.line, _line(text, directive.at)
            )
        found[directive.name] = directive
    return tuple(found.values()), None


class Syntax(NamedTuple):
    """The image that reads the file: its name as spelled, and whether the file is no Dockerfile."""

    text: str
    span: Span
    line: Span
    foreign: bool = False


def syntax(text: str) -> Syntax | None:
    """The frontend image that the file asks for, as BuildKit's `DetectSyntax` sees it."""
    head = _HEAD.match(text)
    return _syntax_of_head(head[0]) if head else _syntax(text)


def _syntax(text: str) -> Syntax | None:
    start = _start(text)
    if text.startswith("#!", start):
        start = text.find("\n", start) + 1 or len(text)
    first = text[start : start + 1]
    if first not in ("#", "/", "{") and not first.isspace():
        return None
    for comment in ("#", "//"):
        if not text.startswith(comment, start):
            continue
        for found in _read(text, start, comment, indented=False):
            if found.name == "syntax":
                value = found.value.partition(" ")[0]
                span = Span(found.at, found.at + len(value))
                return Syntax(value, span, _line(text, found.at), foreign=comment == "//")
    return _json_syntax(text, start)


# Most files begin as others do, so their first lines are read once.
_directives_of_head = lru_cache(maxsize=256)(_directives)
_syntax_of_head = lru_cache(maxsize=256)(_syntax)


def _json_syntax(text: str, start: int) -> Syntax | None:
    if not text[start : start + 64].lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text[start:])
    except (ValueError, RecursionError):
        return None
    named = value.get("syntax") if isinstance(value, dict) else None
    match = _JSON_SYNTAX.search(text, start)
    if not match or named != match[1] or not match[1]:
        return None
    return Syntax(match[1], Span(*match.span(1)), Span(*match.span(1)), foreign=True)


def _start(text: str) -> int:
    return 1 if text.startswith("\ufeff") else 0


def _line(text: str, at: int) -> Span:
    end = text.find("\n", at)
    return Span(text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end)


def _read(text: str, start: int, comment: str, *, indented: bool) -> Iterator[Directive]:
    """The directives that stand without a gap from `start` on."""
    seen: set[str] = set()
    line = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        body = text[start:end]
        at = start + (len(body) - len(body.lstrip(SPACES)) if indented else 0)
        match = (
            _DIRECTIVE.match(text, at + len(comment), end) if text.startswith(comment, at) else None
        )
        if not match or match[1].lower() not in _NAMES:
            return
        name, value = match[1].lower(), match[2].rstrip("\t\f\r ")
        if not value or (name in seen and not indented):
            return
        seen.add(name)
        yield Directive(name, value, match.start(2), line)
        start, line = end + 1, line + 1
