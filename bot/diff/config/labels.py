"""The labels of an image; those that name every build anew are one change together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.diff.config.environment import MOST, is_secret, shown
from bot.model import ConfigChange

_OCI = "org.opencontainers.image."
_NOISY = frozenset(
    {
        *(f"{_OCI}{word}" for word in ("created", "revision", "version", "ref.name")),
        *(f"{_OCI}base.{word}" for word in ("digest", "name")),
        *(f"org.label-schema.{word}" for word in ("build-date", "vcs-ref", "version")),
        *("build-date", "release", "version", "vcs-ref", "url", "architecture"),
        *("org.opencontainers.image.url.build", "com.redhat.build-host", "io.buildah.version"),
    }
)
"""What differs from build to build and says nothing that is not told elsewhere."""


def label_changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[ConfigChange]:
    """A change for each label that differs, and one for all that name the build."""
    names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    noisy = [name for name in names if name in _NOISY]
    telling = [name for name in names if name not in _NOISY]
    for name in telling[:MOST]:
        was, now = old.get(name), new.get(name)
        yield ConfigChange(f"label {name}", *_values(name, was, now), _meaning(was, now))
    if len(telling) > MOST:
        meaning = f"{len(telling) - MOST} more labels differ."
        yield ConfigChange("labels", None, None, meaning)
    if noisy:
        words = ", ".join(name.removeprefix(_OCI) for name in noisy)
        yield ConfigChange("labels", None, None, f"Labels that name the build differ: {words}.")


def _values(name: str, was: str | None, now: str | None) -> tuple[str | None, str | None]:
    if any(value is not None and is_secret(name, value) for value in (was, now)):
        name = "SECRET"
    return shown(name, was), shown(name, now)


def _meaning(was: str | None, now: str | None) -> str:
    if was is None:
        return "Images built on it inherit the label."
    if now is None:
        return "Images built on it no longer inherit the label."
    return "Images built on it inherit the other value."
