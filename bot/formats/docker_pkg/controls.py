"""
What a `control` file says an image builds on: `Build-Depends` and `Depends`, as docker-pkg reads.

The syntax is https://manpages.debian.org/deb822; names have no versions there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from bot.edits import rewrite
from bot.model import Edit, SourceFile, Span

_FIELD = re.compile(
    r"^(?P<key>Build-Depends|Depends)[ \t]*:"
    r"(?P<said>[^\n]*(?:\n(?:[ \t]+[^\s]|#)[^\n]*)*)(?P<end>\n|$)",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = re.compile(r"[^\s,]+(?:[ \t]+[^\s,]+)*")
_COMMENT = re.compile(r"^#[^\n]*", re.MULTILINE)
_SAID = re.compile(r"\S")
_GAP = re.compile(r"(?<=\n)[ \t\r]*\n|\Z")


class Dependency(NamedTuple):
    """A name, and where the file has it."""

    name: str
    span: Span


def dependencies(file: SourceFile) -> Iterator[Dependency]:
    """Every name, in the order of the text."""
    for field in _FIELD.finditer(file.text):
        yield from _named(field)


def corrected(file: SourceFile, used: Collection[str]) -> str:
    """
    The file's text with the names that are `used`, and no others; fields that agree stay.

    A field with a comment in it is a person's, so its names stay as they are.
    """
    text = file.text
    fields = [field for field in _FIELD.finditer(text) if not _COMMENT.search(field["said"])]
    said = {found.name for found in dependencies(file)}
    missing = [name for name in used if name not in said]
    edits = [_edit(field, used, missing if n == 0 else ()) for n, field in enumerate(fields)]
    if missing and not fields:
        at = _end_of_first_paragraph(text)
        line_end = "" if not at or text[at - 1] == "\n" else "\n"
        edits.append(Edit(Span(at, at), f"{line_end}Build-Depends: {', '.join(missing)}\n"))
    return rewrite(text, filter(None, edits))


def _end_of_first_paragraph(text: str) -> int:
    first = _SAID.search(text)
    gap = _GAP.search(text, first.end()) if first else None
    return gap.start() if gap else 0


def _edit(field: re.Match[str], used: Collection[str], missing: Collection[str]) -> Edit | None:
    names = [found.name for found in _named(field)]
    wanted = [*(name for name in names if name in used), *missing]
    if wanted == names:
        return None
    if not wanted:
        return Edit(Span(*field.span()), "")
    between = ",\n " if "\n" in field["said"].rstrip() else ", "
    return Edit(Span(*field.span("said")), f" {between.join(wanted)}")


def _named(field: re.Match[str]) -> Iterator[Dependency]:
    start = field.start("said")
    said = _COMMENT.sub(lambda match: " " * len(match[0]), field["said"])
    for match in _NAME.finditer(said):
        yield Dependency(match[0], Span(start + match.start(), start + match.end()))
