"""Step 7b: where a repository is to be asked first, which one proposal comes before all others?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model import KINDS, Case, NewFile, Plan, Proposal, Wishes
from bot.policy import REPOSITORY_CONFIG_PATHS

BRANCH = "basewatch/configure"
PATH = REPOSITORY_CONFIG_PATHS[0]


def is_asked(plan: Plan, wishes: Wishes) -> bool:
    """Whether it is to say yes before anything else is done there; without a use, to what?"""
    return bool(wishes.starter and plan.findings.uses)


def onboard(
    plan: Plan, wishes: Wishes, cases: Iterable[Case], proposals: Sequence[Proposal]
) -> tuple[Proposal, ...]:
    """
    The proposals of a repository; where it is asked, the one that asks, and all others behind it.

    `cases` are what the proposals were made of.
    """
    if not is_asked(plan, wishes):
        return tuple(proposals)
    return _asking(plan, wishes, cases, proposals), *(replace(p, after=BRANCH) for p in proposals)


def _asking(
    plan: Plan, wishes: Wishes, cases: Iterable[Case], proposals: Sequence[Proposal]
) -> Proposal:
    """A pull request that adds the configuration, whose merge nobody but a person may decide."""
    from bot.pulls.limits import by_urgency
    from bot.pulls.templates import conventional
    from bot.wording.onboarding import TARGET, TITLE, Prospect, onboarding

    kinds = {case.update.branch: {move.offer.kind for move in case.update.moves} for case in cases}
    prospects = [
        Prospect(
            p.title,
            tuple(k for k in KINDS if k in kinds.get(p.branch, ())),
            len(p.files),
            p.urgency,
        )
        for p in by_urgency(proposals)
    ]
    return Proposal(
        snapshot=plan.findings.snapshot,
        branch=BRANCH,
        title=conventional(TITLE, *wishes.conventional) if wishes.conventional else TITLE,
        body=onboarding(plan, prospects, wishes, PATH),
        files={PATH: NewFile(wishes.starter.encode(), "100644")},
        target=TARGET,
        labels=wishes.labels,
        reviewers=wishes.reviewers,
        assignees=wishes.assignees,
        milestone=wishes.milestone,
        draft=wishes.draft,
        wishes=_unhurried(wishes),
    )


def _unhurried(wishes: Wishes) -> Wishes:
    """
    Its branch stands as it is while the base moves, as nothing else touches its file; and what is
    open already keeps it from nothing, as all of that waits for it.
    """
    return replace(wishes, rebase="asked", open_at_most=None, per_hour=None, per_run=None)
