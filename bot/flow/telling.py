"""The last of a run: have the dashboard of each repository say what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TypeAlias

from bot.batch import Batch, each
from bot.flow.planning import Survey
from bot.image import ImageRef
from bot.model import Case, Failure, LifeCycle, Outcome, Page, Plan
from bot.ports import Platform
from bot.steps.onboard import is_asked

LookedAt: TypeAlias = tuple[Plan, Survey]


def shown(
    looked_at: Iterable[LookedAt],
    became: Sequence[Batch[Outcome]],
    platform: Platform,
    day: dt.date,
    cases: Iterable[Case] = (),
) -> Batch[tuple[Outcome, ...]]:
    """
    What became of each dashboard, of those who want one; `became` is what was done before, and
    `cases` what was read of images on the way.

    A repository that is asked first whether it wants any of this has none yet.
    """
    outcomes, failures = _by_repository(became)
    read = _read(cases)
    wanting: defaultdict[str, list[LookedAt]] = defaultdict(list)
    for plan, survey in looked_at:
        if survey.wishes.dashboard and not is_asked(plan, survey.wishes):
            wanting[plan.findings.snapshot.repo.slug].append((plan, survey))
    pages = [
        Page(
            tuple(plan for plan, _ in mine),
            tuple(outcomes[slug]),
            _of(slug, failures),
            {**_lives(mine, day), **read[slug]},
        )
        for slug, mine in wanting.items()
    ]
    return each(
        partial(_shown, platform=platform), pages, named=lambda page: f"{_slug(page)} dashboard"
    )


def _shown(page: Page, *, platform: Platform) -> tuple[Outcome, ...]:
    return tuple(platform.show(page.plans[0].findings.snapshot, page))


def _by_repository(
    became: Sequence[Batch[Outcome]],
) -> tuple[defaultdict[str, list[Outcome]], list[Failure]]:
    outcomes: defaultdict[str, list[Outcome]] = defaultdict(list)
    for batch in became:
        for outcome in batch.done:
            outcomes[outcome.repo].append(outcome)
    return outcomes, [failure for batch in became for failure in batch.failed]


def _of(slug: str, failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Those that are about a repository, by what of it they are about."""
    mine = [failure for failure in failures if failure.subject.split(" ")[0] == slug]
    return tuple(
        Failure(failure.subject.removeprefix(slug).strip() or "proposals", failure.reason)
        for failure in mine
    )


def _lives(looked_at: Iterable[LookedAt], day: dt.date) -> dict[ImageRef, LifeCycle]:
    """What each image that is used says of itself, where that is something to worry about."""
    known = {
        verdict.use.image: LifeCycle(survey.life_cycles.of(verdict.use.image), day)
        for plan, survey in looked_at
        for verdict in plan.verdicts
    }
    return {image: life for image, life in known.items() if life.worries}


def _read(cases: Iterable[Case]) -> defaultdict[str, dict[ImageRef, LifeCycle]]:
    """
    What was found in images to worry about, by repository; an image's name need not tell of it.

    Of what is moved to only what is not in the present image, too: all else is said of that one.
    """
    found: defaultdict[str, dict[ImageRef, LifeCycle]] = defaultdict(dict)
    for case in cases:
        mine = found[case.update.findings.snapshot.repo.slug]
        for evidence in case.evidence:
            old, new = evidence.old_life, evidence.new_life
            added = LifeCycle(tuple(c for c in new.cycles if c not in old.cycles), new.day)
            for image, life in ((evidence.bump.old, old), (evidence.bump.new, added)):
                if life.worries:
                    mine.setdefault(image, life)
    return found


def _slug(page: Page) -> str:
    return page.plans[0].findings.snapshot.repo.slug
