"""What speaks for a move and what against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from bot.model.bumps import Bump
from bot.model.changes import Broken, Difference, PlatformChange
from bot.model.contents import Opened
from bot.model.lifecycle import LifeCycle
from bot.model.lookups import TagFacts
from bot.model.provenance import Note, Provenance
from bot.model.seen import History
from bot.model.vulnerabilities import Vulnerabilities


class ImageFacts(NamedTuple):
    """What a registry tells about one image without opening it."""

    digest: str
    media_type: str
    platforms: tuple[str, ...]
    sizes: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Evidence that could not be had, and why."""

    reason: str


class Evidence(NamedTuple):
    """
    Why a reviewer may say yes to a bump.

    `old_seen`, `new_seen`: where the tags pointed; `old_life`, `new_life`: what they say is in the
    image, and until when that is supported. What follows is read from the images; None where
    nobody looked. `silent`: full sentences on the sources of notes that failed; `provenance` is of
    old and new; `broken` is what the build files of this proposal ask for in vain; `opened` is what
    was read of both.
    """

    bump: Bump
    old: ImageFacts | Unavailable
    new: ImageFacts | Unavailable
    old_tag: TagFacts
    new_tag: TagFacts
    old_seen: History = History()
    new_seen: History = History()
    old_life: LifeCycle = LifeCycle()
    new_life: LifeCycle = LifeCycle()
    difference: Difference | Unavailable | None = None
    platforms: PlatformChange | None = None
    vulnerabilities: Vulnerabilities | Unavailable | None = None
    notes: tuple[Note, ...] | None = None
    silent: tuple[str, ...] = ()
    provenance: tuple[Provenance, Provenance] | Unavailable | None = None
    broken: tuple[Broken, ...] = ()
    opened: tuple[Opened, Opened] | None = None

    @property
    def is_same(self) -> bool:
        """Whether both are one image today, as where a tag is pinned to its digest."""
        sides = [side.digest for side in (self.old, self.new) if isinstance(side, ImageFacts)]
        return len(sides) == 2 and sides[0] == sides[1]

    @property
    def is_nothing_new(self) -> bool:
        """Whether both were read, and are the same image, or of the same packages and settings."""
        found = self.difference
        if not isinstance(found, Difference):
            return False
        is_alike = found.cause == "content" and found.packages == () and not found.config
        return is_alike or found.cause in {"nothing", "index"}
