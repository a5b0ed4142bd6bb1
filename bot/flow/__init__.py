"""
The run, from repositories to pull requests, in steps that hand on plain data.

All reading comes first; then one asynchronous spell asks about each distinct image
once, however many repositories use it; all writing comes last. An item that fails is
dropped and reported, and takes no other with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.batch import Batch, answers, each
from bot.errors import ItemError
from bot.flow.comparing import common_platforms, compare, life_of
from bot.image import ImageRef
from bot.model import (
    Bump,
    Case,
    Evidence,
    Failure,
    Findings,
    History,
    Lookups,
    Move,
    Outcome,
    Plan,
    Policy,
    Repo,
    Report,
    Scope,
    TagList,
    Update,
    Use,
)
from bot.ports import Desk, LifeCycles, Platform, Registry, Tags, Tree
from bot.steps.assess import Knowing, assess, held_against, retold
from bot.steps.find import find
from bot.steps.gather import branches_in_doubt, gather
from bot.steps.plan import listings_needed, lookups_needed, pins, plan
from bot.steps.propose import propose, rewritten
from bot.steps.resolve import digests, outlines, still_there, tag_lists
from bot.tags import SeenTags

__all__ = ["Survey", "check", "common_platforms", "compare", "fix", "run", "survey"]

_READING = Scope()
_WRITING = Scope(apart=True, each=True)
_ROUNDS = 16
"""More than there can be: each looks at the next of a few tags, or asks what that led to."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What one repository names, what is wanted there, and what is known of the images."""

    findings: Findings
    policy: Policy
    tags: Tags
    life_cycles: LifeCycles


def check(tree: Tree, desk: Desk, scope: Scope = _READING) -> Plan:
    """The plan for one tree. Raises `RepoError` where the tree cannot be read at all."""
    (planned,) = asyncio.run(_planned([survey(tree, desk)], desk, scope))
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
    policy, known = desk.policy(tree), desk.known(tree)
    return Survey(find(tree, policy), policy, known.tags, known.life_cycles)


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


async def _planned(
    surveys: Sequence[Survey], desk: Desk, scope: Scope = _READING
) -> tuple[Plan, ...]:
    async with desk.registry() as registry:
        lookups = await _looked_up(surveys, desk, registry, scope)
    return _plans(surveys, lookups)


def _plans(surveys: Iterable[Survey], lookups: Lookups) -> tuple[Plan, ...]:
    return tuple(
        plan(s.findings, lookups, s.policy, SeenTags(s.tags, lookups.seen)) for s in surveys
    )


async def _argued(
    surveys: Sequence[Survey], desk: Desk
) -> tuple[tuple[Plan, ...], tuple[Case, ...]]:
    async with desk.registry() as registry:
        lookups = await _looked_up(surveys, desk, registry, _WRITING)
        plans = _plans(surveys, lookups)
        updates = [(u, s) for s, p in zip(surveys, plans, strict=True) for u in gather(p)]
        moving = dict.fromkeys(bump for update, _ in updates for bump in _bumps(update))
        known = Knowing(
            SeenTags(desk.tags, lookups.seen), life_of(desk.life_cycles, desk), lookups.seen
        )
        async with desk.inspectors(registry) as inspectors:
            evidence = await answers(
                partial(assess, registry=registry, known=known, inspectors=inspectors),
                list(moving),
                tick=partial(desk.progress, "reading images"),
            )
    told = {
        s.tags: Knowing(SeenTags(s.tags, lookups.seen), life_of(s.life_cycles, desk))
        for _, s in updates
    }
    return plans, tuple(_case(update, evidence, told[s.tags]) for update, s in updates)


async def _looked_up(
    surveys: Iterable[Survey], desk: Desk, registry: Registry, scope: Scope
) -> Lookups:
    """
    The tags of each repository; then what each tag that is wanted points at.

    Tags to move to are looked at, so that their platforms are known, and the others only asked
    for, as long as that leads to more questions. Where one is too young: whether an older image
    that would do is still there.
    """
    surveys = tuple(surveys)
    listed = {
        image.repository: image
        for s in surveys
        for image in listings_needed(s.findings, s.policy, s.tags)
    }
    lists = await tag_lists(list(listed.values()), registry, partial(desk.progress, "listing tags"))
    lookups = Lookups(lists, seen=_histories(surveys, desk), now=desk.clock())
    return await _all_known(surveys, lookups, desk, registry, scope)


async def _all_known(
    surveys: Sequence[Survey], lookups: Lookups, desk: Desk, registry: Registry, scope: Scope
) -> Lookups:
    """The lookups with all that the plan needs of images; what it tells goes into the ledger."""
    lookups = _remembered(surveys, lookups, desk)
    for _ in range(_ROUNDS):
        needed = [lookups_needed(s.findings, lookups, s.policy, s.tags, scope) for s in surveys]
        images, older = _all(n.images for n in needed), _all(n.older for n in needed)
        if not (images or older or any(n.tags for n in needed)):
            break
        known = await outlines(images, registry, partial(desk.progress, "looking at images"))
        # What a tag that is looked at points at is known by that.
        tags = _all(n.tags - known.keys() for n in needed)
        tick = partial(desk.progress, "asking for digests")
        told = await digests(tags, lookups.tags, registry, tick)
        there = await still_there(older, registry)
        lookups = lookups.with_digests({**told, **there}).with_outlines(known)
        lookups = _remembered(surveys, lookups, desk)
    return lookups


def _all(several: Iterable[Collection[ImageRef]]) -> list[ImageRef]:
    """The members of any, each once, in the same order every time."""
    return sorted({image for some in several for image in some}, key=str)


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
    pointed = lookups.digests.items()
    return told | {i: d for i, d in pointed if isinstance(d, str) and not i.digest}


def _bumps(update: Update) -> Iterable[Bump]:
    """The distinct moves of an update; labels repeat those of their `FROM`."""
    moves = [move for move in update.moves if move.use.role != "label"] or list(update.moves)
    return dict.fromkeys(move.bump for move in moves)


def _case(update: Update, found: Mapping[Bump, Evidence | Failure], known: Knowing) -> Case:
    """An update with its evidence, by what is known in its repository and its files ask for."""
    each_ = (found[bump] for bump in _bumps(update))
    evidence = (retold(one, known) for one in each_ if isinstance(one, Evidence))
    return Case(
        update, tuple(held_against(one, update.findings, _uses(update, one)) for one in evidence)
    )


def _uses(update: Update, evidence: Evidence) -> Iterable[Use]:
    return (move.use for move in update.moves if move.bump == evidence.bump)


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
