"""How references stand today, by their registries and the ledger, whoever names them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bot.image import ImageRef
from bot.model import Failure, History, Lookups, TagList
from bot.once import waited_for
from bot.ports import Desk
from bot.steps.plan.equal import SHOWN, equivalents, likely_equivalents
from bot.steps.resolve import digests, outlines, tag_lists


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What is known of a reference today beyond its name.

    `digest`: what its tag points at, or its own where it has no tag; `platforms` are of that.
    `pushed`: when its registry's listing says that the tag was pushed. `history`: where the ledger
    saw the tag point, this time included. `equivalents`: more precise tags of the same image, the
    best first. `failure`: why a registry did not tell all of that, fit for one line.
    """

    digest: str | None = None
    platforms: tuple[str, ...] = ()
    pushed: dt.datetime | None = None
    history: History = field(default_factory=History)
    equivalents: tuple[str, ...] = ()
    failure: str | None = None


def standings(images: Sequence[ImageRef], desk: Desk) -> tuple[Standing, ...]:
    """
    How each of the references stands, in their order; each distinct question is asked once.

    Where a listing carries no digests, a few likely tags of a rolling one are asked about besides.
    What tags point at goes into the ledger.
    """
    asked = [_asked(image) for image in images]
    lookups = waited_for(_looked_up(asked, desk))
    told = {i: d for i, d in lookups.digests.items() if isinstance(d, str) and i.tag}
    desk.ledger.record(told, lookups.now)
    seen = desk.ledger.histories({image.repository for image in asked})
    return tuple(_standing(image, lookups._replace(seen=seen), desk) for image in asked)


def _asked(image: ImageRef) -> ImageRef:
    """What is asked about a reference: its tag, whatever digest stands behind it."""
    return image.at(image.effective_tag) if image.effective_tag else image


async def _looked_up(asked: Sequence[ImageRef], desk: Desk) -> Lookups:
    tags = [image for image in asked if image.tag]
    async with desk.registry() as registry:
        lists = await tag_lists(tags, registry, partial(desk.progress, "listing tags"))
        distinct = list(dict.fromkeys(asked))
        known = await outlines(distinct, registry, partial(desk.progress, "looking at images"))
        lookups = Lookups(lists, now=desk.clock()).with_outlines(known)
        likely = dict.fromkeys(ref for image in tags for ref in _likely(image, lookups, desk))
        rest = [ref for ref in likely if ref not in lookups.outlines]
        tick = partial(desk.progress, "asking for digests")
        return lookups.with_digests(await digests(rest, lists, registry, tick))


def _likely(image: ImageRef, lookups: Lookups, desk: Desk) -> tuple[ImageRef, ...]:
    if desk.tags.facts(image).mutability == "immutable":
        return ()
    return likely_equivalents(image, lookups, desk.tags)


def _standing(image: ImageRef, lookups: Lookups, desk: Desk) -> Standing:
    looked = lookups.outlines[image]
    listing = lookups.tags.get(image.repository) if image.tag else None
    failed = [found.reason for found in (looked, listing) if isinstance(found, Failure)]
    standing = Standing(failure=next(iter(failed), None))
    if image.tag:
        standing = replace(standing, history=lookups.seen.get(image, History()))
    if isinstance(listing, TagList):
        standing = replace(standing, pushed=listing.pushed.get(image.tag or ""))
    if isinstance(looked, Failure):
        return standing
    names = _names(image, lookups, desk) if image.tag else ()
    return replace(standing, digest=looked.digest, platforms=looked.platforms, equivalents=names)


def _names(image: ImageRef, lookups: Lookups, desk: Desk) -> tuple[str, ...]:
    found = equivalents(image, _likely(image, lookups, desk), lookups, desk.tags)
    return tuple(str(ref.tag) for ref in found[:SHOWN])
