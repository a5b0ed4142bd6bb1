"""What to say of a place: a use, a skip with its reason, or nothing where no image is named."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.formats.blubber.directive import SyntaxLine
from bot.formats.steering import steers
from bot.formats.telling import Left, Place, Teller, placeholder, reference
from bot.formats.yaml_spans import Reading, Scalar, target
from bot.model import Mention, Piece, Skip, SourceFile, Span, Steer, Use

_LOCAL = "local"
_CURRENT = "v4"
_OLD = {"v1", "v2", "v3"}

NO_DIGEST_IN_SYNTAX = (
    "a digest in the syntax line hangs PipelineLib's reader, so it is bumped by tag only"
)


class BlubberTeller(Teller):
    """Tells the mentions of one file, the syntax line last: its comments may be another use's."""

    NO_VARIABLES = "Blubber expands no variables in image references"
    SCRATCH = "nothing can be pulled as scratch; without a base, Blubber starts empty"

    def __init__(self, file: SourceFile, format_: str, reading: Reading) -> None:
        super().__init__(file, format_, reading)
        self._use_lines: set[int] = set()
        self._syntax_line: int | None = None

    def within(self, place: Place, variants: Container[str], unread: str | None) -> Mention | None:
        """What a place says; `unread` says why nothing of the document is ever read."""
        left = _left_alone(place, variants)
        found = self.place(replace(place, left=left, unread=unread))
        if isinstance(found, Use):
            self._use_lines.add(self._lines.of(place.start))
        return found

    def syntax(self, line: SyntaxLine, unread: str | None) -> Mention:
        """
        What a syntax line says.

        A new digest is never written there; one that somebody has put there is kept in step.
        """
        self._syntax_line = self._lines.of(line.span.start)
        if left := _placeholder(line.said + line.rest):
            return self.skip(Span(line.span.start, line.span.end + len(line.rest)), *left)
        image = reference(line.said)
        if isinstance(image, str):
            return self.skip(line.span, "invalid-reference", image)
        if unread:
            return self.skip(line.span, "dead-config", unread)
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
        return self.skip(line.span, "comment", detail)

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

    def strays(self, mentions: Iterable[Mention], heard: Iterable[int] = ()) -> Iterator[Skip]:
        """A skip for every comment that is to steer something and stands beside nothing."""
        below: Iterable[int] = ()
        if self._steered and self._syntax_line is not None:
            below = range(self._syntax_line, self._comments.below(self._syntax_line)[1])
        return super().strays(mentions, (*heard, *below))


def why_unread(version: str | None, *, first: bool) -> str | None:
    """Why no builder reads a document of this version, as a clause; `None` where one does."""
    if version in _OLD:
        return f"Blubber reads version {_CURRENT} only, so nothing builds this {version} file"
    if not first:
        return "Blubber reads only the first document of a file"
    return None


def _left_alone(place: Place, variants: Container[str]) -> Left | None:
    said = target(place.node)
    if place.role == "base" or not isinstance(said, Scalar):
        return None
    words = said.value.rstrip("\r\n") if said.style in {"|", ">"} else said.value
    if words == _LOCAL or words in variants:
        what = "the build context" if words == _LOCAL else "a variant of this file"
        return Left("variant", f"{words} is {what}")
    return None


def _placeholder(words: str) -> Left | None:
    if left := placeholder(words):
        return left
    if "$" in words:
        return Left("variable-not-expanded", BlubberTeller.NO_VARIABLES)
    return None
