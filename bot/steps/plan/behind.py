"""How far is what is used behind what is built, by the changelogs of that?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from bot.formats.beside import chronicles
from bot.image import Repository
from bot.model import Chronicle, Findings, Lookups, TagList, Verdict


def told_behind(
    verdicts: Iterable[Verdict], findings: Findings, lookups: Lookups
) -> Iterator[Verdict]:
    """The verdicts and their offers, with how many versions their images are behind."""
    built = chronicles((findings.beside, *findings.elsewhere))
    return (_told(verdict, built, lookups) for verdict in verdicts) if built else iter(verdicts)


def _told(verdict: Verdict, built: Mapping[Repository, Chronicle], lookups: Lookups) -> Verdict:
    image = verdict.use.image
    log = built.get(image.repository)
    newer = (
        log.versions[: log.versions.index(image.tag)] if log and image.tag in log.versions else ()
    )
    if log is None or not newer:
        return verdict
    listing = lookups.tags.get(image.repository)
    lacking = _not_there(newer, listing) if isinstance(listing, TagList) else ""
    said = f"It is {_count(len(newer))} behind {log.source}{lacking}."
    offer = verdict.offer and verdict.offer._replace(because=f"{verdict.offer.because} {said}")
    apart = tuple(offer._replace(because=f"{offer.because} {said}") for offer in verdict.apart)
    return verdict._replace(because=f"{verdict.because} {said}", offer=offer, apart=apart)


def _not_there(newer: tuple[str, ...], listing: TagList) -> str:
    """A changelog has its newest versions before anybody builds them."""
    there = frozenset(listing.tags)
    lacking = [*takewhile(lambda version: version not in there, newer)]
    if not lacking:
        return ""
    more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    return f", and the registry does not have {lacking[0]}{more} yet"


def _count(versions: int) -> str:
    return "1 version" if versions == 1 else f"{versions} versions"
