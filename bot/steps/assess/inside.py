"""What is inside the two images of a bump, and what scanners and others say of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from bot.diff import compared, difference
from bot.errors import EvidenceError
from bot.image import ImageRef
from bot.model import (
    Bump,
    Comparison,
    Contents,
    Cycle,
    Description,
    Difference,
    ImageFacts,
    Note,
    Opened,
    Provenance,
    Scanned,
    Unavailable,
    Vulnerabilities,
)
from bot.origin import base_of
from bot.ports import Images, Inspectors, Notes, Origins, Scanner

Sides = tuple[ImageRef, ImageRef]

Ended: TypeAlias = Callable[[Contents], Cycle | None]
"""The release of an image's operating system, where nobody fixes it any more."""


class Inside(NamedTuple):
    """What was found; None where nobody looked, because nobody could be asked."""

    difference: Difference | Unavailable
    vulnerabilities: Vulnerabilities | Unavailable | None = None
    notes: tuple[Note, ...] | None = None
    silent: tuple[str, ...] = ()
    provenance: tuple[Provenance, Provenance] | Unavailable | None = None
    opened: tuple[Opened, Opened] | None = None


async def inspected(
    bump: Bump, facts: Sequence[ImageFacts | Unavailable], by: Inspectors, ended: Ended
) -> Inside:
    """
    Open both images for one platform that both have, and ask everybody.

    `facts` are those of old and new; the images are those at their digests, so that a tag that
    moves meanwhile makes no difference.
    """
    old, new = facts
    if isinstance(old, Unavailable) or isinstance(new, Unavailable):
        return Inside(next(each for each in facts if isinstance(each, Unavailable)))
    sides = (bump.old.at(None, old.digest), bump.new.at(None, new.digest))
    try:
        platform = by.platform if by.strict else _common(old, new, by.platform)
        before, after = await asyncio.gather(*(by.images.describe(s, platform) for s in sides))
    except EvidenceError as error:
        return Inside(Unavailable(str(error)))
    bases = await asyncio.gather(*(_base(side, by.images) for side in (before, after)))
    compared = Comparison(bump, before, after, (bases[0], bases[1]))
    inside = await _everything(compared, sides, platform, by, ended)
    return _instead(inside, old, new, by.platform) if platform != by.platform else inside


def _instead(inside: Inside, old: ImageFacts, new: ImageFacts, wanted: str) -> Inside:
    """With a word on it that another platform was compared than is read first."""
    found = inside.difference
    if isinstance(found, Unavailable):
        return inside
    lacking = [name for name, side in (("old", old), ("new", new)) if wanted not in side.platforms]
    who = f"the {lacking[0]} image is not" if len(lacking) == 1 else "neither image is"
    said = f"{wanted} was not compared, as {who} made for it: all of this is of {found.platform}."
    told = found._replace(instead_of=wanted, warnings=(said, *found.warnings))
    return inside._replace(difference=told)


async def _everything(
    compared: Comparison, sides: Sides, platform: str, by: Inspectors, ended: Ended
) -> Inside:
    inner, provenance = await asyncio.gather(
        _opened(compared.bump, sides, platform, by, ended), _origins(compared, sides, by.origins)
    )
    changed = inner.difference if isinstance(inner.difference, Difference) else None
    told = Comparison(compared.bump, compared.old, compared.new, compared.bases, changed)
    notes, silent = await _written(told, by.notes)
    return Inside(inner.difference, inner.vulnerabilities, notes, silent, provenance, inner.opened)


def _common(old: ImageFacts, new: ImageFacts, preferred: str) -> str:
    """The platform to read: the operator's, if both images have it, else the first of both."""
    both = set(old.platforms) & set(new.platforms)
    if preferred in both or not (old.platforms and new.platforms):
        return preferred
    if not both:
        raise EvidenceError("the two images have no platform in common")
    return min(both)


async def _base(image: Description, images: Images) -> Description | None:
    """What an image is built on, if it says so to the digest; what is not there says nothing."""
    base = base_of(image)
    if base is None or not base.digest:
        return None
    try:
        return await images.describe(base.at(None, base.digest), image.platform)
    except EvidenceError:
        return None


# ---------------------------------------------------------------- contents and scanners


async def _opened(bump: Bump, sides: Sides, platform: str, by: Inspectors, ended: Ended) -> Inside:
    try:
        old, new = await asyncio.gather(*(by.images.open(side, platform) for side in sides))
    except EvidenceError as error:
        return Inside(Unavailable(str(error)), Unavailable(str(error)))
    return Inside(
        difference(old.contents, new.contents, bump),
        await _scanned(old, new, by, ended),
        opened=(old, new),
    )


async def _scanned(old: Opened, new: Opened, by: Inspectors, ended: Ended) -> Vulnerabilities:
    by_name = {scanner.NAME: scanner for scanner in by.scanners}
    found: dict[str, Scanned | Unavailable] = {}

    async def ask(scanner: Scanner) -> None:
        found[scanner.NAME] = await _by_one(scanner, old, new)
        by.progress("asking scanners", len(found), len(by_name))

    by.progress("asking scanners", 0, len(by_name))
    await asyncio.gather(*map(ask, by_name.values()))
    told = {name: found[name] for name in by_name}
    ends = (ended(old.contents), ended(new.contents))
    return compared(told, old.contents, new.contents, ends)


async def _by_one(scanner: Scanner, old: Opened, new: Opened) -> Scanned | Unavailable:
    try:
        return await scanner.compare(old, new)
    except EvidenceError as error:
        return Unavailable(str(error))


# ---------------------------------------------------------------- notes and origins


async def _written(
    told: Comparison, notes: Sequence[Notes]
) -> tuple[tuple[Note, ...], tuple[str, ...]]:
    """The notes in the order of their kinds, and sentences on who could not be asked."""
    answers = await asyncio.gather(*(_one(each, told) for each in notes))
    found = [note for answer in answers if not isinstance(answer, Unavailable) for note in answer]
    silent = [answer.reason for answer in answers if isinstance(answer, Unavailable)]
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(silent))


async def _one(notes: Notes, told: Comparison) -> tuple[Note, ...] | Unavailable:
    try:
        return await notes.about(told)
    except EvidenceError as error:
        return Unavailable(str(error))


async def _origins(
    told: Comparison, sides: Sides, origins: Origins | None
) -> tuple[Provenance, Provenance] | Unavailable | None:
    if origins is None:
        return None
    descriptions = (told.old, told.new)
    try:
        old, new = await asyncio.gather(
            *(
                origins.of(side, described, base)
                for side, described, base in zip(sides, descriptions, told.bases, strict=True)
            )
        )
    except EvidenceError as error:
        return Unavailable(str(error))
    return old, new
