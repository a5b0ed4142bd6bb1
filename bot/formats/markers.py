"""
Rebuild markers: for those who stay on a tag that moves, a comment that says what it pointed at.

    # rebuild marker: sha256:…
    base: docker-registry.wikimedia.org/bookworm:latest

Nothing reads the comment but people and this bot. A commit that changes it has a pipeline build
the file again, on what the tag points at by then; the reference itself is never pinned by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.model import DigestIn, Mention, Piece, SourceFile, Span, Use

FORMATS = frozenset({"blubber", "dockerfile"})
"""Formats whose comments have a line of their own, begin with `#`, and may stand above a use."""

_MARKED = re.compile(r"[ \t]*#[ \t]*rebuild marker:[ \t]*(sha256:[0-9a-f]{64})[ \t]*\r?\n?")
_BEFORE = "# rebuild marker: "
_ROLES = frozenset({"from", "base", "copy", "mount"})
_INDENT = re.compile(r"[ \t]*")


def marked(file: SourceFile, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions, those uses with their digest that have a marker right above their line."""
    for mention in mentions:
        if isinstance(mention, Use) and not mention.image.digest and mention.role in _ROLES:
            yield _with_marker(file, mention)
        else:
            yield mention


def markable(file: SourceFile, use: Use) -> Use:
    """A use whose digest, if it is given one, goes into a marker; itself where none can be."""
    if use.image.digest or use.format not in FORMATS or use.role not in _ROLES:
        return use
    at = _line_start(file.text, use.span.start)
    indent = _INDENT.match(file.text, at)
    end = "\r\n" if "\r\n" in file.text else "\n"
    around = DigestIn(f"{indent[0] if indent else ''}{_BEFORE}", end)
    return use._replace(digest_at=at, digest_in=around, no_digest=None, marker=True)


def _with_marker(file: SourceFile, use: Use) -> Use:
    start = _line_start(file.text, use.span.start)
    above = _line_start(file.text, start - 1) if start else 0
    match = _MARKED.fullmatch(file.text, above, start)
    if not match:
        return use
    image = use.image.at(use.image.tag, match[1])
    digest = Piece(match[1], Span(*match.span(1)))
    pieces = (*use.pieces, Piece("@", None), digest)
    return use._replace(
        image=image, pieces=pieces, carries="reference", no_digest=None, marker=True
    )


def _line_start(text: str, at: int) -> int:
    start = text.rfind("\n", 0, max(at, 0)) + 1
    return start + 1 if text.startswith("\ufeff", start) and start == 0 else start
