"""Propose no move to another name of the very image that is there, unless shared text moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from bot.image import ImageRef
from bot.model import KINDS, Kind, Lookups, Offer, Span, TagList, Verdict

_Offers: TypeAlias = Sequence[Offer | None]
_Place: TypeAlias = tuple[str, Span]


def told_digest(tag: ImageRef, lookups: Lookups) -> str | None:
    """The digest that the listing told along with a tag."""
    listing = lookups.tags.get(tag.repository)
    return listing.digests.get(tag.tag or "") if isinstance(listing, TagList) else None


def without_same_images(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, those current whose new tag has the digest that is written already."""
    needless = _needless(verdicts, [verdict.offer for verdict in verdicts])
    rest = [_current(v) if n in needless else v for n, v in enumerate(verdicts)]
    there = {offer.kind for verdict in rest for offer in verdict.apart}
    for kind in KINDS:
        if kind not in there:
            continue
        offers = [_of_kind(kind, v.apart) if v.apart else None for v in rest]
        for n in _needless(rest, offers):
            apart = tuple(offer for offer in rest[n].apart if offer.kind != kind)
            rest[n] = rest[n]._replace(apart=apart)
    return rest


def _of_kind(kind: Kind, offers: Sequence[Offer]) -> Offer | None:
    return next((offer for offer in offers if offer.kind == kind), None)


def _needless(verdicts: Sequence[Verdict], offers: _Offers) -> set[int]:
    """Which offers change nothing but a name, and are needed by no other that shares their text."""
    same = {n for n, offer in enumerate(offers) if offer and _is_same_image(verdicts[n], offer)}
    if not same:
        return same
    at_place: defaultdict[_Place, list[int]] = defaultdict(list)
    for n in same:
        for place in _places(verdicts[n], offers[n]):
            at_place[place].append(n)
    needed = [n for n, _ in enumerate(verdicts) if n not in same]
    while needed:
        n = needed.pop()
        for place in _places(verdicts[n], offers[n]):
            along = same.intersection(at_place.pop(place, ()))
            same -= along
            needed.extend(along)
    return same


def _is_same_image(verdict: Verdict, offer: Offer) -> bool:
    image = verdict.use.image
    if offer.kind == "pin" or image.digest is None:
        return False
    return offer.new.digest == image.digest and offer.new.tag != image.tag


def _places(verdict: Verdict, offer: Offer | None) -> Iterator[_Place]:
    for edit in offer.edits if offer else ():
        yield verdict.use.path, edit.span


def _current(verdict: Verdict) -> Verdict:
    assert verdict.offer is not None
    new, old = verdict.offer.new, verdict.use.image
    digest = f"{str(new.digest)[:19]}…"
    because = f"{new.tag} is newer by name and the same image as {old.tag}: {digest} both times."
    return verdict._replace(outcome="current", because=because, offer=None)
