"""Step 4: what do registries say about the images? Each distinct question is asked once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from bot.batch import answers
from bot.image import ImageRef, Repository
from bot.model import Failure, History, Outline, TagList
from bot.ports import Registry

Tick = Callable[[int, int], None]


async def tag_lists(
    images: Collection[ImageRef], registry: Registry, tick: Tick
) -> dict[Repository, TagList | Failure]:
    """The tags of every distinct repository among `images`."""
    asked = {image.repository: image for image in images}

    async def tags(repository: Repository) -> TagList:
        return await registry.tags(asked[repository])

    return await answers(tags, list(asked), tick=tick)


async def digests(
    images: Collection[ImageRef],
    lists: Mapping[Repository, TagList | Failure],
    registry: Registry,
    tick: Tick,
) -> dict[ImageRef, str | Failure]:
    """The digest that each tag points at now; what a listing told is not asked again."""
    distinct = list(dict.fromkeys(image.at(image.effective_tag) for image in images))
    told = {image: known for image in distinct if (known := _listed(image, lists))}
    rest = [image for image in distinct if image not in told]
    return {**told, **await answers(registry.digest, rest, tick=tick)}


async def outlines(
    images: Collection[ImageRef],
    registry: Registry,
    tick: Tick,
    before: Mapping[ImageRef, Outline] = MappingProxyType({}),
    seen: Mapping[ImageRef, History] = MappingProxyType({}),
) -> dict[ImageRef, Outline | Failure]:
    """
    What the index or manifest of each says: by its tag if it has no digest, and by digest.

    `before`: what earlier runs read, by digest, which is not asked for again; nor is it of a tag
    that by what was `seen` will point where it did: its registry is asked for the digest alone.
    """

    async def looked(image: ImageRef) -> Outline:
        digest = image.digest
        if digest is None and _last_seen(image, seen) in before:
            digest = await registry.digest(image)
        known = before.get(image.at(None, digest)) if digest else None
        return known or await registry.outline(image)

    known: dict[ImageRef, Outline | Failure] = {}
    for image, told in (await answers(looked, images, tick=tick)).items():
        known[known_as(image)] = told
        if isinstance(told, Outline):
            known[image.at(None, told.digest)] = told
    return known


def known_as(image: ImageRef) -> ImageRef:
    """By what an image that is looked at is known then: its digest, or else its tag."""
    return image.at(None if image.digest else image.effective_tag, image.digest)


def _last_seen(tag: ImageRef, seen: Mapping[ImageRef, History]) -> ImageRef | None:
    sightings = seen.get(tag, History()).sightings
    return tag.at(None, sightings[-1].digest) if sightings else None


async def vouched(
    told: Mapping[ImageRef, str | Failure], registry: Registry
) -> dict[ImageRef, str | Failure]:
    """Those of `told`; in place of a digest that the registry has no image to, why that is so."""
    named = {i.at(i.tag, digest): i for i, digest in told.items() if isinstance(digest, str)}
    found = await answers(registry.outline, list(named))
    lost = {named[i]: why for i, why in found.items() if isinstance(why, Failure)}
    return {**told, **lost}


async def still_there(
    images: Collection[ImageRef], registry: Registry
) -> dict[ImageRef, str | Failure]:
    """For images that are named by digest alone, that digest, where the registry still has it."""
    return await answers(registry.digest, sorted(images, key=str))


def _listed(image: ImageRef, lists: Mapping[Repository, TagList | Failure]) -> str | None:
    listing = lists.get(image.repository)
    return listing.digests.get(image.tag or "") if isinstance(listing, TagList) else None
