"""What is wished of the proposals of a repository: by itself, within what its operator says."""

from __future__ import annotations

from functools import partial

from bot.config.merging import age
from bot.config.models import OperatorConfig, RepositoryConfig
from bot.config.platforms import PlatformConfig
from bot.config.proposals import (
    AutomergeConfig,
    ConventionalConfig,
    ProposalsConfig,
    RebuildsConfig,
)
from bot.config.starter import STARTER
from bot.model import Owners, Rebuilding, Wishes


def wishes_of(
    operator: OperatorConfig, repository: RepositoryConfig | None, owners: Owners
) -> Wishes:
    """
    Read both configurations as one; `owners` is how the platform has CODEOWNERS read.

    A repository says what its pull requests look like, and can only lower the limits: it opens no
    more of them, at no other times, and has nothing merged that the operator does not have.
    """
    theirs, own = operator.proposals, (repository or RepositoryConfig()).proposals
    said = ProposalsConfig.model_validate(
        theirs.model_dump(exclude_unset=True) | own.model_dump(exclude_unset=True)
    )
    automerge = _automerge(theirs.automerge, own)
    fewest = partial(_fewest, theirs, said)
    return Wishes(
        group=said.group,
        title=said.title or "",
        message=said.message or "",
        conventional=_form(said.conventional),
        signed_off=said.signed_off or "",
        labels=tuple(dict.fromkeys((*theirs.labels, *own.labels))),
        assignees=said.assignees,
        reviewers=said.reviewers,
        owners=owners if said.codeowners else "",
        milestone=said.milestone or "",
        draft=said.draft,
        automerge=frozenset(automerge.kinds) if automerge else frozenset(),
        conditions=frozenset(automerge.only_if) if automerge else frozenset(),
        rebase=said.rebase,
        open_at_most=fewest("open_at_most"),
        per_hour=fewest("per_hour"),
        per_run=fewest("per_run"),
        schedules=own.schedule,
        operators_schedules=theirs.schedule,
        timezone=said.timezone,
        cooldown=max(age(theirs.cooldown), age(said.cooldown)),
        dashboard=said.dashboard,
        rebuilding=_rebuilding(said.rebuilds),
    )


def _form(said: ConventionalConfig | None) -> tuple[str, str] | None:
    return (said.type, said.scope) if said else None


def _rebuilding(said: RebuildsConfig) -> Rebuilding:
    return Rebuilding(
        said.maintainer or "", said.versions, said.skip, said.only_changed, said.control
    )


def starter_of(platform: PlatformConfig, *, found: bool) -> str:
    """
    The configuration that a repository without one is asked to begin with; empty: it is not asked.

    `found`: nobody named the repository.
    """
    asks = platform.onboarding == "always" or (platform.onboarding == "found" and found)
    return STARTER if asks else ""


def _automerge(operators: AutomergeConfig | None, own: ProposalsConfig) -> AutomergeConfig | None:
    """Where both say something: the kinds that both name, on the conditions of both."""
    if "automerge" not in own.model_fields_set:
        return operators
    if operators is None or own.automerge is None:
        return own.automerge
    return AutomergeConfig(
        kinds=tuple(kind for kind in own.automerge.kinds if kind in operators.kinds),
        only_if=tuple(dict.fromkeys((*operators.only_if, *own.automerge.only_if))),
    )


def _fewest(operators: ProposalsConfig, said: ProposalsConfig, option: str) -> int | None:
    """A default of ours limits nobody who says otherwise; what the operator says does."""
    bounds = [operators, said] if option in operators.model_fields_set else [said]
    numbers = [getattr(each, option) for each in bounds]
    return min((number for number in numbers if number is not None), default=None)
