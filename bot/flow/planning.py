"""What to do: find every use, look up what is needed, decide; and write it into the files."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from bot.batch import Batch, each
from bot.formats.beside import chronicles
from bot.image import ImageRef, Repository
from bot.model import (
    NEVER,
    Case,
    Failure,
    Findings,
    History,
    Lookups,
    Move,
    NewFile,
    Outline,
    Plan,
    Policy,
    Scope,
    TagList,
    Update,
    Wishes,
)
from bot.once import waited_for
from bot.ports import Desk, LifeCycles, Registry, Tags, Tree
from bot.steps.find import find
from bot.steps.plan import Needs, listings_needed, pins, plan
from bot.steps.propose import new_beside, rebuilds, rewritten
from bot.steps.resolve import digests, known_as, outlines, still_there, tag_lists, vouched
from bot.tags import ChronicledTags, SeenTags

if TYPE_CHECKING:
    from bot.pulls.codeowners import Flavour, Rule

READING = Scope()
WRITING = Scope(apart=True, each=True)
_ROUNDS = 16
"""More than there can be: each looks at the next of a few tags, or asks what that led to."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a repository names, what is wanted there, who owns it, what is known of the images."""

    findings: Findings
    policy: Policy
    tags: Tags
    life_cycles: LifeCycles
    wishes: Wishes = field(default_factory=Wishes)
    owners: tuple[Rule, ...] = ()


def check(tree: Tree, desk: Desk, scope: Scope = READING) -> Plan:
    """The plan for one tree. Raises `RepoError` where the tree cannot be read at all."""
    # How proposals are to look matters to nobody who makes none.
    desk = desk._replace(wishes=None)
    (found,) = waited_for(planned([survey(tree, desk)], desk, scope))
    return found


def fix(
    planned: Plan,
    write: Callable[[str, bytes, bytes], None],
    wishes: Wishes | None = None,
    now: dt.datetime = NEVER,
) -> tuple[tuple[str, ...], tuple[Failure, ...]]:
    """
    Write what a plan offers, file by file: the paths written, and the files that could not be.

    What is rebuilt because of it comes last, and only if all else could be written, and with it
    what is corrected beside. `write` takes a path, its new bytes and the bytes it must still have;
    raises `EditError`. `now` is for what says when it was changed.
    """
    findings = planned.findings
    by_file: dict[str, list[Move]] = {}
    for verdict in planned.verdicts:
        if verdict.offer:
            by_file.setdefault(verdict.use.path, []).append(Move(verdict.use, verdict.offer))
    moves = tuple(chain.from_iterable(by_file.values()))
    wishes = wishes or Wishes()
    some = rebuilds(Case(Update(findings, "", "", moves), (), wishes, now=now))

    def fixed(family: tuple[str, ...]) -> tuple[str, ...]:
        here = [move for path in family for move in by_file.get(path, ())]
        return _written(findings, rewritten(findings, here, some), write)

    # What values meet in is read back together, so that it is written together.
    families = dict.fromkeys(map(findings.family, by_file))
    moved = each(fixed, families, named=lambda family: next(p for p in family if p in by_file))
    agreeing = wishes.rebuilding.control
    behind = {} if moved.failed else new_beside(findings, some, agreeing=agreeing)
    beside = each(lambda path: _written(findings, {path: behind[path]}, write), behind)
    pinned = _fixed_pins(planned, write)
    done = chain.from_iterable((*moved.done, *beside.done, *pinned.done))
    return tuple(done), (*moved.failed, *beside.failed, *pinned.failed)


def _fixed_pins(
    planned: Plan, write: Callable[[str, bytes, bytes], None]
) -> Batch[tuple[str, ...]]:
    """Write the pins that move; a file that pins packages names no images."""
    if not planned.pins:
        return Batch()
    from bot.steps.pinned import moving, repinned

    findings, by_file = planned.findings, moving(planned)
    return each(
        lambda path: _written(findings, {path: repinned(findings, path, by_file[path])}, write),
        by_file,
    )


def _written(
    findings: Findings,
    files: Mapping[str, NewFile],
    write: Callable[[str, bytes, bytes], None],
) -> tuple[str, ...]:
    for path, new in files.items():
        was = findings.sources.get(path) or findings.beside.files[path]
        write(path, new.data, was.data())
    return tuple(files)


def survey(tree: Tree, desk: Desk) -> Survey:
    """Find every use in a tree, by the policy that its own configuration narrows."""
    policy, known = desk.policy(tree), desk.known(tree)
    wishes = desk.wishes(tree) if desk.wishes else Wishes()
    owners = _owners(tree, wishes.owners) if wishes.owners else ()
    findings = find(tree, policy)
    if desk.elsewhere:
        findings = replace(findings, elsewhere=desk.elsewhere)
    built = chronicles((findings.beside, *findings.elsewhere))
    tags: Tags = ChronicledTags(known.tags, built) if built else known.tags
    return Survey(findings, policy, tags, known.life_cycles, wishes, owners)


def _owners(tree: Tree, flavour: Flavour) -> tuple[Rule, ...]:
    """Who owns what, by the first of the files that there may be."""
    from bot.pulls.codeowners import LIMIT, PATHS, rules_in

    found = dict(tree.read(PATHS[flavour], limit=LIMIT))
    first = next((found[path] for path in PATHS[flavour] if path in found), b"")
    return rules_in(first.decode("utf-8", "replace"), flavour) if isinstance(first, bytes) else ()


async def planned(
    surveys: Sequence[Survey], desk: Desk, scope: Scope = READING
) -> tuple[Plan, ...]:
    """The plan for each of what was surveyed: every image is looked up once for all of them."""
    async with desk.registry() as registry:
        lookups = await looked_up(surveys, desk, registry, scope)
    return await planned_pins(plans(surveys, lookups), surveys, desk)


def plans(surveys: Iterable[Survey], lookups: Lookups) -> tuple[Plan, ...]:
    """What is decided by what was looked up."""
    return tuple(
        plan(s.findings, lookups, s.policy, SeenTags(s.tags, lookups.seen)) for s in surveys
    )


async def planned_pins(
    planned: tuple[Plan, ...], surveys: Sequence[Survey], desk: Desk
) -> tuple[Plan, ...]:
    """The plans with what becomes of the packages that files pin."""
    if not any(survey.findings.pins for survey in surveys):
        return planned
    from bot.flow.packages import indexes
    from bot.steps.pinned import pinned

    there, now = await indexes([survey.findings for survey in surveys], desk), desk.clock()
    return tuple(
        replace(plan, pins=pinned(survey.findings, there, survey.policy, now))
        for plan, survey in zip(planned, surveys, strict=True)
    )


async def looked_up(
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
    lookups = _remembered(_told_already(surveys, lookups), lookups, desk)
    needs = [Needs(s.findings, s.policy, s.tags) for s in surveys]
    read_before = desk.ledger.outlines(_repositories(surveys))
    for _ in range(_ROUNDS):
        needed = [each.after(lookups, scope) for each in needs]
        images, older = _all(n.images for n in needed), _all(n.older for n in needed)
        if not (images or older or any(n.tags for n in needed)):
            break
        # What a tag that is looked at points at is known by that.
        tags = _all(n.tags - set(map(known_as, images)) for n in needed)
        look = partial(desk.progress, "looking at images")
        tick = partial(desk.progress, "asking for digests")
        known, told = await asyncio.gather(
            outlines(images, registry, look, read_before, lookups.seen),
            digests(tags, lookups.tags, registry, tick),
        )
        if scope.each:  # they are going to be written
            told |= await vouched(
                _unheard_of(told, surveys, {**lookups.outlines, **known}), registry
            )
        there = await still_there(older, registry)
        before, lookups = lookups, lookups.with_digests({**told, **there}).with_outlines(known)
        lookups = _remembered(_told_since(before, lookups), lookups, desk)
    desk.ledger.keep(
        {
            image: outline
            for image, outline in lookups.outlines.items()
            if image.digest and isinstance(outline, Outline) and image not in read_before
        }
    )
    return lookups


def _unheard_of(
    told: Mapping[ImageRef, str | Failure],
    surveys: Iterable[Survey],
    known: Collection[ImageRef],
) -> dict[ImageRef, str | Failure]:
    """The digests of which nothing proves that they are of anything: a header may be wrong."""
    written = {use.image.digest for survey in surveys for use in survey.findings.uses}
    return {
        image: digest
        for image, digest in told.items()
        if isinstance(digest, str) and digest not in written and image.at(None, digest) not in known
    }


def _all(several: Iterable[Collection[ImageRef]]) -> list[ImageRef]:
    """The members of any, each once, in the same order every time."""
    return sorted({image for some in several for image in some}, key=str)


def _remembered(told: Mapping[ImageRef, str], lookups: Lookups, desk: Desk) -> Lookups:
    """Write what was told into the ledger; the lookups with all that it then knows of that."""
    if not told:
        return lookups
    desk.ledger.record(told, lookups.now)
    known = desk.ledger.histories({image.repository for image in told})
    return lookups._replace(seen={**lookups.seen, **known})


def _histories(surveys: Iterable[Survey], desk: Desk) -> Mapping[ImageRef, History]:
    return desk.ledger.histories(_repositories(surveys))


def _repositories(surveys: Iterable[Survey]) -> set[Repository]:
    return {use.image.repository for survey in surveys for use in survey.findings.uses}


def _told_already(surveys: Sequence[Survey], lookups: Lookups) -> dict[ImageRef, str]:
    """Where each tag of interest points now, as far as listings tell; and pins, which are known."""
    told = {pin: str(pin.digest) for s in surveys for pin in pins(s.findings, s.policy)}
    for image in {use.image for survey in surveys for use in survey.findings.uses}:
        listing = lookups.tags.get(image.repository)
        digest = listing.digests.get(image.tag or "") if isinstance(listing, TagList) else None
        if digest:
            told[image.at(image.tag)] = digest
    return told


def _told_since(before: Lookups, lookups: Lookups) -> dict[ImageRef, str]:
    """Where each tag points now that was asked for since."""
    return {
        image: digest
        for image, digest in lookups.digests.items()
        if isinstance(digest, str) and not image.digest and before.digests.get(image) != digest
    }
