"""Is the same published on a later release of the operating system, for who does not move to it?"""

from __future__ import annotations

import datetime as dt

from bot.image import ImageRef
from bot.model import Cycle, Verdict
from bot.policy import Ruling
from bot.ports import Tags
from bot.tags import parse


def may_change_system(ruled: Ruling) -> bool:
    """Whether moves to another release of the operating system are wanted at all."""
    return "variant" in ruled.allow | ruled.apart


def is_compared(image: ImageRef, ruled: Ruling, tags: Tags) -> bool:
    """Whether other tags could be moved to, so that they must be listed."""
    return tags.ordered(image) or (may_change_system(ruled) and tags.system(image) is not None)


def is_near_end(system: Cycle, day: dt.date) -> bool:
    """Whether support has ended or soon will: elsewhere nobody need know of later releases."""
    return system.status(day) in {"ending", "ended"}


def said_of_later(system: Cycle, tag: str, day: dt.date) -> str:
    """That the same is published on a later release, by that tag, as a sentence."""
    verb = "was" if system.status(day) == "ended" else "is"
    what = "for the same version" if parse(tag).release else "on a later release"
    support = f"{system.subject} {verb} supported until {system.security_until}"
    return f"{support}; {tag} is published {what}."


def said_of_names(image: ImageRef, ruled: Ruling, day: dt.date, tags: Tags) -> str | None:
    """How later images would be called, where the release that the name says is near its end."""
    if may_change_system(ruled):
        return None  # what there is of them was asked
    near = [name for name in tags.later_names(image) if is_near_end(name.leaves, day)]
    leaves = next((name.leaves for name in near), None)
    fit = [n for n in near if n.leaves == leaves and n.cycle.status(day) != "ended"]
    if leaves is None or not fit:
        return None
    verb = "was" if leaves.status(day) == "ended" else "is"
    names = ", ".join(name.image.repository.path for name in fit)
    called = f"images of later releases would be called {names}, if there are any"
    return f"{leaves.subject} {verb} supported until {leaves.security_until}; {called}."


def with_later(verdict: Verdict, later: str | None) -> Verdict:
    """The verdict, and its offers, with that sentence at the end of their reasons."""
    if later is None or verdict.outcome == "skipped":
        return verdict
    offer = verdict.offer and verdict.offer._replace(because=f"{verdict.offer.because} {later}")
    apart = tuple(offer._replace(because=f"{offer.because} {later}") for offer in verdict.apart)
    because = f"{verdict.because} {later}"
    return verdict._replace(because=because, offer=offer, apart=apart)
