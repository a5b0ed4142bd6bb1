"""Which tag should a use be on, by itself?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.image import ImageRef
from bot.model import (
    Candidate,
    Carries,
    Failure,
    Kind,
    Lookups,
    OutcomeName,
    Policy,
    TagFacts,
    TagList,
    Use,
)
from bot.policy import Ruling, rulings
from bot.policy.versions import left_out
from bot.ports import Tags
from bot.steps.plan.age import known_since, old_enough
from bot.steps.plan.later import (
    is_compared,
    is_near_end,
    may_change_system,
    said_of_later,
    said_of_names,
)
from bot.steps.plan.latest import latest_version, past_latest
from bot.steps.plan.migrate import Migration, migration
from bot.steps.plan.platforms import Lack, kept_back, newest_kept
from bot.tags import parse

_NOT_LISTED = Failure("", "its tags were not listed")


@dataclass(frozen=True, slots=True)
class Stop:
    """A use's outcome that is decided before any tag is compared."""

    outcome: OutcomeName
    because: str
    reason: str
    until: dt.date | None = None


class Choice(NamedTuple):
    """
    What is known of one use once tags are listed.

    `options`: newer tags whose kind is allowed, newest first; `taken` the one to move to (`None`:
    stay); `apart`: of each kind that is proposed on its own, the newest tag; `denied`: the newest
    tag that policy allows in no way; `unwanted`: why the newest tag whose version is left out is
    so; `waiting`: the newest tags that would be taken or proposed apart, were they old enough;
    `gone`: the registry no longer lists the present tag; `cut`: its list was longer than what is
    read of one; `older`: the target is taken at a digest that it pointed at before; `kept_back`:
    the newest tags that would be taken or proposed apart, but lack platforms; `later`: a sentence
    about a later release of the operating system that the policy does not let it move to;
    `blocked`: why it cannot follow the newest tag, as uses share text; its digest can still be had;
    `equivalents`: more precise tags of the present tag's image, the best first, and `renamed` the
    one that is to be written; `migration`: what there is under the name of a later release.
    """

    use: Use
    ruling: Ruling
    line: str
    facts: TagFacts
    stop: Stop | None = None
    options: tuple[Candidate, ...] = ()
    apart_options: tuple[Candidate, ...] = ()
    taken: Candidate | None = None
    blocked: str | None = None
    apart: tuple[Candidate, ...] = ()
    denied: Candidate | None = None
    unwanted: str | None = None
    waiting: tuple[Candidate, ...] = ()
    gone: bool = False
    cut: bool = False
    older: bool = False
    later: str | None = None
    kept_back: tuple[tuple[Candidate, Lack], ...] = ()
    equivalents: tuple[str, ...] = ()
    renamed: str | None = None
    migration: Migration | None = None

    @property
    def target(self) -> ImageRef:
        """The reference to be on, without digest."""
        image = self.use.image
        return image.at(self.taken.tag if self.taken else image.effective_tag)

    @property
    def kind(self) -> Kind | None:
        """The kind of the tag's move, if it moves."""
        return self.taken.kind if self.taken else None


class Chooser:
    """Chooses for one use after the other, whatever others share its text."""

    def __init__(self, policy: Policy, tags: Tags) -> None:
        self._policy = policy
        self._tags = tags
        self._ruled = rulings(policy)
        self._known: dict[tuple[str, Carries, Ruling], tuple[int, Choice]] = {}

    def ruled(self, use: Use) -> Ruling:
        """What may be done with a use."""
        return self._ruled(use)

    def alone(self, use: Use, lookups: Lookups) -> Choice:
        """
        The choice for a use; it does not depend on any digest.

        What many uses name is thought about once, and again when more is known of its repository.
        """
        key = str(use.image), use.carries, self._ruled(use)
        answered = lookups.answered.get(use.image.repository, 0)
        when, choice = self._known.get(key, (-1, None))
        if choice is None or when != answered:
            choice = self._new(use, key[2], lookups)
            self._known[key] = answered, choice
        return Choice._make((use, *choice[1:]))  # as `_replace` does, at a third of its cost

    def _new(self, use: Use, ruled: Ruling, lookups: Lookups) -> Choice:
        choice = _alone(use, ruled, lookups, self._policy, self._tags)
        found = None if choice.stop else migration(use.image, ruled, lookups, self._tags)
        return choice._replace(migration=found) if found else choice


def stopped(use: Use, ruled: Ruling, policy: Policy) -> Stop | None:
    """The outcome of a use that nothing is asked about."""
    if ruled.ignore:
        return Stop("skipped", ruled.because or "The configuration says to ignore it.", "ignored")
    if ruled.hold_until and policy.today <= ruled.hold_until:
        because = f"A comment beside it holds it until {ruled.hold_until}."
        return Stop("held", because, "hold", ruled.hold_until)
    if use.image.digest and not use.image.tag and use.carries == "reference":
        because = "It names only a digest, so nothing says what it follows; write name:tag@digest."
        return Stop("skipped", because, "digest-only")
    return None


def _alone(use: Use, ruled: Ruling, lookups: Lookups, policy: Policy, tags: Tags) -> Choice:
    choice = Choice(use, ruled, tags.line(use.image), tags.facts(use.image))
    if stop := stopped(use, ruled, policy):
        return choice._replace(stop=stop)
    if said := said_of_names(use.image, ruled, policy.today, tags):
        choice = choice._replace(later=said)
    listing = lookups.tags.get(use.image.repository, _NOT_LISTED)
    if isinstance(listing, TagList):
        later = _later(choice, listing, policy, tags)
        choice = choice._replace(later=later) if later else choice
    if not is_compared(use.image, ruled, tags):
        return choice
    if isinstance(listing, Failure):
        return choice._replace(stop=Stop("failed", sentence(listing.reason), "lookup"))
    newer = [c for c in tags.successors(use.image, listing.tags) if not c.prerelease]
    if may_change_system(ruled):
        # After all newer versions: who is to move by both moves in two steps.
        newer += tags.variants(use.image, listing.tags)
    return _compared(choice, newer, listing, lookups)


def _later(choice: Choice, listing: TagList, policy: Policy, tags: Tags) -> str | None:
    image, day = choice.use.image, policy.today
    system = tags.system(image)
    if system is None or may_change_system(choice.ruling) or not is_near_end(system, day):
        return None
    found = tags.variants(image, listing.tags)
    newest = next((c.tag for c in found if not _unwanted(choice.ruling, c)), None)
    return newest and said_of_later(system, newest, day)


def _compared(
    choice: Choice, newer: Sequence[Candidate], listing: TagList, lookups: Lookups
) -> Choice:
    ruled, tag = choice.ruling, choice.use.image.tag
    unwanted = _all_unwanted(choice, newer, listing)
    gone, cut = tag not in listing.tags, not listing.complete
    if gone or cut or unwanted:
        why = next(iter(unwanted.values()), None)
        choice = choice._replace(gone=gone, cut=cut, unwanted=why)
    newer = _without(newer, unwanted)
    if kept := kept_back(choice.use.image, newer, ruled, lookups):
        choice = choice._replace(kept_back=newest_kept(newer, kept, ruled))
    newer = _without(newer, kept)
    young = {c for c in newer if not _is_old_enough(choice, c, lookups)} if ruled.min_age else set()
    return _with_options(choice, newer, young)


def _without(newer: Sequence[Candidate], some: Collection[Candidate]) -> Sequence[Candidate]:
    # Hundreds of tags for each use: where none is to go, none is hashed.
    return [c for c in newer if c not in some] if some else newer


def _all_unwanted(
    choice: Choice, newer: Sequence[Candidate], listing: TagList
) -> dict[Candidate, str]:
    """The candidates that policy leaves out by their versions, each with the reason."""
    ruled, tag = choice.ruling, choice.use.image.tag or ""
    latest = latest_version(tag, listing) if ruled.not_past_latest else ()
    if not (latest or ruled.lts_only or ruled.versions):
        return {}
    why = ((c, _unwanted(ruled, c) or past_latest(c, latest)) for c in newer)
    return {candidate: reason for candidate, reason in why if reason}


def _unwanted(ruled: Ruling, candidate: Candidate) -> str | None:
    """Why a candidate's version is left out, as a sentence; `None` where it is not."""
    if ruled.lts_only and candidate.lts is False:
        return f"{candidate.tag} is newer, but has no long support, which `lts_only` asks for."
    if not ruled.versions:
        return None
    release = parse(candidate.tag).release
    by = left_out(candidate.tag, release.numbers if release else (), ruled.versions)
    return by and f"{candidate.tag} is newer, but {by}."


def _is_old_enough(choice: Choice, candidate: Candidate, lookups: Lookups) -> bool:
    since = known_since(choice.use.image.at(candidate.tag), lookups)
    return old_enough(since, choice.ruling.min_age, lookups)


def _with_options(
    choice: Choice, newer: Sequence[Candidate], young: Collection[Candidate]
) -> Choice:
    ruled = choice.ruling
    separate, wanted = ruled.apart - ruled.allow, ruled.apart | ruled.allow
    allowed = [c for c in newer if c.kind in ruled.allow]
    aside = [c for c in newer if c.kind in separate]
    denied = next((c for c in newer if c.kind not in wanted), None)
    options, apart = tuple(_without(allowed, young)), tuple(_without(aside, young))
    newest = (*allowed[:1], *_newest_of_each_kind(aside))
    return choice._replace(
        options=options,
        apart_options=apart,
        taken=next(iter(options), None),
        apart=_newest_of_each_kind(apart),
        denied=denied,
        waiting=tuple(c for c in newest if c in young) if young else (),
    )


def _newest_of_each_kind(newest_first: Sequence[Candidate]) -> tuple[Candidate, ...]:
    return tuple({c.kind: c for c in reversed(newest_first)}.values())


def sentence(text: str) -> str:
    """A reason from elsewhere, ended as a sentence is."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
