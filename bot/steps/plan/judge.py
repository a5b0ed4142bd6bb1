"""What the images themselves say to a move: held for want of platforms, warned of, or needless."""

from __future__ import annotations

from collections.abc import Iterator

from bot.image import ImageRef
from bot.model import Lookups, Offer, Outline, Verdict
from bot.steps.plan.choose import Choice
from bot.steps.plan.platforms import Lack, lack, outline_of

_LACK = "platforms"


def judged(verdict: Verdict, choice: Choice, lookups: Lookups) -> Verdict:
    """The verdict by what was looked up of the images; without that, as it is."""
    if not lookups.outlines:
        return verdict
    verdict = _offered(verdict, choice, lookups)
    verdict = verdict._replace(apart=(*_apart(verdict, choice, lookups), *_kept_apart(choice)))
    if verdict.reason == "apart":
        verdict = _refreshed_apart(verdict, choice, lookups)
    return _with_kept_back(verdict, choice)


def _refreshed_apart(verdict: Verdict, choice: Choice, lookups: Lookups) -> Verdict:
    """A use whose refresh is proposed on its own, if it still is."""
    refresh = next((offer for offer in verdict.apart if offer.kind == "digest"), None)
    if refresh is None:
        return verdict._replace(outcome="current", because=_ONLY_INDEX, reason="index")
    found = lack(choice.use.image, refresh.new, choice.ruling, lookups)
    if found and found.held:
        return verdict._replace(because=found.because, reason=_LACK, until=found.until)
    return verdict


def only_index(present: ImageRef, new: ImageRef, lookups: Lookups) -> bool:
    """Whether a new index of the same tag lists the very images that the present one does."""
    before, after = outline_of(present, lookups), outline_of(new, lookups)
    if not isinstance(before, Outline) or not isinstance(after, Outline) or not after.children:
        return False
    return before.digest != after.digest and set(before.children) == set(after.children)


_ONLY_INDEX = (
    "Only the index changed: the tag points at another one, and each platform's image is the same."
)


def _offered(verdict: Verdict, choice: Choice, lookups: Lookups) -> Verdict:
    offer = verdict.offer
    if offer is None or offer.kind == "pin":
        return verdict
    if _is_needless(offer, choice, lookups):
        because = _ONLY_INDEX
        return verdict._replace(outcome="current", because=because, offer=None, reason="index")
    found = lack(choice.use.image, offer.new, choice.ruling, lookups)
    if found and found.held:
        held = verdict._replace(outcome="held", because=found.because, offer=None, reason=_LACK)
        return held._replace(until=found.until)
    told = _told(offer, choice, found, lookups)
    because = " ".join((told.because, *told.warnings))
    return verdict._replace(offer=told, because=because) if told != offer else verdict


def _apart(verdict: Verdict, choice: Choice, lookups: Lookups) -> Iterator[Offer]:
    for offer in verdict.apart:
        found = lack(choice.use.image, offer.new, choice.ruling, lookups)
        if _is_needless(offer, choice, lookups):
            continue
        if found and found.held:
            because = f"{offer.because} {found.because}"
            yield offer._replace(edits=(), because=because, held=True, until=found.until)
        else:
            yield _told(offer, choice, found, lookups)


def _kept_apart(choice: Choice) -> Iterator[Offer]:
    """Without edits, the moves of their own that there would be, had they all platforms."""
    there = {candidate.kind for candidate in choice.apart}
    for candidate, found in choice.kept_back:
        if candidate.kind not in choice.ruling.allow | there:
            because = f"{candidate.tag} is a {candidate.kind} move, to be proposed on its own."
            new = choice.use.image.at(candidate.tag)
            because = f"{because} {found.because}"
            yield Offer(new, candidate.kind, (), because, held=True, until=found.until)


def _with_kept_back(verdict: Verdict, choice: Choice) -> Verdict:
    allowed = choice.ruling.allow
    found = next((found for c, found in choice.kept_back if c.kind in allowed), None)
    if found is None or verdict.outcome in {"skipped", "failed"}:
        return verdict
    if verdict.outcome == "current":
        because = found.because
        return verdict._replace(outcome="held", because=because, reason=_LACK, until=found.until)
    offer = verdict.offer and verdict.offer._replace(
        because=f"{verdict.offer.because} {found.because}"
    )
    return verdict._replace(because=f"{verdict.because} {found.because}", offer=offer)


def _is_needless(offer: Offer, choice: Choice, lookups: Lookups) -> bool:
    if offer.kind != "digest" or choice.ruling.index_refreshes or choice.renamed:
        return False
    return only_index(choice.use.image, offer.new, lookups)


def _told(offer: Offer, choice: Choice, found: Lack | None, lookups: Lookups) -> Offer:
    """The offer with what there is to say of its images."""
    because = _of_index(offer, choice.use.image, lookups) or offer.because
    return offer._replace(because=because, warnings=(found.because,) if found else ())


def _of_index(offer: Offer, present: ImageRef, lookups: Lookups) -> str | None:
    """The reason where the present digest is of one platform alone, and the new one of an index."""
    before, after = outline_of(present, lookups), outline_of(offer.new, lookups)
    if not present.digest or not isinstance(before, Outline) or before.is_index:
        return None
    if not isinstance(after, Outline) or not after.is_index:
        return None
    platform = f"for {before.platforms[0]} alone" if before.platforms else "for one platform alone"
    of_that = before.digest in {digest for _, digest in after.children}
    if offer.kind == "digest" and of_that:
        tag, count = offer.new.effective_tag, len(after.platforms)
        return (
            f"The present digest is that of {tag} {platform}; the new one is that of its index,"
            f" which has it for {count} platforms."
        )
    return f"{offer.because} The present digest is {platform}, the new one that of an index."
