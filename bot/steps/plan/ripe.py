"""Which digest of a tag may be taken: that of today, an older one, or none until a certain day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bot.image import ImageRef
from bot.model import Candidate, Failure, Lookups, Offer
from bot.steps.plan.age import aged, digest_since, known_since, old_enough
from bot.steps.plan.choose import Choice


@dataclass(frozen=True, slots=True)
class Wait:
    """Why something has to wait, as one sentence, and until which day (`None`: nobody knows)."""

    because: str
    until: str | None


def targets(choice: Choice) -> tuple[ImageRef, ...]:
    """The tags that the choice may come to be on."""
    return choice.target, *(choice.use.image.at(candidate.tag) for candidate in choice.apart)


def ripe_digest(choice: Choice, tag: ImageRef, lookups: Lookups) -> str | Failure | None:
    """The digest of the tag to write; `None` where all that could be taken is too young."""
    if not _is_young(choice, tag, lookups):
        return lookups.digests.get(tag, Failure("", "its digest was not looked up"))
    older = instead(choice, tag, lookups)
    found = lookups.digests.get(older) if older else None
    return found if isinstance(found, str) else None


def instead(choice: Choice, tag: ImageRef, lookups: Lookups) -> ImageRef | None:
    """By its digest, the older image to take if it is still there, where that of today is young."""
    if not _is_young(choice, tag, lookups):
        return None
    return aged(tag, choice.use.image, choice.ruling.min_age, lookups)


def _is_young(choice: Choice, tag: ImageRef, lookups: Lookups) -> bool:
    image, digest, age = choice.use.image, lookups.digests.get(tag), choice.ruling.min_age
    if not age or not isinstance(digest, str):
        return False
    if tag == image.at(image.effective_tag) and image.digest in {None, digest}:
        return False  # builds pull it already
    return not old_enough(digest_since(tag, digest, lookups), age, lookups)


def digest_waits(choice: Choice, tag: ImageRef, lookups: Lookups) -> Wait:
    """Why the digest that a tag points at today is not taken."""
    digest = lookups.digests.get(tag)
    since = digest_since(tag, digest, lookups) if isinstance(digest, str) else None
    return _wait(f"What {tag.effective_tag} points at now", since, choice)


def tag_waits(choice: Choice, lookups: Lookups) -> Wait | None:
    """Why the newest tag that could be taken is not; `None` where nothing waits."""
    candidate = next((c for c in choice.waiting if c.kind in choice.ruling.allow), None)
    return (
        _tag_waits(candidate, f"{candidate.tag} is newer.", choice, lookups) if candidate else None
    )


def waiting_apart(choice: Choice, lookups: Lookups) -> Iterator[Offer]:
    """Without edits, the moves of their own that there would be, were they old enough."""
    told = {*choice.ruling.allow, *(candidate.kind for candidate in choice.apart)}
    for candidate in choice.waiting:
        if candidate.kind not in told:
            told.add(candidate.kind)
            what = f"{candidate.tag} is a {candidate.kind} move, to be proposed on its own."
            wait = _tag_waits(candidate, what, choice, lookups)
            new = choice.use.image.at(candidate.tag)
            yield Offer(new, candidate.kind, (), wait.because, held=True, until=wait.until)


def _tag_waits(candidate: Candidate, what: str, choice: Choice, lookups: Lookups) -> Wait:
    since = known_since(choice.use.image.at(candidate.tag), lookups)
    return _wait(f"{what} It", since, choice)


def _wait(what: str, since: dt.datetime | None, choice: Choice) -> Wait:
    age = choice.ruling.min_age
    if since is None:
        return Wait(f"{what} is to be {_said(age)} old, and nothing tells how old it is.", None)
    day = f"{since + age:%Y-%m-%d}"
    known = (
        f"{what} is known since {since:%Y-%m-%d} and held until {day}, when it is {_said(age)} old."
    )
    return Wait(known, day)


def _said(age: dt.timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    number, unit = (hours, "hour") if hours % 24 else (hours // 24, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
