"""What is known of each of two images, for the JSON document about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from bot.cli.payload import cycle
from bot.diff.config.environment import shown, without_secrets
from bot.diff.difference import has_packages
from bot.model import ImageFacts, Unavailable

if TYPE_CHECKING:
    from bot.cli.payload import Document
    from bot.image import ImageRef
    from bot.model import (
        Contents,
        Description,
        Evidence,
        HealthCheck,
        History,
        ImageConfig,
        LifeCycle,
        Opened,
        OsRelease,
        TagFacts,
    )


class _Side(NamedTuple):
    """
    One of the two images.

    `counted` is how many packages the comparison found, and `system` the operating system it saw:
    for an image that was compared elsewhere, and is not at hand.
    """

    image: ImageRef
    facts: ImageFacts | Unavailable
    tag: TagFacts
    seen: History
    life: LifeCycle
    contents: Contents | Unavailable
    counted: int | Unavailable
    system: OsRelease | Unavailable | None


def sides(evidence: Evidence, opened: tuple[Opened, Opened] | None) -> tuple[Document, Document]:
    """The old image and the new one; what is not known is an `Unavailable` in its place."""
    old = _Side(
        evidence.bump.old,
        evidence.old,
        evidence.old_tag,
        evidence.old_seen,
        evidence.old_life,
        *_inside(evidence, opened, 0),
    )
    new = _Side(
        evidence.bump.new,
        evidence.new,
        evidence.new_tag,
        evidence.new_seen,
        evidence.new_life,
        *_inside(evidence, opened, 1),
    )
    return _image(old), _image(new)


def _inside(
    evidence: Evidence, opened: tuple[Opened, Opened] | None, side: int
) -> tuple[Contents | Unavailable, int | Unavailable, OsRelease | Unavailable | None]:
    found = evidence.difference or Unavailable("The image was not opened.")
    if isinstance(found, Unavailable):
        return opened[side].contents if opened else found, found, found
    elsewhere = Unavailable("The image itself is not at hand, only what was found to differ.")
    known = found.packages is not None
    return (
        opened[side].contents if opened else elsewhere,
        found.counts[side] if known else Unavailable(found.unknown),
        found.os[side],
    )


def _image(side: _Side) -> Document:
    return {
        "reference": str(side.image),
        "mutability": side.tag.mutability,
        "follows": side.tag.follows,
        "first_seen": _first_seen(side),
        **_published(side),
        **_read(side),
        "life_cycle": [cycle(each, side.life.day) for each in side.life.cycles],
    }


def _first_seen(side: _Side) -> str | None:
    """When this bot first saw the tag there; null where it has not."""
    digest = side.image.digest or (side.facts.digest if isinstance(side.facts, ImageFacts) else "")
    seen = side.seen.of(digest)
    return f"{seen.first:%Y-%m-%dT%H:%M:%SZ}" if seen else None


def _published(side: _Side) -> Document:
    """What the registry tells without the image being opened."""
    facts = side.facts
    if isinstance(facts, Unavailable):
        return {"index": side.image.digest or facts, "platforms": facts, "sizes": facts}
    return {
        "index": facts.digest,
        "platforms": list(facts.platforms),
        "sizes": dict(sorted(facts.sizes.items())),
    }


def _read(side: _Side) -> Document:
    """What the image itself tells."""
    contents = side.contents
    if isinstance(contents, Unavailable):
        parts = ("digest", "platform", "size", "created", "config", "layers", "unread")
        read = dict.fromkeys(parts, contents)
        return {**read, "packages": side.counted, "os": _system(side.system)}
    return {
        **_described(contents.image),
        "packages": _count(contents),
        "os": _system(contents.os),
        "unread": list(contents.missing),
    }


def _described(image: Description) -> Document:
    return {
        "digest": image.digest,
        "platform": image.platform,
        "size": image.size,
        "created": image.config.created or None,
        "config": _config(image.config),
        "layers": [
            {
                "digest": layer.digest,
                "size": layer.size,
                "made_by": without_secrets(layer.made_by) or None,
            }
            for layer in image.layers
        ],
    }


def _count(contents: Contents) -> int | Unavailable:
    if contents.missing and not contents.packages:
        return Unavailable(" ".join(contents.missing))
    if not has_packages(contents):
        return Unavailable("The image has no package database.")
    return len(contents.packages)


def _system(system: OsRelease | Unavailable | None) -> Document | Unavailable | None:
    if system is None or isinstance(system, Unavailable):
        return system
    return {
        "id": system.id,
        "version": system.version_id or None,
        "codename": system.codename or None,
        "name": system.name or None,
    }


def _config(config: ImageConfig) -> Document:
    return {
        "user": config.user or None,
        "entrypoint": _words(config.entrypoint),
        "command": _words(config.command),
        "environment": _values(config.environment),
        "working_folder": config.working_folder or None,
        "ports": sorted(config.ports),
        "volumes": sorted(config.volumes),
        "stop_signal": config.stop_signal or None,
        "health_check": _health_check(config.health_check),
        "shell": _words(config.shell),
        "on_build": [without_secrets(each) for each in config.on_build],
        "labels": _values(config.labels),
    }


def _values(named: Mapping[str, str]) -> Document:
    """Sorted by name, without the values that look like secrets."""
    return {name: shown(name, named[name]) for name in sorted(named)}


def _words(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _health_check(check: HealthCheck | None) -> Document | None:
    """Durations in nanoseconds, as in the image; 0 is the default."""
    if check is None:
        return None
    return {
        "test": list(check.test),
        "interval": check.interval,
        "timeout": check.timeout,
        "start_period": check.start_period,
        "retries": check.retries,
    }
