"""The whole run: from repositories to proposals, in eight steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from bot.batch import Batch, answers, each
from bot.errors import ItemError
from bot.flow.looking import looked_into
from bot.flow.planning import WRITING, Survey, looked_up, planned_pins, plans
from bot.flow.telling import shown
from bot.model import (
    Bump,
    Case,
    Evidence,
    Failure,
    Outcome,
    Passed,
    Plan,
    Proposal,
    Repo,
    Report,
    Snapshot,
    Update,
    Use,
)
from bot.once import waited_for
from bot.ports import Desk, Platform
from bot.pulls.codeowners import owners_of
from bot.pulls.groups import branches_in_doubt as grouped_in_doubt
from bot.pulls.groups import grouped
from bot.steps.assess import Knowing, assess, held_against, retold
from bot.steps.gather import branches_in_doubt, gather, verdicts_in_doubt
from bot.steps.onboard import is_asked, onboard
from bot.steps.propose import propose, worthwhile
from bot.tags import SeenTags


def run(desk: Desk, platform: Platform) -> Report:
    """Bring every repository's base images up to date, by proposal."""
    listed = _discovered(platform)  # 1 discover
    repos = [repo for repo in listed.done if isinstance(repo, Repo)]
    surveys, lacking = looked_into(platform, repos, desk)  # 2 check out, 3 find
    planned, cases = waited_for(argued(surveys.done, desk))  # 4 to 6
    proposals = each(propose, cases, named=_of_update)  # 7 propose
    looked_at = list(zip(planned, surveys.done, strict=True))
    proposals = _with_pins(proposals, looked_at)
    outcomes = each(
        platform.ensure,
        platform.arranged(_in_turn(looked_at, cases, proposals.done)),
        named=lambda p: _subject(p.snapshot.repo.slug, p.branch),
    )
    retired = each(
        partial(_retired, platform=platform, cases=cases),
        looked_at,
        named=lambda pair: pair[0].findings.snapshot.repo.slug,
    )  # 8 publish
    taken_back = Batch(tuple(chain.from_iterable(retired.done)), retired.failed)
    unmade: Batch[Outcome] = Batch((), proposals.failed)
    became = (unmade, outcomes, taken_back)
    told = shown(looked_at, became, platform, desk.clock().date(), cases)
    batches: tuple[Batch[object], ...] = (listed, surveys, *became, told)
    return Report(
        plans=planned,
        outcomes=(*outcomes.done, *taken_back.done),
        failures=(*(failure for batch in batches for failure in batch.failed), *_unread(planned)),
        passed=(*(one for one in listed.done if isinstance(one, Passed)), *lacking),
        calls=platform.calls,
        calls_by_repo=platform.calls_by_repo,
        dashboards=tuple(chain.from_iterable(told.done)),
    )


def _discovered(platform: Platform) -> Batch[Repo | Passed]:
    found: list[Repo | Passed | Failure] = []
    try:
        found.extend(platform.repos())
    except ItemError as error:
        found.append(Failure("repositories", str(error)))
    failed = tuple(each for each in found if isinstance(each, Failure))
    return Batch(tuple(each for each in found if not isinstance(each, Failure)), failed)


def _subject(slug: str, branch: str) -> str:
    return f"{slug} {branch}"


def _of_update(case: Case) -> str:
    return _subject(case.update.findings.snapshot.repo.slug, case.update.branch)


async def argued(
    surveys: Sequence[Survey], desk: Desk
) -> tuple[tuple[Plan, ...], tuple[Case, ...]]:
    """The plan for each of what was surveyed, and the evidence for every update in them."""
    async with desk.registry() as registry:
        lookups = await looked_up(surveys, desk, registry, WRITING)
        planned = await planned_pins(plans(surveys, lookups), surveys, desk)
        updates = [
            (update, survey)
            for survey, plan in zip(surveys, planned, strict=True)
            for update in grouped(gather(plan), survey.wishes.group)
        ]
        moving = dict.fromkeys(bump for update, _ in updates for bump in _bumps(update))
        seen, today = lookups.seen, desk.clock().date()
        known = Knowing(SeenTags(desk.tags, seen), desk.life_cycles, today, seen)
        async with desk.inspectors(registry) as inspectors:
            evidence = await answers(
                partial(assess, registry=registry, known=known, inspectors=inspectors),
                list(moving),
                tick=partial(desk.progress, "reading images"),
            )
    told = {s.tags: Knowing(SeenTags(s.tags, seen), s.life_cycles, today) for _, s in updates}
    cases = (_case(update, s, evidence, told[s.tags]) for update, s in updates)
    wanted = filter(None, map(worthwhile, cases))
    return planned, tuple(replace(case, now=lookups.now) for case in wanted)


def _with_pins(
    proposals: Batch[Proposal], looked_at: Iterable[tuple[Plan, Survey]]
) -> Batch[Proposal]:
    """With the proposals that move the packages that files pin."""
    looked_at = [(plan, survey) for plan, survey in looked_at if plan.pins]
    if not looked_at:
        return proposals
    from bot.steps.pinned import branched, proposed

    pinning = [
        (plan, survey, branch)
        for plan, survey in looked_at
        for branch in branched(plan, survey.wishes.group)
    ]
    more = each(
        lambda one: proposed(one[0], one[1].wishes, one[2]),
        pinning,
        named=lambda one: f"{one[0].findings.snapshot.repo.slug} {one[2]}",
    )
    return Batch((*proposals.done, *more.done), (*proposals.failed, *more.failed))


def _unread(planned: Iterable[Plan]) -> tuple[Failure, ...]:
    """The pins that nobody could tell about, once for each file and reason."""
    lost = (
        Failure(f"{plan.findings.snapshot.repo.slug} {verdict.pin.path}", verdict.because)
        for plan in planned
        for verdict in plan.pins
        if verdict.outcome == "failed"
    )
    return tuple(dict.fromkeys(lost))


def _in_turn(
    looked_at: Iterable[tuple[Plan, Survey]], cases: Iterable[Case], proposals: Iterable[Proposal]
) -> list[Proposal]:
    """The proposals of each repository; where it is asked first, behind the one that asks."""
    made: defaultdict[Snapshot, list[Proposal]] = defaultdict(list)
    of: defaultdict[Snapshot, list[Case]] = defaultdict(list)
    for proposal in proposals:
        made[proposal.snapshot].append(proposal)
    for case in cases:
        of[case.update.findings.snapshot].append(case)
    return [
        proposal
        for plan, survey in looked_at
        for at in [plan.findings.snapshot]
        for proposal in onboard(plan, survey.wishes, of[at], made[at])
    ]


def _bumps(update: Update) -> Iterable[Bump]:
    """The distinct moves of an update; labels repeat those of their `FROM`."""
    moves = [move for move in update.moves if move.use.role != "label"] or list(update.moves)
    return dict.fromkeys(move.bump for move in moves)


def _case(
    update: Update, survey: Survey, found: Mapping[Bump, Evidence | Failure], known: Knowing
) -> Case:
    """An update with its evidence, by what is known in its repository and its files ask for."""
    each_ = (found[bump] for bump in _bumps(update))
    evidence = (retold(one, known) for one in each_ if isinstance(one, Evidence))
    held = (held_against(one, update.findings, _uses(update, one)) for one in evidence)
    paths = dict.fromkeys(move.use.path for move in update.moves)
    return Case(update, tuple(held), survey.wishes, owners_of(paths, survey.owners))


def _uses(update: Update, evidence: Evidence) -> Iterable[Use]:
    return (move.use for move in update.moves if move.bump == evidence.bump)


def _retired(
    looked_at: tuple[Plan, Survey], *, platform: Platform, cases: Sequence[Case]
) -> tuple[Outcome, ...]:
    """
    Take back the proposals of this repository that nothing asks for any more.

    A file that could not be read may still ask for one, so then nothing is taken back; nor is it
    in a repository that is asked first.
    """
    planned, survey = looked_at
    findings = planned.findings
    if is_asked(planned, survey.wishes) or any(
        skip.reason in {"unreadable", "unparsable"} for skip in findings.skips
    ):
        return ()
    wanted = {case.update.branch for case in cases if case.update.findings is findings}
    if planned.pins:
        from bot.steps.pinned import branches

        wanted |= {*branches(planned, survey.wishes.group)}
    doubt = verdicts_in_doubt(planned)
    keep = grouped_in_doubt(doubt, survey.wishes.group, branches_in_doubt(planned))
    return tuple(platform.retire(findings.snapshot, wanted | keep))
