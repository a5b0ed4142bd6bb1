"""Step 6: what speaks for a bump, and what against it?"""

from __future__ import annotations

from bot.errors import RegistryError
from bot.image import ImageRef
from bot.model import Bump, Evidence, ImageFacts, Unavailable
from bot.ports import Registry, Tags


async def assess(bump: Bump, *, registry: Registry, tags: Tags) -> Evidence:
    """Gather the evidence; what cannot be had is said, and holds nothing up."""
    return Evidence(
        bump,
        old=await _facts(bump.old, registry),
        new=await _facts(bump.new, registry),
        old_tag=tags.facts(bump.old.at(bump.old.effective_tag)),
        new_tag=tags.facts(bump.new.at(bump.new.effective_tag)),
    )


async def _facts(image: ImageRef, registry: Registry) -> ImageFacts | Unavailable:
    try:
        return await registry.facts(image)
    except RegistryError as error:
        return Unavailable(str(error))
