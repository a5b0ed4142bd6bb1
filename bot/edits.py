"""Rewrite text by spans, leaving every other character alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.errors import EditError
from bot.image import ImageRef
from bot.model import Edit, Piece, Span, Use


def rewrite(text: str, edits: Iterable[Edit]) -> str:
    """
    Put each edit's words in the place of its span.

    The same edit twice is one edit; raises `EditError` where two different ones touch.
    """
    wanted = sorted(set(edits))
    for one, next_ in pairwise(wanted):
        if next_.span.start < one.span.end or next_.span == one.span:
            raise EditError(f"two changes want the same place: {one.text!r} and {next_.text!r}")
    for edit in reversed(wanted):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def edits_for(use: Use, new: ImageRef) -> tuple[Edit, ...]:
    """
    The edits that turn a use into `new`; none where it already says so.

    Raises `EditError`, in words for a person, where the file's spelling cannot say it.
    """
    old = use.image
    _refuse_what_no_spelling_says(use, new)
    if use.carries == "digest":
        return _respell(use.pieces, old.digest or "", new.digest or "")
    at = len(old.name)
    tag_at = at + 1
    edits: list[Edit] = []
    if old.name != new.name:
        edits += _respell(_part(use.pieces, 0, at), old.name, new.name)
    if old.tag and new.tag:
        edits += _respell(_part(use.pieces, tag_at, tag_at + len(old.tag)), old.tag, new.tag)
        at = tag_at + len(old.tag)
    if use.carries in {"tag", "record"}:
        return tuple(edits)
    if old.digest and new.digest:
        digest_at = at + 1
        pieces = _part(use.pieces, digest_at, digest_at + len(old.digest))
        edits += _respell(pieces, old.digest, new.digest)
    elif new.digest:
        edits += _given(use, new, f":{new.tag}" if new.tag and not old.tag else "")
    return tuple(edits)


def _refuse_what_no_spelling_says(use: Use, new: ImageRef) -> None:
    old = use.image
    if old.name != new.name and use.carries == "record":
        raise EditError(f"{old.name} is not written here, so {new.name} cannot take its place")
    if use.carries == "reference" and old.tag and new.digest and not new.tag:
        raise EditError(f"{old.tag} is written here, and a digest without a tag cannot follow it")


def reference_after(use: Use, edits: Iterable[Edit]) -> str:
    """How a use would read once `edits`, perhaps meant for another use, are made."""
    by_span = {edit.span: edit.text for edit in edits}
    return "".join(_piece_after(piece, by_span) for piece in use.pieces)


def _piece_after(piece: Piece, by_span: dict[Span, str]) -> str:
    if piece.span is None:
        return piece.text
    inside = [
        Edit(Span(span.start - piece.span.start, span.end - piece.span.start), text)
        for span, text in by_span.items()
        if piece.span.start <= span.start and span.end <= piece.span.end and span.start != span.end
    ]
    return rewrite(piece.text, inside)


def _given(use: Use, new: ImageRef, added_tag: str) -> Iterator[Edit]:
    """A digest for a use that has none, and a tag before it where it has none either."""
    before, after, implied = use.digest_in
    if not (new.digest or "").startswith(implied):
        raise EditError(f"its field takes digests that begin with {implied}, which is left out")
    digest = (new.digest or "").removeprefix(implied)
    if not use.marker:
        yield _inserted(use, f"{added_tag}{before}{digest}{after}")
        return
    yield _inserted(use, f"{before}{digest}{after}")
    last = use.pieces[-1].span
    if added_tag and last is None:
        raise EditError("the name is computed here, so no tag can follow it")
    if added_tag and last:
        yield Edit(Span(last.end, last.end), added_tag)


def _inserted(use: Use, text: str) -> Edit:
    if use.digest_at is None:
        raise EditError(use.no_digest or "there is no place for a digest that stays true")
    return Edit(Span(use.digest_at, use.digest_at), text)


def _part(pieces: Sequence[Piece], start: int, end: int) -> tuple[Piece, ...]:
    """The pieces of characters `start` up to `end` of the reference, cut to fit."""
    found: list[Piece] = []
    at = 0
    for piece in pieces:
        low, high = max(start - at, 0), min(end - at, len(piece.text))
        if low < high:
            span = piece.span and Span(piece.span.start + low, piece.span.start + high)
            found.append(Piece(piece.text[low:high], span, piece.variable))
        at += len(piece.text)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Division:
    """
    A way to divide new words among pieces: what it costs, and how many ways cost the same.

    `cost`: the pieces that change, those of them that are no variable's, those of another shape.
    """

    cost: tuple[int, int, int]
    ways: int
    words: tuple[str, ...]


def _respell(pieces: Sequence[Piece], old: str, new: str) -> tuple[Edit, ...]:
    if old == new:
        return ()
    if len(pieces) == 1 and pieces[0].span is not None:
        return (Edit(pieces[0].span, new),)  # what most references are: one run of characters
    best = _divide(pieces, new)
    if best is None or best.ways > 1:
        raise EditError(_why_not(pieces, old, new))
    return tuple(
        Edit(piece.span, words)
        for piece, words in zip(pieces, best.words, strict=True)
        if piece.span is not None and words != piece.text
    )


def _divide(pieces: Sequence[Piece], new: str) -> _Division | None:
    """
    The cheapest way to spell `new` with these pieces, each kept or given other words.

    Fewest changed pieces first; among those, the one that changes variables and leaves what stands
    around them (`${V}-alpine`), then the one that keeps each piece's shape (`3.` stays digits and a
    point). Works from the end: `table[at]` divides `new[at:]` among the pieces seen.
    """
    table: dict[int, _Division] = {len(new): _Division((0, 0, 0), 1, ())}
    for piece in reversed(pieces):
        table = {
            at: best
            for at in range(len(new) + 1)
            if (
                best := _cheapest(
                    _with(piece, new[at:end], table[end]) for end in table if end >= at
                )
            )
        }
    return table.get(0)


def _with(piece: Piece, words: str, rest: _Division) -> _Division | None:
    if words == piece.text:
        return _Division(rest.cost, rest.ways, (words, *rest.words))
    if piece.span is None or not words:
        return None
    changed, literal, misshapen = rest.cost
    literal += piece.variable is None
    misshapen += _shape(words) != _shape(piece.text)
    return _Division((changed + 1, literal, misshapen), rest.ways, (words, *rest.words))


def _cheapest(divisions: Iterable[_Division | None]) -> _Division | None:
    found = [division for division in divisions if division]
    if not found:
        return None
    least = min(division.cost for division in found)
    equal = [division for division in found if division.cost == least]
    return _Division(least, sum(division.ways for division in equal), equal[0].words)


def _shape(text: str) -> str:
    return re.sub(r"[a-z]+", "a", re.sub(r"\d+", "0", text.lower()))


def _why_not(pieces: Sequence[Piece], old: str, new: str) -> str:
    variables = sorted({piece.variable for piece in pieces if piece.variable})
    if any(piece.span is None for piece in pieces):
        return f"{old} is computed here and written nowhere, so {new} cannot take its place"
    names = ", ".join(variables)
    return f"{old} is put together from {names}, and {new} could be divided in several ways"
