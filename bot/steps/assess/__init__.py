"""Step 6: what speaks for a bump, and what against it?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from bot.diff import broken, platform_change
from bot.errors import RegistryError
from bot.image import ImageRef
from bot.model import (
    Bump,
    Contents,
    Cycle,
    Evidence,
    History,
    ImageFacts,
    LifeCycle,
    Opened,
    PlatformChange,
    Unavailable,
)
from bot.ports import Inspectors, LifeCycles, Registry, Tags
from bot.steps.assess.inside import inspected

if TYPE_CHECKING:
    from bot.model import Asked, Findings, Use


class Knowing(NamedTuple):
    """What is known of images without asking: what tags are, what is supported, what was seen."""

    tags: Tags
    life_cycles: LifeCycles
    day: dt.date
    seen: Mapping[ImageRef, History] = MappingProxyType({})

    def life(self, image: ImageRef, inside: Opened | None = None) -> LifeCycle:
        """How the support of what is in an image stands: by what was read, else by its name."""
        named = self.life_cycles.of(image)
        system = inside.contents.os if inside else None
        if system is None or (found := self.life_cycles.installed(system)) is None:
            return LifeCycle(named, self.day)
        return LifeCycle((found, *(c for c in named if c.kind != "system")), self.day)

    def ended(self, contents: Contents) -> Cycle | None:
        """The release of an image's operating system, where nobody fixes it any more."""
        found = contents.os and self.life_cycles.installed(contents.os)
        return found if found and not found.is_fixed(self.day) else None


async def assess(
    bump: Bump, *, registry: Registry, known: Knowing, inspectors: Inspectors | None = None
) -> Evidence:
    """
    Gather the evidence; what cannot be had is said, and holds nothing up.

    Where only the name of one image changes, there is nothing to open it for, unless `inspectors`
    are to look anyway.
    """
    old, new = [await _facts(image, registry) for image in (bump.old, bump.new)]
    old_tag, new_tag = _tags(bump)
    evidence = Evidence(
        bump,
        old=old,
        new=new,
        old_tag=known.tags.facts(old_tag),
        new_tag=known.tags.facts(new_tag),
        old_seen=known.seen.get(old_tag, History()),
        new_seen=known.seen.get(new_tag, History()),
        old_life=known.life(old_tag),
        new_life=known.life(new_tag),
        platforms=await _platforms(bump, (old, new), registry),
    )
    if inspectors is None or (evidence.is_same and not inspectors.anyway):
        return evidence
    inside = await inspected(bump, (old, new), inspectors, known.ended)
    return evidence._replace(
        difference=inside.difference,
        vulnerabilities=inside.vulnerabilities,
        notes=inside.notes,
        silent=inside.silent,
        provenance=inside.provenance,
        opened=inside.opened,
        old_life=known.life(old_tag, inside.opened and inside.opened[0]),
        new_life=known.life(new_tag, inside.opened and inside.opened[1]),
    )


async def _facts(image: ImageRef, registry: Registry) -> ImageFacts | Unavailable:
    try:
        return await registry.facts(image)
    except RegistryError as error:
        return Unavailable(str(error))


async def _platforms(
    bump: Bump, facts: Iterable[ImageFacts | Unavailable], registry: Registry
) -> PlatformChange | None:
    """Which platforms came, went, and moved; None where one of the images is not known."""
    sides: list[dict[str, str]] = []
    for image, found in zip((bump.old, bump.new), facts, strict=True):
        if isinstance(found, Unavailable):
            return None
        try:
            # At that digest: the tag may move meanwhile, and its documents are here already.
            outline = await registry.outline(image.at(image.tag, found.digest))
        except RegistryError:
            return None
        children = {platform: digest for platform, digest in outline.children if platform}
        sides.append(children or dict.fromkeys(found.platforms, found.digest))
    return platform_change(*sides)


def retold(evidence: Evidence, known: Knowing) -> Evidence:
    """The evidence by what is known in one repository: no image is looked at again."""
    old, new = _tags(evidence.bump)
    return evidence._replace(
        old_tag=known.tags.facts(old),
        new_tag=known.tags.facts(new),
        old_life=known.life(old, evidence.opened and evidence.opened[0]),
        new_life=known.life(new, evidence.opened and evidence.opened[1]),
    )


def held_against(evidence: Evidence, findings: Findings, uses: Iterable[Use]) -> Evidence:
    """The evidence with what the files of these uses ask of the new image in vain."""
    if evidence.opened is None:
        return evidence
    places = {(use.path, use.span) for use in uses}
    paths = dict.fromkeys(path for path, _ in sorted(places))
    asks = [ask for path in paths for ask in _asked(findings, path) if (path, ask.of) in places]
    old, new = evidence.opened
    return evidence._replace(broken=broken(asks, old.contents, new.contents))


def _asked(findings: Findings, path: str) -> tuple[Asked, ...]:
    from bot.formats import asked  # where no files are at hand, no reader of files is loaded

    source = findings.sources.get(path)
    return asked(source) if source else ()


def _tags(bump: Bump) -> tuple[ImageRef, ImageRef]:
    """What moves, without digests."""
    return bump.old.at(bump.old.effective_tag), bump.new.at(bump.new.effective_tag)
