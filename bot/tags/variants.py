"""Which tags name the same as a tag, on a later release of the operating system beneath?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from bot.model import Candidate
from bot.tags.grammar import parse
from bot.tags.systems import Release, Systems
from bot.tags.tag import PartRole, Tag

_VERSION: Final[frozenset[PartRole]] = frozenset({"release", "update", "prerelease", "post"})
_BUILD: Final[frozenset[PartRole]] = frozenset({"date", "revision"})


class Based(NamedTuple):
    """
    A tag as something that stands on a release of an operating system.

    `frame` is all else that it says, version and flavour to the letter; `builds` are its dates and
    revisions, which count builds of one release and so may differ; `dates`: those that are days.
    """

    tag: Tag
    frame: str
    release: Release
    builds: tuple[tuple[int, ...], ...] = ()
    dates: tuple[tuple[int, ...], ...] = ()


def based(tag: Tag, systems: Systems) -> Based | None:
    """Read a tag so; None where it names no release of a system, or several that disagree."""
    frame: list[str] = []
    found: dict[tuple[str, tuple[int, ...]], Release] = {}
    built = not _BUILD.isdisjoint(tag.roles)
    for part in tag.parts:
        release = systems.named(part)
        if release:
            found[release.shape, release.numbers] = release
            frame.append(release.shape)
        else:
            whole = part.role in _VERSION or (part.role == "hash" and not built)
            frame.append(part.text if whole else part.shape)
    if len(found) != 1:
        return None
    (release,) = found.values()
    builds = tuple(part.numbers for part in tag.parts if part.role in _BUILD)
    dates = tuple(part.numbers for part in tag.all("date"))
    return Based(tag, "".join(frame), release, builds, dates)


def is_newer_base(new: Based, old: Based) -> bool:
    """
    Whether `new` is `old` on a later release of the same system; never both ways round.

    The release must be out, must not lose long support, must not end before the old one, and must
    not have been built on an earlier day.
    """
    return (
        new.frame == old.frame
        and new.release.numbers > old.release.numbers
        and new.release.out
        and not (old.release.lts and new.release.lts is False)
        and new.release.outlives(old.release)
        and all(after >= before for after, before in zip(new.dates, old.dates, strict=False))
    )


def variants(current: str, tags: Iterable[str], systems: Systems) -> tuple[Candidate, ...]:
    """The tags that are `current` on a later release, the newest release and build first."""
    tag = parse(current)
    old = based(tag, systems)
    if old is None:
        return ()
    version = tag.release.text if tag.release else ""
    rivals = (based(parse(text), systems) for text in set(tags) if version in text)
    newer = [new for new in rivals if new and is_newer_base(new, old)]
    newer.sort(key=lambda new: (new.release.numbers, new.builds, str(new.tag)), reverse=True)
    return tuple(Candidate(str(new.tag), "variant", lts=new.release.lts) for new in newer)
