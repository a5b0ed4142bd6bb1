"""Step 6: what speaks for a bump, and what against it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.errors import RegistryError
from bot.image import ImageRef
from bot.model import Bump, Evidence, History, ImageFacts, LifeCycle, Unavailable
from bot.ports import Registry, Tags


async def assess(
    bump: Bump,
    *,
    registry: Registry,
    tags: Tags,
    seen: Mapping[ImageRef, History],
    life: Callable[[ImageRef], LifeCycle],
) -> Evidence:
    """Gather the evidence; what cannot be had is said, and holds nothing up."""
    old_tag, new_tag = (image.at(image.effective_tag) for image in (bump.old, bump.new))
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
