"""Step 6: what speaks for a bump, and what against it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from bot.errors import RegistryError
from bot.image import ImageRef
from bot.model import Bump, Evidence, History, ImageFacts, LifeCycle, Unavailable
from bot.ports import Registry, Tags

Life: TypeAlias = Callable[[ImageRef], LifeCycle]
"""How the support of what a reference names stands today."""


async def assess(
    bump: Bump,
    *,
    registry: Registry,
    tags: Tags,
    seen: Mapping[ImageRef, History],
    life: Life,
) -> Evidence:
    """Gather the evidence; what cannot be had is said, and holds nothing up."""
    old_tag, new_tag = _tags(bump)
    return Evidence(
        bump,
        old=await _facts(bump.old, registry),
        new=await _facts(bump.new, registry),
        old_tag=tags.facts(old_tag),
        new_tag=tags.facts(new_tag),
        old_seen=seen.get(old_tag, History()),
        new_seen=seen.get(new_tag, History()),
        old_life=life(old_tag),
        new_life=life(new_tag),
    )


async def _facts(image: ImageRef, registry: Registry) -> ImageFacts | Unavailable:
    try:
        return await registry.facts(image)
    except RegistryError as error:
        return Unavailable(str(error))


def retold(evidence: Evidence, tags: Tags, life: Life) -> Evidence:
    """The evidence by what is known in one repository: no image is looked at again."""
    old, new = _tags(evidence.bump)
    return replace(
        evidence,
        old_tag=tags.facts(old),
        new_tag=tags.facts(new),
        old_life=life(old),
        new_life=life(new),
    )


def _tags(bump: Bump) -> tuple[ImageRef, ImageRef]:
    """What moves, without digests."""
    return bump.old.at(bump.old.effective_tag), bump.new.at(bump.new.effective_tag)
