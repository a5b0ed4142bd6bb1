"""What to say of a place: a use, a skip with its reason, or nothing where no image is named."""

from __future__ import annotations

import re
from collections.abc import Collection as Container
from collections.abc import Iterable, Iterator
from functools import cached_property

from bot.formats.blubber.directive import SyntaxLine
from bot.formats.blubber.places import Place
from bot.formats.steering import STRAY, complaint, steers
from bot.formats.yaml_spans import (
    Alias,
    Collection,
    Comments,
    Lines,
    Reading,
    Scalar,
    Spelling,
    Trouble,
    is_null,
    is_text,
    spelling,
    target,
)
from bot.image import ImageRef
from bot.model import Mention, Piece, Skip, SkipReason, SourceFile, Span, Steer, Use

_TEMPLATE = re.compile(r"\{\{|\{%|\{#|<%|@@|%%|\[\[")
_LOCAL = "local"
_CURRENT = "v4"
_OLD = {"v1", "v2", "v3"}
_TEXT_LIMIT = 200

NO_DIGEST_IN_SYNTAX = (
    "a digest in the syntax line hangs PipelineLib's reader, so it is bumped by tag only"
)
NO_DIGEST_AFTER_ESCAPE = "the reference ends in an escape, after which nothing can be put in place"


class Teller:
    """Tells the mentions of one file, the syntax line last: its comments may be another use's."""

    def __init__(self, file: SourceFile, format_: str, reading: Reading) -> None:
        self._file = file
        self._format = format_
        self._reading = reading
        self._lines = Lines(file.text)
        self._steered = "basewatch" in file.text.lower()
        self._use_lines: set[int] = set()
        self._syntax_line: int | None = None
        self._steers_of_lines: dict[tuple[int, int], tuple[Steer, ...]] = {}

    def place(self, place: Place, variants: Container[str], unread: str | None) -> Mention | None:
        """
        What a place says; `None` where it names no image, as `base: null` and an empty `from`.

        `unread` says why nothing of the document is ever read.
        """
        said = target(place.node)
        if isinstance(said, Collection):
            return self._no_scalar(place, said)
        if is_null(said):
            return None
        spelled = spelling(self._file.text, said)
        span = place.node.span if isinstance(place.node, Alias) else spelled.span
        if left := _left_alone(place, said, spelled.words, variants):
            return self._skip(span, *left)
        image = _reference(spelled.words)
        if isinstance(image, str):
            return self._skip(span, "invalid-reference", image)
        if unread:
            return self._skip(span, "dead-config", unread)
        return self._use(place, said, spelled, image)

    def syntax(self, line: SyntaxLine, unread: str | None) -> Mention:
        """
        What a syntax line says.

        A new digest is never written there; one that somebody has put there is kept in step.
        """
        self._syntax_line = self._lines.of(line.span.start)
        if left := _placeholder(line.said + line.rest):
            return self._skip(Span(line.span.start, line.span.end + len(line.rest)), *left)
        image = _reference(line.said)
        if isinstance(image, str):
            return self._skip(line.span, "invalid-reference", image)
        if unread:
            return self._skip(line.span, "dead-config", unread)
        return Use(
            path=self._file.path,
            format=self._format,
            span=line.span,
            position=self._lines.position(line.span.start),
            text=line.said,
            image=image,
            pieces=(Piece(line.said, line.span),),
            role="syntax",
            carries="reference" if image.digest else "tag",
            no_digest=NO_DIGEST_IN_SYNTAX,
            steers=self._syntax_steers(line),
        )

    def passed_over(self, line: SyntaxLine) -> Skip:
        """A line that looks like a syntax line, and that BuildKit does not read as one."""
        detail = "BuildKit reads the first syntax line only, and none after another kind of line"
        return self._skip(line.span, "comment", detail)

    def unparsable(self, trouble: Trouble) -> Skip:
        """A file that cannot be read as YAML, told by the line that says why."""
        number = self._lines.of(min(trouble.offset, len(self._file.text)))
        start = self._lines.start(number)
        span = Span(start, len(self._file.text))
        return self._skip(span, "unparsable", f"line {number + 1}: {trouble.problem}")

    def _use(self, place: Place, said: Scalar, spelled: Spelling, image: ImageRef) -> Use:
        self._use_lines.add(self._lines.of(_start(place)))
        span = place.node.span if isinstance(place.node, Alias) else spelled.span
        return Use(
            path=self._file.path,
            format=self._format,
            span=span,
            position=self._lines.position(span.start),
            text=span.of(self._file.text),
            image=image,
            pieces=_pieces(place, spelled),
            role=place.role,
            stage=place.stage,
            digest_at=spelled.end,
            no_digest=None if spelled.end else NO_DIGEST_AFTER_ESCAPE,
            steers=self._steers(place, said, spelled.span),
        )

    def _no_scalar(self, place: Place, said: Collection) -> Skip:
        span = Span(said.start, said.end)
        if left := _placeholder(self._file.text[said.start : said.start + 2]):
            return self._skip(span, *left)
        key = place.key.value if place.key else place.role
        return self._skip(span, "invalid-reference", f"{key} is a {said.kind}, not a text")

    def _skip(self, span: Span, reason: SkipReason, detail: str) -> Skip:
        """A skip shows the first line of what stands at a span."""
        said = self._file.text[span.start : min(span.end, span.start + _TEXT_LIMIT)]
        first, *_ = said.splitlines() or [""]
        shown = Span(span.start, span.start + len(first.rstrip()))
        return Skip(
            path=self._file.path,
            format=self._format,
            span=shown,
            position=self._lines.position(shown.start),
            text=shown.of(self._file.text),
            reason=reason,
            detail=detail,
        )

    # ------------------------------------------------------------ the comments that steer

    @cached_property
    def _comments(self) -> Comments:
        return Comments(self._file.text, self._reading.scalars, self._lines)

    def _steers(self, place: Place, said: Scalar, content: Span) -> tuple[Steer, ...]:
        """What is said beside a use; an alias obeys what is said beside its anchor as well."""
        if not self._steered:
            return ()
        if not isinstance(place.node, Alias):
            return self._steers_beside(_start(place), content.end)
        here = self._steers_beside(_start(place), place.node.span.end)
        there = self._steers_beside(said.start, content.end)
        return tuple(dict.fromkeys(here + there))

    def _steers_beside(self, start: int, end: int) -> tuple[Steer, ...]:
        lines = self._lines.of(start), self._lines.of(max(start, end - 1))
        if lines not in self._steers_of_lines:
            said = self._comments.beside(*lines)
            found = [steer for comment in said for steer in steers(comment)]
            self._steers_of_lines[lines] = tuple(dict.fromkeys(found))
        return self._steers_of_lines[lines]

    def _syntax_steers(self, line: SyntaxLine) -> tuple[Steer, ...]:
        """
        A comment above would end the directives, so the ones right below count, unless they
        stand above a use of their own.
        """
        if not self._steered:
            return ()
        comments, end = self._comments.below(self._lines.of(line.span.start))
        below = () if end in self._use_lines else comments
        return tuple(steer for comment in (line.rest, *below) for steer in steers(comment))

    def strays(self, mentions: Iterable[Mention]) -> Iterator[Skip]:
        """A skip for every comment that is to steer something and stands beside nothing."""
        if not self._steered or self._reading.trouble:
            return
        lines = [*self._steers_of_lines]
        lines += [(mention.position.line - 1, mention.position.line - 1) for mention in mentions]
        heard = {number for pair in lines for number in self._comments.around(*pair)}
        if self._syntax_line is not None:
            heard.update(range(self._syntax_line, self._comments.below(self._syntax_line)[1]))
        for span in self._comments.elsewhere(heard):
            said = span.of(self._file.text)
            if steers(said):
                yield self._skip(span, "steering", complaint(said) or STRAY)


def why_unread(version: str | None, *, first: bool) -> str | None:
    """Why no builder reads a document of this version, as a clause; `None` where one does."""
    if version in _OLD:
        return f"Blubber reads version {_CURRENT} only, so nothing builds this {version} file"
    if not first:
        return "Blubber reads only the first document of a file"
    return None


def _reference(words: str) -> ImageRef | str:
    """The image that is meant, or why there is none."""
    try:
        return ImageRef.parse(words)
    except ValueError as error:
        return str(error)


def _pieces(place: Place, spelled: Spelling) -> tuple[Piece, ...]:
    """The pieces of a scalar; those that an alias stands for are held by its anchor."""
    if not isinstance(place.node, Alias):
        return spelled.pieces
    return tuple(piece._replace(variable=f"&{place.node.name}") for piece in spelled.pieces)


def _start(place: Place) -> int:
    return place.key.start if place.key else place.node.start


def _left_alone(
    place: Place, said: Scalar, words: str, variants: Container[str]
) -> tuple[SkipReason, str] | None:
    if place.role != "base" and (words == _LOCAL or words in variants):
        what = "the build context" if words == _LOCAL else "a variant of this file"
        return "variant", f"{words} is {what}"
    if left := _placeholder(words):
        return left
    if not is_text(said):
        return "invalid-reference", f"{words} is a number or truth value to YAML, not a text"
    if words == "scratch":
        return "scratch", "nothing can be pulled as scratch; without a base, Blubber starts empty"
    return None


def _placeholder(words: str) -> tuple[SkipReason, str] | None:
    if _TEMPLATE.search(words):
        return "template", "a placeholder that something else fills in"
    if "$" in words:
        return "variable-not-expanded", "Blubber expands no variables in image references"
    return None
