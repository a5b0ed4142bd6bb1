"""Where in a file something stands, and the uses and skips that are made of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from bot.formats.dockerfile.text import Run
from bot.formats.dockerfile.values import Value
from bot.image import ImageRef
from bot.model import Piece, Position, Role, Skip, SkipReason, SourceFile, Span, Steer, Use

NAME = "dockerfile"

_LONGEST = 1000
_SMALL = 20_000
"""Characters up to which counting lines anew each time is cheaper than a table of them."""

# Every alternative begins with a character, never with a look behind it: then `re` goes straight to
# the characters that can begin one, which takes a tenth of the time.
_TEMPLATE = re.compile(
    r"\{\{|\{%|<%|\[\[(?![0-9a-fA-F:]*\])|@@\w+@@|%%(?<!\w%%)\w+%%"
    r"|\{(?<!\$\{)[a-z_]\w*\}|\$\([A-Za-z_]"
)
_PLACEHOLDER = re.compile(
    r"\}\}|%\}|%>|\]\]|@\w+@|%\w+%|#\{|\{\w+\}|<[\w -]+>|\[\w+\]"
    r"|__(?<![A-Za-z0-9]__)[A-Za-z][A-Za-z0-9_]*__(?![A-Za-z0-9])"
)
_DOLLAR = re.compile(r"\$[\w{]")
_TEMPLATE_WORD = re.compile(
    r"(?:\{\{.{0,120}?\}\}|\{%.{0,120}?%\}|<%.{0,120}?%>|\[\[.{0,120}?\]\]|\S)+", re.DOTALL
)


class About(NamedTuple):
    """What is known of a use beside the reference itself."""

    role: Role
    stage: str | None = None
    platform: str | None = None
    steers: tuple[Steer, ...] = ()


def templated(text: str) -> bool:
    """Whether the text holds a placeholder of some template language."""
    return bool(_TEMPLATE.search(text))


def template_end(text: str, at: int) -> int:
    """Where the word that begins at `at` ends if blanks within placeholders belong to it."""
    match = _TEMPLATE_WORD.match(text, at)
    return match.end() if match else at


class Places:
    """The places of one file."""

    def __init__(self, file: SourceFile) -> None:
        self.file, self.text, self.path = file, file.text, file.path
        self._starts: list[int] | None = None

    def position(self, offset: int) -> Position:
        """The line and column of a character, as `SourceFile.position` has it, at less cost."""
        if len(self.text) < _SMALL:
            return self.file.position(offset)
        if self._starts is None:
            first = 1 if self.text.startswith("\ufeff") else 0
            self._starts = [first, *[match.end() for match in re.finditer("\n", self.text)]]
        line = max(bisect_right(self._starts, offset), 1)
        return Position(line, max(offset - self._starts[line - 1], 0) + 1)

    def line(self, offset: int) -> int:
        """The line that a character stands on, from 1."""
        return self.position(offset).line

    def skip(self, span: Span, reason: SkipReason, detail: str) -> Skip:
        """The place at `span`, left alone."""
        position = self.position(span.start)
        return Skip(self.path, NAME, span, position, span.of(self.text), reason, detail)

    def plain(self, at: int, text: str, about: About) -> Use | None:
        """The use of a reference spelled out at `at`; `None` if it needs a closer look."""
        image = _surely(text)
        if image is None:
            return None
        span = Span(at, at + len(text))
        return self.use(span, image, (Piece(text, span),), about)

    def mention(self, span: Span, value: Value, about: About) -> Use | Skip:
        """The reference at `span`, whose word has expanded to `value`; a skip if it is none."""
        text = value.text
        if image := _surely(text):
            return self.use(span, image, pieces(value.runs), about)
        if len(text) > _LONGEST:
            return self.skip(span, "invalid-reference", "it is too long for an image reference")
        template = templated(text)
        if not template and _DOLLAR.search(text):
            why = "its `$` is escaped or quoted, so nothing is put in its place"
            return self.skip(span, "variable-not-expanded", why)
        if template or _PLACEHOLDER.search(text):
            return self.skip(span, "template", "a template fills this in before it is built")
        try:
            image = ImageRef.parse(text)
        except ValueError as error:
            return self.skip(span, "invalid-reference", f"{error}")
        return self.use(span, image, pieces(value.runs), about)

    def use(self, span: Span, image: ImageRef, made: tuple[Piece, ...], about: About) -> Use:
        """The use of `image` at `span`, its digest to be written behind the last piece."""
        last = made[-1]
        return Use(
            path=self.path,
            format=NAME,
            span=span,
            position=self.position(span.start),
            text=span.of(self.text),
            image=image,
            pieces=made,
            role=about.role,
            stage=about.stage,
            platform=about.platform,
            digest_at=last.span.end if last.span and not last.variable else None,
            steers=about.steers,
        )


def _surely(text: str) -> ImageRef | None:
    """The image that the text names, if no character of it could be a placeholder's."""
    if "__" in text or "[" in text:
        return None
    try:
        return ImageRef.parse(text)
    except ValueError:
        return None


def pieces(runs: Iterable[Run]) -> tuple[Piece, ...]:
    """The runs as pieces; neighbours in the file, of the same origin, are one."""
    made: list[Piece] = []
    for text, at, via in runs:
        if not text:
            continue
        variable = via[-1] if via else None
        last = made[-1] if made else None
        if last and last.span and last.span.end == at and last.variable == variable:
            made[-1] = Piece(last.text + text, Span(last.span.start, at + len(text)), variable)
        else:
            span = None if at is None else Span(at, at + len(text))
            made.append(Piece(text, span, variable))
    return tuple(made)


def unquoted_span(text: str, span: Span) -> Span:
    """The span without the quotes that surround all of it."""
    inner = span.of(text)
    if len(inner) > 1 and inner[0] in "\"'" and inner.find(inner[0], 1) == len(inner) - 1:
        return Span(span.start + 1, span.end - 1)
    return span
