"""
The run, from repositories to pull requests, in steps that hand on plain data.

All reading comes first; then one asynchronous spell asks about each distinct image
once, however many repositories use it; all writing comes last. An item that fails is
dropped and reported, and takes no other with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.batch import Batch, answers, each
from bot.errors import ItemError
from bot.image import ImageRef
from bot.model import (
    Bump,
    Case,
    Evidence,
    Failure,
    Findings,
    History,
    LifeCycle,
    Lookups,
    Move,
    Outcome,
    Plan,
    Policy,
    Repo,
    Report,
    TagList,
    Update,
)
from bot.ports import Desk, Platform, Registry, Tags, Tree
from bot.steps.assess import assess
from bot.steps.find import find
from bot.steps.gather import branches_in_doubt, gather
from bot.steps.plan import listings_needed, older_needed, pins, plan, references_needed
from bot.steps.propose import propose, rewritten
from bot.steps.resolve import digests, still_there, tag_lists
from bot.tags import SeenTags


@dataclass(frozen=True, slots=True)
class Survey:
    """What one repository names, and what is wanted there."""

    findings: Findings
    policy: Policy


def check(tree: Tree, desk: Desk) -> Plan:
    """The plan for one tree. Raises `RepoError` where the tree cannot be read at all."""
    (planned,) = asyncio.run(_planned([survey(tree, desk)], desk))
    return planned


def fix(
    planned: Plan, write: Callable[[str, bytes, bytes], None]
) -> tuple[tuple[str, ...], tuple[Failure, ...]]:
    """
    Write what a plan offers, file by file: the paths written, and the files that could not be.

    `write` takes a path, its new bytes and the bytes it must still have; raises `EditError`.
    """
    findings = planned.findings
    by_file: dict[str, list[Move]] = {}
    for verdict in planned.verdicts:
        if verdict.offer:
            by_file.setdefault(verdict.use.path, []).append(Move(verdict.use, verdict.offer))

    def fixed(path: str) -> str:
        (new,) = rewritten(findings, by_file[path]).values()
        write(path, new.data, findings.sources[path].data())
        return path

    written = each(fixed, by_file)
    return written.done, written.failed


def survey(tree: Tree, desk: Desk) -> Survey:
    """Find every use in a tree, by the policy that its own configuration narrows."""
    policy = desk.policy(tree)
    return Survey(find(tree, policy), policy)


def run(desk: Desk, platform: Platform) -> Report:
    """Bring every repository's base images up to date, by proposal."""
    repos = _discovered(platform)  # 1 discover
    trees = each(platform.tree, repos.done, named=lambda repo: repo.slug)  # 2 check out
    surveys = each(  # 3 find
        partial(survey, desk=desk), trees.done, named=lambda tree: tree.snapshot.repo.slug
    )
    plans, cases = asyncio.run(_argued(surveys.done, desk))  # 4 to 6
    proposals = each(propose, cases, named=_of_update)  # 7 propose
    outcomes = each(
        platform.ensure, proposals.done, named=lambda p: _subject(p.snapshot.repo.slug, p.branch)
    )
    retired = each(
        partial(_retired, platform=platform, cases=cases), plans, named=_of_plan
    )  # 8 publish
    batches: tuple[Batch[object], ...] = (repos, trees, surveys, proposals, outcomes, retired)
    return Report(
        plans=plans,
        outcomes=(*outcomes.done, *(outcome for some in retired.done for outcome in some)),
        failures=tuple(failure for batch in batches for failure in batch.failed),
    )


def _discovered(platform: Platform) -> Batch[Repo]:
    found: list[Repo] = []
    try:
        found.extend(platform.repos())
    except ItemError as error:
        return Batch(tuple(found), (Failure("repositories", str(error)),))
    return Batch(tuple(found))


def _subject(slug: str, branch: str) -> str:
    return f"{slug} {branch}"


def _of_update(case: Case) -> str:
    return _subject(case.update.findings.snapshot.repo.slug, case.update.branch)


def _of_plan(planned: Plan) -> str:
    return planned.findings.snapshot.repo.slug


async def _planned(surveys: Sequence[Survey], desk: Desk) -> tuple[Plan, ...]:
    async with desk.registry() as registry:
        lookups = await _looked_up(surveys, desk, registry, apart=False)
    return _plans(surveys, lookups, SeenTags(desk.tags, lookups.seen))


def _plans(surveys: Iterable[Survey], lookups: Lookups, tags: Tags) -> tuple[Plan, ...]:
    return tuple(plan(s.findings, lookups, s.policy, tags) for s in surveys)


async def _argued(
    surveys: Sequence[Survey], desk: Desk
) -> tuple[tuple[Plan, ...], tuple[Case, ...]]:
    async with desk.registry() as registry:
        lookups = await _looked_up(surveys, desk, registry, apart=True)
        tags = SeenTags(desk.tags, lookups.seen)
        plans = _plans(surveys, lookups, tags)
        updates = tuple(update for planned in plans for update in gather(planned))
        moving = dict.fromkeys(bump for update in updates for bump in _bumps(update))
        evidence = await answers(
            partial(assess, registry=registry, tags=tags, seen=lookups.seen, life=_life(desk)),
            list(moving),
            tick=partial(desk.progress, "reading images"),
        )
    return plans, tuple(_case(update, evidence) for update in updates)


def _life(desk: Desk) -> Callable[[ImageRef], LifeCycle]:
    """How the support of what a reference names stands today."""
    today = desk.clock().date()
    return lambda image: LifeCycle(desk.life_cycles.of(image), today)


async def _looked_up(
    surveys: Iterable[Survey], desk: Desk, registry: Registry, *, apart: bool
) -> Lookups:
    """
    Two rounds: the tags of each repository, then the digest of each tag that is wanted.

    Where one is too young, a third: whether an older image that would do is still there.
    """
    surveys = tuple(surveys)
    listed = {
        image.repository: image
        for s in surveys
        for image in listings_needed(s.findings, s.policy, desk.tags)
    }
    lists = await tag_lists(list(listed.values()), registry, partial(desk.progress, "listing tags"))
    before = Lookups(lists, seen=_histories(surveys, desk), now=desk.clock())
    wanted = {
        image
        for s in surveys
        for image in references_needed(s.findings, before, s.policy, desk.tags, apart=apart)
    }
    ordered = sorted(wanted, key=str)
    known = await digests(ordered, lists, registry, partial(desk.progress, "asking for digests"))
    lookups = _remembered(surveys, replace(before, digests=known), desk)
    older = {
        image for s in surveys for image in older_needed(s.findings, lookups, s.policy, desk.tags)
    }
    return replace(lookups, digests=known | await still_there(older, registry))


def _remembered(surveys: Sequence[Survey], lookups: Lookups, desk: Desk) -> Lookups:
    """Write what was looked up into the ledger; the lookups with all that it then knows of them."""
    images = {use.image for survey in surveys for use in survey.findings.uses}
    pinned = {pin: str(pin.digest) for s in surveys for pin in pins(s.findings, s.policy)}
    desk.ledger.record({**pinned, **_told(images, lookups)}, lookups.now)
    return replace(lookups, seen=_histories(surveys, desk))


def _histories(surveys: Iterable[Survey], desk: Desk) -> Mapping[ImageRef, History]:
    uses = (use for survey in surveys for use in survey.findings.uses)
    return desk.ledger.histories({use.image.repository for use in uses})


def _told(images: Iterable[ImageRef], lookups: Lookups) -> dict[ImageRef, str]:
    """Where each tag of interest points now, as far as anything that was asked for tells it."""
    told: dict[ImageRef, str] = {}
    for image in images:
        listing = lookups.tags.get(image.repository)
        digest = listing.digests.get(image.tag or "") if isinstance(listing, TagList) else None
        if digest:
            told[image.at(image.tag)] = digest
    return told | {image: d for image, d in lookups.digests.items() if isinstance(d, str)}


def _bumps(update: Update) -> Iterable[Bump]:
    """The distinct moves of an update; labels repeat those of their `FROM`."""
    moves = [move for move in update.moves if move.use.role != "label"] or list(update.moves)
    return dict.fromkeys(move.bump for move in moves)


def _case(update: Update, known: Mapping[Bump, Evidence | Failure]) -> Case:
    found = (known[bump] for bump in _bumps(update))
    return Case(update, tuple(e for e in found if isinstance(e, Evidence)))


def _retired(planned: Plan, *, platform: Platform, cases: Sequence[Case]) -> tuple[Outcome, ...]:
    """
    Take back the proposals of this repository that nothing asks for any more.

    A file that could not be read may still ask for one, so then nothing is taken back.
    """
    findings = planned.findings
    if any(skip.reason in {"unreadable", "unparsable"} for skip in findings.skips):
        return ()
    wanted = {case.update.branch for case in cases if case.update.findings is findings}
    return tuple(platform.retire(findings.snapshot, wanted | branches_in_doubt(planned)))
