"""Put together all that differs between two images of one platform."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bot.diff.cause import annotation, cause
from bot.diff.config import config_changes
from bot.diff.history import step_changes
from bot.diff.layers import layer_change
from bot.diff.operating_system import system, system_change
from bot.diff.packages import package_changes
from bot.model import Bump, Contents, Description, Difference, SourceChange

_CREATED = "org.opencontainers.image.created"
_FIRST_YEAR = 2013
"""No image is older than that; what says so was made with a fixed clock."""

_REASONS = 3
"""Sentences on what could not be read that are told in one."""

_FEW = 0.5
_JUMP = 3
_SMALL = 5_000_000
"""Bytes below which a jump in size is none."""


def difference(old: Contents, new: Contents, bump: Bump | None = None) -> Difference:
    """
    What changed and why, with a warning, as a full sentence, for what may surprise.

    Serious changes of the configuration are not repeated among the warnings. `os` is named as
    people name it, with Debian's point release where the packages tell it. `bump` helps to name a
    new version.
    """
    unknown = _unknown(old, new)
    packages = None if unknown else package_changes(old.packages, new.packages)
    why = cause(old, new, packages, bump)
    return Difference(
        platform=new.image.platform,
        cause=why.cause,
        because=why.sentence,
        packages=packages,
        unknown=unknown,
        counts=(len(old.packages), len(new.packages)),
        config=config_changes(old.image.config, new.image.config),
        layers=layer_change(old.image, new.image),
        steps=step_changes(old.image.history, new.image.history),
        sizes=(old.image.size, new.image.size),
        made=(_day(old.image), _day(new.image)),
        os=(system(old), system(new)),
        warnings=tuple(dict.fromkeys(_warnings(old, new, packages or ()))),
    )


def has_packages(contents: Contents) -> bool:
    """Whether anything is known of its packages, be it that there are none."""
    return bool(contents.databases or contents.packages)


def _unknown(old: Contents, new: Contents) -> str:
    """Why its packages cannot be compared, as a full sentence; empty where they can."""
    unread = [name for name, side in (("old", old), ("new", new)) if _is_unread(side)]
    lacking = [name for name, side in (("old", old), ("new", new)) if not has_packages(side)]
    if unread:
        side = old if unread[0] == "old" else new
        return f"The packages of the {unread[0]} image could not be read: {_why(side)}"
    if len(lacking) == 2:
        return "Neither image has a package database, as images without a distribution have none."
    return f"The {lacking[0]} image has no package database." if lacking else ""


def _is_unread(side: Contents) -> bool:
    """Whether what could not be read of it may be its packages."""
    return bool(side.missing) and not side.packages


def _why(side: Contents) -> str:
    return " ".join(side.missing[:_REASONS])


def _warnings(old: Contents, new: Contents, packages: Sequence[SourceChange]) -> Iterator[str]:
    if old.image.platform != new.image.platform:
        platforms = f"{old.image.platform} and {new.image.platform}"
        yield f"Images of two platforms are compared here: {platforms}."
    if old.image.digest == new.image.digest:
        return
    yield from _lost_packages(old, new)
    moved = system_change(system(old), system(new))
    if moved.serious:
        yield moved.sentence
    yield from _older_packages(packages)
    yield from _jumps(old.image, new.image)
    yield from _older(old.image, new.image)
    for name, side in (("old", old), ("new", new)):
        told = _REASONS if side is new and old.packages and _is_unread(new) else 0
        for sentence in side.missing[told:]:
            yield f"Not all of the {name} image could be read: {sentence}"


def _lost_packages(old: Contents, new: Contents) -> Iterator[str]:
    before, after = len(old.packages), len(new.packages)
    if before and _is_unread(new):
        yield (
            f"The packages of the new image could not be read, where the old one has {before}:"
            f" {_why(new)}"
        )
    elif before and not has_packages(new):
        yield (
            f"The new image has no package database any more, where the old one knew {before}"
            f" package{'' if before == 1 else 's'}: scanners will find little in it, whatever is"
            " there."
        )
    elif before >= 10 and after < before * _FEW:
        yield f"The new image knows of far fewer packages: {after}, where it was {before}."


def _older_packages(packages: Sequence[SourceChange]) -> Iterator[str]:
    down = [change for change in packages if change.direction == "downgraded"]
    if down:
        names = ", ".join(f"{c.source} ({c.old} → {c.new})" for c in down[:3])
        more = f" and {len(down) - 3} more" if len(down) > 3 else ""
        yield f"Packages are older than they were: {names}{more}."


def _jumps(old: Description, new: Description) -> Iterator[str]:
    if new.size > old.size * _JUMP and new.size - old.size > _SMALL:
        yield f"The new image is {_times(new.size, old.size)} as large as the old one."
    elif old.size > new.size * _JUMP and old.size - new.size > _SMALL:
        yield f"The old image was {_times(old.size, new.size)} as large as the new one."
    before, after = len(old.layers), len(new.layers)
    if before and after > before * _JUMP:
        yield f"The new image has {after} layers, where it had {before}."


def _times(large: int, small: int) -> str:
    return f"{large / small:.1f} times" if small else "many times"


def _older(old: Description, new: Description) -> Iterator[str]:
    before, after = _created(old), _created(new)
    if before and after and after < before:
        yield (
            f"The new image was made on {after:%Y-%m-%d}, before the old one ({before:%Y-%m-%d}):"
            " it may be an older build."
        )


def _day(image: Description) -> dt.date | None:
    when = _created(image)
    return when.date() if when else None


def _created(image: Description) -> dt.datetime | None:
    for text in (annotation(image, _CREATED), image.config.created):
        try:
            when = dt.datetime.fromisoformat(text[:19])
        except ValueError:
            continue
        if when.year >= _FIRST_YEAR:
            return when.replace(tzinfo=None)
    return None
