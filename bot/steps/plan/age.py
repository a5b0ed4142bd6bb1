"""
How long has a tag, or what it points at, been known? What is too young has to wait.

The clock is the registry's push date or the ledger's first sighting, whichever is earlier; never
the `created` of an image, which is whatever its publisher writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.image import ImageRef
from bot.model import Findings, History, Lookups, Policy, TagList
from bot.policy import rulings

NO_AGE = dt.timedelta(0)


def known_since(tag: ImageRef, lookups: Lookups) -> dt.datetime | None:
    """When a tag was pushed or first seen, whatever it pointed at."""
    first = (s.first for s in lookups.seen.get(tag, History()).sightings[:1])
    return min((*_pushed(tag, lookups), *first), default=None)


def digest_since(tag: ImageRef, digest: str, lookups: Lookups) -> dt.datetime | None:
    """When a tag was pushed or first seen with a digest."""
    found = lookups.seen.get(tag, History()).of(digest)
    pushed = _pushed(tag, lookups) if lookups.digests.get(tag) == digest else ()
    return min((*pushed, *([found.first] if found else [])), default=None)


def old_enough(since: dt.datetime | None, age: dt.timedelta, lookups: Lookups) -> bool:
    """Whether what is known since then (`None`: is new) has the age."""
    return age <= NO_AGE or (since is not None and since + age <= lookups.now)


def pushed_is_told(tag: ImageRef, lookups: Lookups) -> bool:
    """Whether a listing told when a tag was pushed, so that it need not be watched."""
    return any(True for _ in _pushed(tag, lookups))


def aged(tag: ImageRef, present: ImageRef, age: dt.timedelta, lookups: Lookups) -> ImageRef | None:
    """
    The newest image that a tag was seen to point at and that is old enough, by its digest alone.

    Where `present` is a pin of the same tag, only what the tag pointed at after it was seen at that
    pin, or else since the pin was known: anything earlier may be older than the pin.
    """
    history = lookups.seen.get(tag, History())
    pinned = present.digest if present.at(present.tag) == tag else None
    earliest = _known_since(present, history, lookups) if pinned else None
    for sighting in reversed(history.sightings):
        if sighting.digest == pinned or (earliest and sighting.last < earliest):
            break
        if old_enough(digest_since(tag, sighting.digest, lookups), age, lookups):
            return tag.at(None, sighting.digest)
    return None


def pins(findings: Findings, policy: Policy) -> Iterator[ImageRef]:
    """The pins of tags whose moves have to wait: what is newer than they are must be known."""
    ruled = rulings(policy)
    for use in findings.uses:
        if use.image.tag and use.image.digest and ruled(use).min_age > NO_AGE:
            yield use.image


def _known_since(pin: ImageRef, history: History, lookups: Lookups) -> dt.datetime:
    """When the pin was first seen, at its tag or in a file."""
    files = lookups.seen.get(pin, History()).sightings
    found = history.of(pin.digest or "")
    return min((s.first for s in (*files[:1], *([found] if found else []))), default=lookups.now)


def _pushed(tag: ImageRef, lookups: Lookups) -> Iterator[dt.datetime]:
    listing = lookups.tags.get(tag.repository)
    if isinstance(listing, TagList) and (when := listing.pushed.get(tag.tag or "")):
        yield when
