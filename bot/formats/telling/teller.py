"""What to say of a place: a use, a skip with its reason, or nothing where no image is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from bot.formats.steering import STRAY, complaint, steers
from bot.formats.telling.interpolation import Style, Value, expanded, is_changed_by_yaml
from bot.formats.telling.places import Left, Place
from bot.formats.yaml_spans import (
    Alias,
    Collection,
    Comments,
    Lines,
    Node,
    Reading,
    Scalar,
    Trouble,
    is_null,
    is_text,
    spelling,
    target,
)
from bot.image import ImageRef
from bot.model import DigestIn, Mention, Piece, Skip, SkipReason, SourceFile, Span, Steer, Use

NO_DIGEST_AFTER_ESCAPE = "the reference ends in an escape, after which nothing can be put in place"
NO_DIGEST_BEHIND_A_NAME = (
    "a variable names the image, and a digest behind it would be wrong for its other values"
)
_TEMPLATE = re.compile(r"\{\{|\{%|\{#|<%|@@|%%|\[\[")
_TEXT_LIMIT = 200
MOST_STRAYS = 1_000
"""Comments that steer nothing, of which each is told; nobody writes more than a few."""


def placeholder(words: str) -> Left | None:
    """Why words are left to a template language, if so."""
    if _TEMPLATE.search(words):
        return Left("template", "a placeholder that something else fills in")
    return None


class Teller:
    """Tells the mentions of one file; `values` are what its variables stand for."""

    NO_VARIABLES = "nothing expands variables in image references here"
    SCRATCH = "nothing can be pulled as scratch"
    ON_MACHINE = "localhost/ is before the names of what was built on the machine; none is pulled"

    def __init__(
        self, file: SourceFile, format_: str, reading: Reading, style: Style | None = None
    ) -> None:
        self.values: Mapping[str, Value] = {}
        self._file = file
        self._format = format_
        self._reading = reading
        self.style = style
        self._lines = Lines(file.text)
        self._steered = "basewatch" in file.text.lower()
        self._steers_of_lines: dict[tuple[int, int], tuple[Steer, ...]] = {}

    def place(self, place: Place) -> Mention | None:
        """What a place says; `None` where it names no image, as `image: null`."""
        said = target(place.node)
        if isinstance(said, Collection):
            return self._no_scalar(place, said)
        if is_null(said):
            return None
        span = self._shown(place)
        spelled = place.left or self._spelled(place)
        if isinstance(spelled, Left):
            return self.skip(span, *spelled)
        image = self._image(place, said, "".join(piece.text for piece in spelled))
        if isinstance(image, Left):
            return self.skip(span, *image)
        return self._use(place, span, spelled, image)

    def skip(self, span: Span, reason: SkipReason, detail: str) -> Skip:
        """A skip; it shows the first line of what stands at a span."""
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

    def unparsable(self, trouble: Trouble) -> Skip:
        """A file that cannot be read, told by the line that says why."""
        number = self._lines.of(min(trouble.offset, len(self._file.text)))
        start = self._lines.start(number)
        span = Span(start, len(self._file.text))
        return self.skip(span, "unparsable", f"line {number + 1}: {trouble.problem}")

    # ------------------------------------------------------------ what it spells

    def _shown(self, place: Place) -> Span:
        if isinstance(place.node, Alias):
            return place.node.span
        shown = spelling(self._file.text, target(place.node)).span  # type: ignore[arg-type]
        if self._file.text.startswith(place.lead, shown.start, shown.end):
            return Span(shown.start + len(place.lead), shown.end)
        return shown

    def _spelled(self, place: Place) -> Value | Left:
        """The pieces of a reference, its variables expanded; why it is left alone otherwise."""
        pieces: list[Piece] = []
        for part in place.parts or (place.node,):
            if isinstance(part, str):
                pieces.append(Piece(part, None))
                continue
            said = target(part)
            if isinstance(said, Collection):
                return Left("invalid-reference", f"a part of it is a {said.kind}, not a text")
            if part is not place.node and is_changed_by_yaml(said):
                return Left(
                    "invalid-reference", f"{said.value} is another number to YAML; quote it"
                )
            lead = len(place.lead) if part is place.node else 0
            pieces += _held(part, _from(lead, spelling(self._file.text, said).pieces))
        return self._with_values(place, tuple(pieces))

    def _with_values(self, place: Place, pieces: Value) -> Value | Left:
        words = "".join(piece.text for piece in pieces)
        if placeholder(self.style.without_placeholders(words) if self.style else words):
            return pieces
        if self.style and self.style.sign in words:
            values = self.values if place.values is None else place.values
            return expanded(pieces, self.style, values)
        return Left("variable-not-expanded", self.NO_VARIABLES) if "$" in words else pieces

    def _image(self, place: Place, said: Scalar, words: str) -> ImageRef | Left:
        """The image that words name at a place, or why there is none."""
        if left := placeholder(words):
            return left
        if not place.parts and not is_text(said):
            detail = f"{words} is a number or truth value to YAML, not a text"
            return Left("invalid-reference", detail)
        if words == "scratch":
            return Left("scratch", self.SCRATCH)
        image = reference(words)
        if isinstance(image, str):
            return Left("invalid-reference", image)
        if image.registry == "localhost":
            return Left("built", self.ON_MACHINE)
        return Left("dead-config", place.unread) if place.unread else image

    def _use(self, place: Place, span: Span, pieces: Value, image: ImageRef) -> Use:
        at, no_digest = self._digest_spot(place, pieces, image)
        slot = place.slot
        return Use(
            path=self._file.path,
            format=self._format,
            span=span,
            position=self._lines.position(span.start),
            text=span.of(self._file.text),
            image=image,
            pieces=pieces,
            role=place.role,
            stage=place.stage,
            platform=place.platform,
            carries="tag" if no_digest and not image.digest and image.tag else "reference",
            digest_at=at,
            digest_in=slot.around if slot else DigestIn(),
            no_digest=no_digest,
            steers=self._steers(place, pieces),
        )

    def _digest_spot(
        self, place: Place, pieces: Value, image: ImageRef
    ) -> tuple[int | None, str | None]:
        """
        Where a digest may be put, and why it may not.

        Behind a variable's default it goes with the default; behind a variable whose value stands
        elsewhere, and may serve others, it stays here. See `bot.formats.dockerfile.digests`.
        """
        if place.no_digest:
            return None, place.no_digest
        if place.slot:
            return place.slot.at, None
        last = pieces[-1]
        named = _named_by_variable(pieces, image)
        if named and len({piece.variable for piece in pieces}) > 1:
            return None, NO_DIGEST_BEHIND_A_NAME
        if last.variable and not named and not isinstance(place.node, Alias):
            here = spelling(self._file.text, target(place.node))  # type: ignore[arg-type]
            if last.span is None or not here.span.start <= last.span.start < here.span.end:
                return here.end, None if here.end else NO_DIGEST_AFTER_ESCAPE
        return last.span and last.span.end, None if last.span else NO_DIGEST_AFTER_ESCAPE

    def _no_scalar(self, place: Place, said: Collection) -> Skip:
        span = Span(said.start, said.end)
        if left := place.left or placeholder(self._file.text[said.start : said.start + 2]):
            return self.skip(span, *left)
        key = place.key.value if place.key else place.role
        return self.skip(span, "invalid-reference", f"{key} is a {said.kind}, not a text")

    # ------------------------------------------------------------ the comments that steer

    @cached_property
    def _comments(self) -> Comments:
        reading = self._reading
        return Comments(self._file.text, reading.scalars, self._lines, reading.remarks)

    def _steers(self, place: Place, pieces: Value) -> tuple[Steer, ...]:
        """
        What is said beside a use, and beside the values of the variables that it is made of.

        An alias obeys what is said beside its anchor as well.
        """
        if not self._steered:
            return ()
        found = self.steers_beside(place.start, self._end(place.node))
        for span in (piece.span for piece in pieces if piece.variable):
            if span and span.end <= len(self._file.text):
                found += self.steers_beside(*span)
        for part in (place.node, *place.parts):
            if not isinstance(part, str):
                found += self.steers_beside(part.start, self._end(part))
                said = target(part)
                found += self.steers_beside(said.start, self._end(said))
        return tuple(dict.fromkeys(found))

    def _end(self, node: Node) -> int:
        if isinstance(node, Alias):
            return node.span.end
        return spelling(self._file.text, node).span.end if isinstance(node, Scalar) else node.end

    def steers_beside(self, start: int, end: int) -> tuple[Steer, ...]:
        """What is said on the lines of a stretch of text, and on the comments right above."""
        lines = self._lines.of(start), self._lines.of(max(start, end - 1))
        if lines not in self._steers_of_lines:
            said = self._comments.beside(*lines)
            found = [steer for comment in said for steer in steers(comment)]
            self._steers_of_lines[lines] = tuple(dict.fromkeys(found))
        return self._steers_of_lines[lines]

    def strays(self, mentions: Iterable[Mention], heard: Iterable[int] = ()) -> Iterator[Skip]:
        """
        A skip for every comment that is to steer something and stands beside nothing.

        `heard` are further lines whose comments were heard.
        """
        if not self._steered or self._reading.trouble:
            return
        lines = [*self._steers_of_lines]
        lines += [(mention.position.line - 1, mention.position.line - 1) for mention in mentions]
        near = {number for pair in lines for number in self._comments.around(*pair)}
        apart = self._comments.elsewhere(near | set(heard))
        strays = (span for span in apart if steers(span.of(self._file.text)))
        for span in islice(strays, MOST_STRAYS):
            yield self.skip(span, "steering", complaint(span.of(self._file.text)) or STRAY)


def reference(words: str) -> ImageRef | str:
    """The image that is meant, or why there is none."""
    try:
        return ImageRef.parse(words)
    except ValueError as error:
        return str(error)


def _from(start: int, pieces: Value) -> Value:
    """Pieces without as many characters as stand before them."""
    found: list[Piece] = []
    for piece in pieces:
        text = piece.text[start:]
        span = piece.span and Span(piece.span.start + min(start, len(piece.text)), piece.span.end)
        start = max(start - len(piece.text), 0)
        if text:
            found.append(piece._replace(text=text, span=span))
    return tuple(found)


def _held(node: Node, pieces: Value) -> Value:
    """The pieces of a scalar; those that an alias stands for are held by its anchor."""
    if not isinstance(node, Alias):
        return pieces
    return tuple(piece._replace(variable=f"&{node.name}") for piece in pieces)


def _named_by_variable(pieces: Value, image: ImageRef) -> bool:
    at = 0
    for piece in pieces:
        if at < len(image.name) and piece.variable:
            return True
        at += len(piece.text)
    return False
