"""
Images whose names say which release they are of: what to be on under the name of a later one.

`bookworm` → `trixie`, `nodejs20-slim` → `nodejs22-slim`. Within one name everything is a refresh;
another name is a migration, only ever proposed on its own, and only where variants are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.image import ImageRef
from bot.model import Cycle, Lookups, TagList
from bot.policy import Ruling
from bot.policy.versions import left_out
from bot.ports import Tags
from bot.steps.plan.later import may_change_system
from bot.tags import parse


@dataclass(frozen=True, slots=True)
class Migration:
    """Where to go: a reference without digest, and without tag where none is like the present."""

    new: ImageRef
    cycle: Cycle

    def because(self, present: ImageRef) -> str:
        """Why, as one sentence; and what a person has to do, where there is something."""
        what = f"{self.new.name} is published for {self.cycle.subject}, as {present.name} is for"
        if self.new.tag is None and present.tag is not None:
            return (
                f"{what} an earlier release, but has no tag like {present.tag}: choose one by hand."
            )
        return f"{what} an earlier release; another name is a migration, proposed on its own."


def names_to_list(image: ImageRef, ruled: Ruling, tags: Tags) -> Iterator[ImageRef]:
    """The names that there may be for later releases, where a migration is wanted at all."""
    if may_change_system(ruled):
        yield from (later.image.at("latest") for later in tags.later_names(image))


def migration(image: ImageRef, ruled: Ruling, lookups: Lookups, tags: Tags) -> Migration | None:
    """The first of the later names that is published; `None` where none is, or none is wanted."""
    if not may_change_system(ruled):
        return None
    for later in tags.later_names(image):
        listing = lookups.tags.get(later.image.repository)
        if isinstance(listing, TagList) and listing.tags:
            return Migration(_alike(image, later.image, listing, tags, ruled), later.cycle)
    return None


def _alike(
    present: ImageRef, name: ImageRef, listing: TagList, tags: Tags, ruled: Ruling
) -> ImageRef:
    """The name at the newest tag like the present one, or the newest of all where that is known."""
    tag = present.effective_tag or ""
    there = frozenset(listing.tags)
    newer = [c.tag for c in tags.successors(name.at(tag), listing.tags) if not c.prerelease]
    newest = tags.newest(name, listing.tags)
    latest = [newest] if newest else _by_date(tag, listing.tags)
    wanted = [*newer, *([tag] if tag in there else []), *latest]
    best = next((each for each in wanted if not _is_left_out(each, ruled)), None)
    if best is None:
        return name
    return name if present.tag is None and best == "latest" else name.at(best)


def _by_date(present: str, tags: Iterable[str]) -> list[str]:
    """Where versions are told in other words, dated tags: the last day first, if it is as new."""
    days = {tag: tuple(part.numbers for part in parse(tag).all("date")) for tag in (present, *tags)}
    if not days[present]:
        return []
    dated = [tag for tag in tags if days[tag] and days[tag][-1] >= days[present][-1]]
    return sorted(dated, key=lambda tag: (days[tag][-1], tag), reverse=True)


def _is_left_out(tag: str, ruled: Ruling) -> bool:
    release = parse(tag).release
    return bool(
        ruled.versions and left_out(tag, release.numbers if release else (), ruled.versions)
    )
