"""What a plan found to be wrong with a use or a pin, as reviewers of a change are told of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.model import Offer, PackagePin, PinVerdict, Plan, Report, Use, Verdict

Rule = Literal["unpinned", "behind", "failed"]

MEANINGS: dict[Rule, str] = {
    "unpinned": "A base image that is not pinned to a digest",
    "behind": "A base image or a package that has moved on",
    "failed": "A base image or a package that could not be looked up",
}

_DIGEST = re.compile(r"(sha(?:256|384|512):[0-9a-f]{12})[0-9a-f]+")


NAMED = 3
"""Places that are named where several have the same trouble."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One use or pin that is not as it should be: where, by which rule, and why as a sentence."""

    use: Use | PackagePin
    rule: Rule
    said: str

    @property
    def reference(self) -> str:
        """What the file asks for, which is a part of the finding's name."""
        return self.use.text if isinstance(self.use, PackagePin) else str(self.use.image)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a run could not do; `use` where it was about one, in the repository `slug`."""

    where: str
    why: str
    slug: str = ""
    use: Use | None = None


def findings(plan: Plan) -> list[Finding]:
    """
    Each use and each pin that would change or could not be looked up, in the order of files; what
    is held or skipped is neither.
    """
    found = [one for verdict in plan.verdicts for one in _found(verdict)]
    found += [one for verdict in plan.pins for one in _of_pin(verdict)]
    return sorted(found, key=lambda one: (one.use.path, one.use.position)) if plan.pins else found


def _of_pin(verdict: PinVerdict) -> Iterator[Finding]:
    pin, offer = verdict.pin, verdict.offer
    if verdict.outcome == "failed":
        yield Finding(pin, "failed", f"{pin.text} could not be looked up: {verdict.because}")
    elif offer:
        to = f"{offer.new} ({offer.kind})."
        yield Finding(pin, "behind", f"{pin.text} has moved on: {to} {verdict.because}")


def _found(verdict: Verdict) -> Iterator[Finding]:
    use, old, offer = verdict.use, short(str(verdict.use.image)), verdict.offer
    if verdict.outcome == "failed":
        yield Finding(use, "failed", f"{old} could not be looked up: {verdict.because}")
    elif offer and verdict.outcome == "pin":
        yield Finding(use, "unpinned", f"{old} is not pinned: {_to(offer)} {verdict.because}")
    elif offer:
        yield Finding(use, "behind", f"{old} has moved on: {_to(offer)} {verdict.because}")


def _to(offer: Offer) -> str:
    return f"{short(str(offer.new))} ({offer.kind})."


def short(reference: str) -> str:
    """A reference with the first twelve digits of its digest."""
    return _DIGEST.sub(r"\1…", reference)


def troubles(report: Report) -> list[Trouble]:
    """Everything that a run could not do: what made its exit code 2."""
    said = [Trouble(failure.subject, failure.reason) for failure in report.failures]
    said += [
        Trouble(f"{outcome.repo} {outcome.branch}", outcome.detail)
        for outcome in report.outcomes
        if outcome.verb == "failed"
    ]
    return [*said, *(trouble for plan in report.plans for trouble in _of_plan(plan))]


def together(said: Iterable[Trouble]) -> list[Trouble]:
    """
    As people are told of them: those of one reason as one, in the place of the first.

    A forge that is away is the same for hundreds of repositories. What is about a use has its
    place in a file, and stays apart.
    """
    found: dict[tuple[str, object], list[Trouble]] = {}
    for trouble in said:
        found.setdefault((trouble.why, trouble.use and trouble.where), []).append(trouble)
    return [
        replace(some[0], where=_several([one.where for one in some])) for some in found.values()
    ]


def _several(where: Sequence[str]) -> str:
    """`team/a, team/b`, or `team/a and 299 more repositories`."""
    places = list(dict.fromkeys(where))
    if len(places) <= NAMED:
        return ", ".join(places)
    repositories = all("/" in place and " " not in place for place in places)
    more = f"{len(places) - 1:,} more"
    return f"{places[0]} and {more} repositories" if repositories else f"{places[0]} and {more}"


def _of_plan(plan: Plan) -> Iterator[Trouble]:
    slug = plan.findings.snapshot.repo.slug
    for verdict in plan.verdicts:
        where = f"{slug}: {verdict.use.path}:{verdict.use.position.line}"
        for why in _failed(verdict):
            yield Trouble(where, why, slug, verdict.use)


def _failed(verdict: Verdict) -> list[str]:
    """Why a use, or what was to be proposed apart for it, could not be looked up."""
    if verdict.outcome == "failed":
        return [verdict.because]
    return [offer.because for offer in verdict.apart if offer.lost]
