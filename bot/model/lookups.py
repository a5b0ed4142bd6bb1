"""What registries say about images, and what tags are by themselves."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from bot.image import ImageRef, Repository
from bot.model.lifecycle import Cycle
from bot.model.seen import History
from bot.model.words import Kind, Mutability

NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class TagList(NamedTuple):
    """
    The tags of one repository, in the registry's order.

    `digests` and `pushed` hold what the listing gave along with them, tag by tag; `complete` is
    false where the listing was cut at the bound on pages.
    """

    tags: tuple[str, ...]
    digests: Mapping[str, str] = {}
    pushed: Mapping[str, dt.datetime] = {}
    complete: bool = True


class Failure(NamedTuple):
    """An item that a step had to drop, and why, each fit for one line."""

    subject: str
    reason: str


class Outline(NamedTuple):
    """
    What one document of a registry tells of an image: the index, or the manifest of an image.

    `children` has platform and digest of each image of an index, in its order; the platform of one
    that says none is empty. An image without index has none, and its `size` in bytes, compressed.
    """

    digest: str
    media_type: str
    platforms: tuple[str, ...]
    children: tuple[tuple[str, str], ...] = ()
    size: int = 0

    @property
    def is_index(self) -> bool:
        """Whether it lists images, and is not that of one alone."""
        return self.media_type.endswith((".image.index.v1+json", ".manifest.list.v2+json"))


class Lookups(NamedTuple):
    """
    What was asked of registries in a run, each distinct question once.

    `digests` is keyed by reference without digest (`node:20`); a `Failure` is never "no change".
    `seen` is what the ledger knows of each reference `now`, this time included. `outlines` is keyed
    by reference without digest, or without tag where it has a digest; `looked_at` has the tags of
    each repository whose image is among them. `answered` counts the answers about each repository:
    where that has not changed, nothing else has.
    """

    tags: Mapping[Repository, TagList | Failure] = MappingProxyType({})
    digests: Mapping[ImageRef, str | Failure] = MappingProxyType({})
    seen: Mapping[ImageRef, History] = MappingProxyType({})
    now: dt.datetime = NEVER
    outlines: Mapping[ImageRef, Outline | Failure] = MappingProxyType({})
    looked_at: Mapping[Repository, Collection[str]] = MappingProxyType({})
    answered: Mapping[Repository, int] = MappingProxyType({})

    def with_digests(self, known: Mapping[ImageRef, str | Failure]) -> Lookups:
        """These and where more references point."""
        digests = {**self.digests, **known}
        return self._replace(digests=digests, answered=self._counted(known))

    def with_outlines(self, known: Mapping[ImageRef, Outline | Failure]) -> Lookups:
        """These and what was looked at, which tells where its tags point too."""
        told = {i: o.digest for i, o in known.items() if isinstance(o, Outline) and not i.digest}
        outlines, digests = {**self.outlines, **known}, {**self.digests, **told}
        looked_at: defaultdict[Repository, set[str]] = defaultdict(set)
        for image in {**digests, **outlines}:
            digest = digests.get(image)
            there = isinstance(digest, str) and image.at(None, digest) in outlines
            if image.tag and (there or image in outlines):
                looked_at[image.repository].add(image.tag)
        counted = self._counted(known)
        return self._replace(
            outlines=outlines, digests=digests, looked_at=looked_at, answered=counted
        )

    def _counted(self, known: Iterable[ImageRef]) -> Mapping[Repository, int]:
        return Counter(self.answered) + Counter([image.repository for image in known])


class Scope(NamedTuple):
    """
    How much is looked up: the digests and platforms of moves `apart`, and `each` present image.

    Where nothing is written, a sample of the present images on a line will do.
    """

    apart: bool = False
    each: bool = False


class Document(NamedTuple):
    """A manifest or index: its bytes, verified against `digest`."""

    digest: str
    media_type: str
    body: bytes


class Referrer(NamedTuple):
    """A manifest that names an image as its subject (or stands in its referrers tag)."""

    digest: str
    media_type: str
    artifact_type: str = ""
    annotations: Mapping[str, str] = {}


class TagFacts(NamedTuple):
    """
    What a tag is: `follows` says what a rolling tag follows; `because` is one full sentence.

    `warnings` are full sentences about what its publisher did with it.
    """

    mutability: Mutability
    follows: str | None
    rule: str
    because: str
    warnings: tuple[str, ...] = ()


class Replaced(NamedTuple):
    """
    What became of an image that its publisher no longer keeps up.

    `image` is the name to go to, None where there is none; `because` is one full sentence.
    """

    image: str | None
    because: str


class LaterName(NamedTuple):
    """
    What an image would be called, without tag, on a later release that its name would say.

    `cycle` is that release, `leaves` the one that the present name says.
    """

    image: ImageRef
    cycle: Cycle
    leaves: Cycle


class Chronicle(NamedTuple):
    """The versions that an image had, newest first, as the changelog at the path `source` says."""

    source: str
    versions: tuple[str, ...]


class Candidate(NamedTuple):
    """
    A tag that may succeed another of its line, and what kind of move that would be.

    `lts`: whether it is a release with long support; None where its image has no such, or where
    nothing is known of it.
    """

    tag: str
    kind: Kind
    prerelease: bool = False
    lts: bool | None = None
