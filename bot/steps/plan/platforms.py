"""Has an image to move to every platform that it should? If not: warn, wait, or hold."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.image import ImageRef
from bot.model import Candidate, Failure, Kind, Lookups, Outline
from bot.policy import Ruling
from bot.steps.plan.age import digest_since, known_since, old_enough, pushed_is_told

PATIENCE = dt.timedelta(days=3)
"""How long the rest of an incomplete set is waited for: official images are built machine by
machine, and the slowest of them (s390x, riscv64) come a day or two after the first."""

TRIES = 4
"""How many tags of a line are looked at, at most, for one that has every platform."""

_SHOWN = 6
_ARM = re.compile("linux/arm(?:/v([5-9]))?")


@dataclass(frozen=True, slots=True)
class Lack:
    """
    What is wrong with the platforms of an image to move to, in full sentences.

    `held`: whether it is not offered for now; `until`: up to which day, if that is known.
    """

    because: str
    held: bool = False
    until: str | None = None


def outline_of(image: ImageRef, lookups: Lookups) -> Outline | Failure | None:
    """What was looked up of an image: at its digest, if it has one, else at its tag."""
    if image.digest and (found := lookups.outlines.get(image.at(None, image.digest))):
        return found
    tagged = lookups.outlines.get(image.at(image.effective_tag)) if image.effective_tag else None
    return tagged if image.digest is None or isinstance(tagged, Failure) else None


def missing(present: ImageRef, new: ImageRef, ruled: Ruling, lookups: Lookups) -> tuple[str, ...]:
    """The platforms that count and that a new image has not, as far as both are known."""
    before, after = outline_of(present, lookups), outline_of(new, lookups)
    if not isinstance(after, Outline) or not _tells(after):
        return ()
    wanted = ruled.required_platforms
    if not wanted and isinstance(before, Outline):
        wanted = before.platforms
    return tuple(w for w in wanted if not any(_runs(p, w) for p in after.platforms))


def lack(present: ImageRef, new: ImageRef, ruled: Ruling, lookups: Lookups) -> Lack | None:
    """What there is to say of the platforms of a new image; `None` where all is well."""
    before, after = outline_of(present, lookups), outline_of(new, lookups)
    if isinstance(after, Failure):
        what = f"Which platforms {_name(present, new)} has could not be looked at"
        if ruled.platforms == "hold":
            return Lack(
                f"{what}, so it is held until that can be: {_ended(after.reason)}", held=True
            )
        return Lack(f"{what}: {_ended(after.reason)}")
    if gone := missing(present, new, ruled, lookups):
        return _lacking(gone, present, new, ruled, lookups)
    if after and isinstance(before, Failure) and not ruled.required_platforms:
        what = "Which platforms the present image has could not be looked at"
        return Lack(f"{what}: {_ended(before.reason)}")
    return None


def kept_back(
    image: ImageRef, newer: Sequence[Candidate], ruled: Ruling, lookups: Lookups
) -> dict[Candidate, Lack]:
    """
    The candidates (newest first) that are not offered for want of platforms, as far as is known.

    Where `TRIES` of those that compete lack some, no older one is looked at any more.
    """
    looked_at = lookups.looked_at.get(image.repository, ())
    # Of most of a long line nothing is known.
    known = ((c, _held(image, c, ruled, lookups)) for c in newer if c.tag in looked_at)
    lacking = {candidate: found for candidate, found in known if found}
    if not lacking:
        return lacking
    kept: dict[Candidate, Lack] = {}
    tried: Counter[Kind | None] = Counter()
    for candidate in newer:
        rivals = None if candidate.kind in ruled.allow else candidate.kind
        if tried[rivals] == TRIES:
            kept[candidate] = Lack("No newer tag has every platform.", held=True)
        elif candidate in lacking:
            tried[rivals] += 1
            kept[candidate] = lacking[candidate]
    return kept


def _held(image: ImageRef, candidate: Candidate, ruled: Ruling, lookups: Lookups) -> Lack | None:
    """Why a move to a candidate is held."""
    digest = lookups.digests.get(image.at(candidate.tag))
    new = image.at(candidate.tag, digest if isinstance(digest, str) else None)
    found = lack(image, new, ruled, lookups)
    return found if found and found.held else None


def _lacking(
    gone: Sequence[str], present: ImageRef, new: ImageRef, ruled: Ruling, lookups: Lookups
) -> Lack:
    why = "which is required" if ruled.required_platforms else "as the present image is"
    said = f"{_name(present, new)} is not published for {_listed(gone)}, {why}."
    said = said[0].upper() + said[1:]
    if ruled.platforms == "hold":
        return Lack(f"{said} It is held until it is.", held=True)
    since = _known(present, new, lookups)
    if ruled.platforms == "warn" or not since or old_enough(since, PATIENCE, lookups):
        return Lack(said)
    day = f"{since + PATIENCE:%Y-%m-%d}"
    waits = f"{said} That is waited for until {day}, then it is offered as it is."
    return Lack(waits, held=True, until=day)


def _known(present: ImageRef, new: ImageRef, lookups: Lookups) -> dt.datetime | None:
    """
    Since when there is the new tag, or the new image of the present one, as far as that is known.

    What was seen first when the bot first looked at its repository may be of any age.
    """
    tag = new.at(new.effective_tag)
    refreshed = new.digest and new.effective_tag == present.effective_tag
    since = digest_since(tag, str(new.digest), lookups) if refreshed else known_since(tag, lookups)
    if since is None or pushed_is_told(tag, lookups):
        return since
    seen = (h for image, h in lookups.seen.items() if image.repository == tag.repository)
    return since if any(s.first < since for h in seen for s in h.sightings[:1]) else None


def _name(present: ImageRef, new: ImageRef) -> str:
    same = new.effective_tag == present.effective_tag
    return f"what {new.effective_tag} points at now" if same else str(new.effective_tag)


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_SHOWN])
    if more := len(names) - len(shown):
        shown.append(f"{more} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _tells(outline: Outline) -> bool:
    """Whether it is known for which platforms there are images."""
    return bool(outline.platforms) or (outline.is_index and not outline.children)


def _runs(published: str, wanted: str) -> bool:
    """Whether an image runs on a platform: those of a lesser Arm, or of the plain one, do too."""
    # https://github.com/containerd/platforms/blob/main/compare.go; `linux/arm` is its v7.
    image, machine = _ARM.fullmatch(published), _ARM.fullmatch(wanted)
    if image and machine:
        return int(image[1] or 7) <= int(machine[1] or 7)
    return published == wanted or wanted.startswith(f"{published}/v")


def _ended(reason: str) -> str:
    return reason if reason.endswith(".") else f"{reason}."


def newest_kept(
    newer: Iterable[Candidate], kept: dict[Candidate, Lack], ruled: Ruling
) -> tuple[tuple[Candidate, Lack], ...]:
    """Of those kept back, the newest of those that are done together, and of each kind apart."""
    found: dict[Kind | None, tuple[Candidate, Lack]] = {}
    for candidate in newer:
        if candidate in kept and candidate.kind in ruled.allow | ruled.apart:
            group = None if candidate.kind in ruled.allow else candidate.kind
            found.setdefault(group, (candidate, kept[candidate]))
    return tuple(found.values())
