"""A file within a file: what is told of the inner one, told of the outer one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from bot.formats.feeding.addresses import OUTSIDE
from bot.formats.telling import Value
from bot.formats.yaml_spans import Lines
from bot.model import Mention, Piece, Skip, SourceFile, Span, Use

_OWN = OUTSIDE << 40
"""Added to offsets of the outer file, so that they are none of the inner one."""

_NO_DIGEST = "only a part of the reference is given, or its end is not spelled out"
_NEAR = 8
"""Pieces within which a neighbour is sought of one that stands nowhere in the outer file."""


class Inner:
    """
    The text that pieces of a file make up, which is a file of its own.

    Spans in it become those of the outer file where its characters stand there as they are.
    """

    def __init__(self, outer: SourceFile, pieces: Value) -> None:
        self.text = "".join(piece.text for piece in pieces)
        self._outer = outer
        self._pieces = [piece for piece in pieces if piece.text]
        self._starts = [0, *accumulate(len(piece.text) for piece in self._pieces)]
        self._lines = Lines(outer.text)
        own = [piece.span for piece in pieces if piece.span and not piece.variable]
        self._whole = Span(own[0].start, own[-1].end) if own else Span(0, 0)

    @staticmethod
    def given(pieces: Value) -> Value:
        """Pieces of the outer file, to be given to the inner one as a value."""
        return tuple(
            piece._replace(span=Span(piece.span.start + _OWN, piece.span.end + _OWN))
            if piece.span and piece.span.start < OUTSIDE
            else piece
            for piece in pieces
        )

    def told(self, mentions: Iterable[Mention], format_: str) -> Iterator[Mention]:
        """What was found in the inner file, as found in the outer one by a format."""
        for mention in mentions:
            span = self._shown(mention.span) or self._whole
            where = self._lines.position(span.start)
            text = span.of(self._outer.text)
            if isinstance(mention, Skip):
                yield mention._replace(
                    path=self._outer.path, format=format_, span=span, position=where, text=text
                )
            else:
                yield self._use(mention, format_)._replace(span=span, position=where, text=text)

    def _use(self, use: Use, format_: str) -> Use:
        pieces = tuple(part for piece in use.pieces for part in self._outer_pieces(piece))
        at, no_digest = self._digest_place(use)
        pinnable = no_digest is None or use.image.digest or not use.image.tag
        return use._replace(
            path=self._outer.path,
            format=format_,
            pieces=pieces,
            carries=use.carries if pinnable else "tag",
            digest_at=at,
            no_digest=no_digest,
            follows=use.follows and self._shown(use.follows),
        )

    def _digest_place(self, use: Use) -> tuple[int | None, str | None]:
        given = [bool(piece.span and piece.span.start >= OUTSIDE) for piece in use.pieces]
        at = use.digest_at
        if any(given):
            last = use.pieces[-1].span
            at = last.end if last and all(given) else None
        elif use.no_digest:
            return None, use.no_digest
        at = None if at is None else self._exact(at)
        return at, None if at is not None or use.image.digest else _NO_DIGEST

    def _shown(self, span: Span) -> Span | None:
        """The characters of the outer file from the first to the last of a span that it has."""
        start, end = self._at(span.start), self._end(span.end)
        if start is None or end is None or end < start:
            return None
        return Span(start, end)

    def _at(self, offset: int) -> int | None:
        """Where the outer file has a character, or what stands for it."""
        index = self._index(offset)
        if (span := self._own(index)) is not None:
            return span.start + offset - self._starts[index]
        before = (self._own(number) for number in range(index - 1, max(index - _NEAR, -1), -1))
        return next((span.end for span in before if span), None)

    def _end(self, offset: int) -> int | None:
        """Where the outer file has the end of what ends at an offset."""
        if offset >= _OWN:
            return offset - _OWN
        if offset >= OUTSIDE or not offset:
            return None
        index = self._index(offset - 1)
        if (span := self._own(index)) is not None:
            return span.start + offset - self._starts[index]
        after = (self._own(number) for number in range(index + 1, index + _NEAR))
        return next((span.start for span in after if span), None)

    def _exact(self, offset: int) -> int | None:
        """The end of what ends at an offset, if the outer file spells that out."""
        inside = 0 < offset < OUTSIDE
        return self._end(offset) if not inside or self._own(self._index(offset - 1)) else None

    def _index(self, offset: int) -> int:
        return min(bisect_right(self._starts, offset), len(self._pieces)) - 1

    def _own(self, index: int) -> Span | None:
        """Where the outer file has a piece, if that is within the text of the inner one."""
        if not 0 <= index < len(self._pieces):
            return None
        span = self._pieces[index].span
        return span if span and self._whole.start <= span.start < self._whole.end else None

    def _outer_pieces(self, piece: Piece) -> Iterator[Piece]:
        if piece.span is None or OUTSIDE <= piece.span.start < _OWN:
            yield piece
            return
        if piece.span.start >= _OWN:
            yield piece._replace(span=Span(piece.span.start - _OWN, piece.span.end - _OWN))
            return
        at, left = piece.span.start, piece.text
        while left:
            index = self._index(at)
            size = min(self._starts[index + 1] - at, len(left))
            span = self._pieces[index].span
            start = span.start + at - self._starts[index] if span else 0
            # A part that the outer file spells by a variable of its own is that variable's.
            variable = self._pieces[index].variable or piece.variable
            yield Piece(left[:size], Span(start, start + size) if span else None, variable)
            at, left = at + size, left[size:]
