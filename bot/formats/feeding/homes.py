"""Which file decides what a reference names, and the use of it as that file has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeAlias

from bot.formats.feeding.addresses import Home
from bot.formats.yaml_spans import lines_of
from bot.model import DigestIn, Mention, Piece, Role, Skip, SkipReason, SourceFile, Span, Use

HomeOf: TypeAlias = Callable[[Piece], Home | None]

NO_DIGEST_IN_A_PART = "only a part of the reference is given, and {} has the rest"
NO_DIGEST_FOR_SEVERAL = "several images are made of it, and a digest is of one"
NO_DIGEST_FOR_OTHERS = "{} gives {}, and a digest here would be wrong for another value"
_SHOWN = 200


def decided_by(use: Use, home_of: HomeOf) -> Home | None:
    """The home of what decides a move: the tag, or else what ends the reference; see `Home`."""
    start = len(use.image.name) + 1 if use.image.tag else len(use.image.name) - 1
    end = start + len(use.image.tag or " ")
    for piece in _part(use, start, end):
        if piece.span is not None:
            return home_of(piece)
    return None


def digest_is_elsewhere(use: Use, home: Home, home_of: HomeOf) -> bool:
    """Whether the reference has a digest that does not stand in the file that has its tag."""
    if not use.image.digest:
        return False
    whole = sum(len(piece.text) for piece in use.pieces)
    homes = [home_of(piece) for piece in _part(use, whole - len(use.image.digest), whole)]
    return any(one is None or one.file.path != home.file.path for one in homes)


def at_home(use: Use, home: Home, home_of: HomeOf) -> Use:
    """The use as the file has it that decides: what stands in others has no span."""
    homes = [home_of(piece) for piece in use.pieces]
    pieces = tuple(
        piece._replace(span=one.span if one and one.file.path == home.file.path else None)
        for piece, one in zip(use.pieces, homes, strict=True)
    )
    span, given = home.given.span, home.given
    role: Role = "arg" if use.role == "from" else use.role
    at, why = _digest_place(use, pieces)
    if given.no_digest and not use.image.digest:
        at, why = None, given.no_digest
    return use._replace(
        path=home.file.path,
        format=home.format,
        span=span,
        position=lines_of(home.file.text).position(span.start),
        text=span.of(home.file.text),
        pieces=pieces,
        role=role,
        carries="tag" if why and use.image.tag and not use.image.digest else "reference",
        digest_at=at,
        digest_in=DigestIn(),
        no_digest=why,
        follows=None,
        steers=tuple(dict.fromkeys((*given.steers, *use.steers))),
    )


def among_own(use: Use, home_of: HomeOf) -> Use:
    """The use where it was found, without the spans of what stands in other files."""
    pieces = tuple(piece._replace(span=None) if home_of(piece) else piece for piece in use.pieces)
    if use.role != "from" or use.image.digest or not home_of(use.pieces[-1]):
        return use._replace(pieces=pieces)
    why = NO_DIGEST_IN_A_PART.format("another file")
    carries = "tag" if use.image.tag else use.carries
    return use._replace(pieces=pieces, digest_at=None, no_digest=why, carries=carries)


def unpinned(use: Use, given: Iterable[str], by: str) -> Use:
    """
    The use of a default, without a place for a digest unless that is in the default itself.

    Behind the variable a digest would be what is pulled, whatever value is given.
    """
    last = use.pieces[-1]
    names = set(given)
    within = last.variable in names and last.span and last.span.end == use.digest_at
    if use.image.digest or use.digest_at is None or within:
        return use
    if not any(piece.variable in names for piece in use.pieces):
        return use
    why = NO_DIGEST_FOR_OTHERS.format(by, " and ".join(sorted(names)))
    carries = "tag" if use.image.tag else use.carries
    return use._replace(digest_at=None, no_digest=why, carries=carries)


def skipped(file: SourceFile, format_: str, span: Span, reason: SkipReason, detail: str) -> Skip:
    """A skip; it shows the first line of what stands at a span."""
    said = file.text[span.start : min(span.end, span.start + _SHOWN)]
    first, *_ = said.splitlines() or [""]
    shown = Span(span.start, span.start + len(first.rstrip()))
    where = lines_of(file.text).position(shown.start)
    return Skip(file.path, format_, shown, where, shown.of(file.text), reason, detail)


def together(found: Iterable[Mention], given: Iterable[Use]) -> list[Mention]:
    """
    What is found in a file, with the uses of what it gives, each once, in the order of the text.

    Where several images are made of one value there is no room for a digest.
    """
    uses = list(dict.fromkeys(_comparable(use) for use in given))
    images: defaultdict[int, set[str]] = defaultdict(set)
    for use in uses:
        for piece in use.pieces:
            if piece.span:
                images[piece.span.start].add(str(use.image))
    settled = [use if _one_image(use, images) else for_several(use) for use in uses]
    return sorted((*found, *settled), key=lambda mention: mention.span)


def _comparable(use: Use) -> Use:
    """The use without what tells apart only the stages that start from it."""
    return use._replace(stage=None)


def _one_image(use: Use, images: dict[int, set[str]]) -> bool:
    if use.digest_at is None or use.image.digest:
        return True
    return all(len(images[piece.span.start]) == 1 for piece in use.pieces if piece.span)


def for_several(use: Use) -> Use:
    """The use without a place for a digest, which would be of one of several images."""
    carries = "tag" if use.image.tag else use.carries
    return use._replace(digest_at=None, no_digest=NO_DIGEST_FOR_SEVERAL, carries=carries)


def _digest_place(use: Use, pieces: tuple[Piece, ...]) -> tuple[int | None, str | None]:
    """Behind the value, if the last part of the name and all after it stand in its file."""
    if use.image.digest:
        return None, None
    first = use.image.name.rfind("/") + 1
    whole = sum(len(piece.text) for piece in use.pieces)
    after = _part(use._replace(pieces=pieces), first, whole)
    last = pieces[-1].span
    if last and all(piece.span for piece in after):
        return last.end, None
    return None, NO_DIGEST_IN_A_PART.format(use.path)


def _part(use: Use, start: int, end: int) -> list[Piece]:
    """The pieces that have some of characters `start` up to `end` of the reference."""
    found, at = [], 0
    for piece in use.pieces:
        if at < end and at + len(piece.text) > start:
            found.append(piece)
        at += len(piece.text)
    return found
