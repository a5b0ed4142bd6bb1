"""Why an image moved: what its annotations, digests, layers and packages tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.diff.layers import same_layer
from bot.model import Bump, Cause, Contents, Description, SourceChange

_OCI = "org.opencontainers.image."
_VERSION_KEYS = (f"{_OCI}version", "org.label-schema.version", "version")
_VERSION_NAME = re.compile(r"([A-Z0-9_]+?)_VERSION")
_NOT_THE_IMAGE = re.compile(r"PIP|SETUPTOOLS|WHEEL|YARN|NPM|GPG|GOSU|TINI|BUNDLER|RUBYGEMS|NGX|NJS")
"""Tools that ride along: their version is not that of the image."""

_ALSO_CALLED = {"GOLANG": "golang", "PG": "postgres", "JAVA": "eclipse-temurin", "PY": "python"}


class Why(NamedTuple):
    """The cause, and the full sentence that says so."""

    cause: Cause
    sentence: str


def cause(
    old: Contents,
    new: Contents,
    packages: Sequence[SourceChange] | None,
    bump: Bump | None = None,
) -> Why:
    """
    The foremost reason: the same image, a new version, a newer base, packages, other contents.

    `packages` is None where they are not known. A sentence about a version or a base also says what
    became of the packages.
    """
    if same := _same(old.image, new.image):
        return same
    also = _refreshed(packages)
    version, base = _version(old.image, new.image, bump), _base(old.image, new.image)
    if version:
        rebuilt = base and base[0].lower() + base[1:]
        parts = [part for part in (version, rebuilt, also and f"with {also}") if part]
        return Why("version", ", ".join(parts) + ".")
    if base:
        return Why("base", f"{base}, with {also}." if also else f"{base}.")
    if also:
        return Why("packages", f"Packages were refreshed: {also}.")
    return _otherwise(old.image, new.image, known=packages is not None)


def annotation(image: Description, key: str) -> str:
    """What an annotation of the image says, else its label of that name; empty where neither is."""
    return (image.annotations.get(key) or image.config.labels.get(key) or "").strip()


def _same(old: Description, new: Description) -> Why | None:
    if old.digest == new.digest:
        if old.index == new.index:
            return Why("nothing", "Both are the same image.")
        platform = new.platform or "this platform"
        return Why("index", f"Only the index changed: the image for {platform} is the very same.")
    pairs = zip(old.layers, new.layers, strict=False)
    alike = all(same_layer(one, other) for one, other in pairs)
    if not (alike and len(old.layers) == len(new.layers)):
        return None
    if old.config == new.config:
        return Why("content", "Only metadata changed: layers and configuration are as they were.")
    return Why("content", "Only the configuration changed: every layer is as it was.")


# ---------------------------------------------------------------- a new version


def _version(old: Description, new: Description, bump: Bump | None) -> str:
    for source, was, now in _versions(old, new, bump):
        if was != now:
            return f"New version: {source} went from {was} to {now}"
    if bump and bump.kind in {"patch", "minor", "major"}:
        before, after = bump.old.effective_tag, bump.new.effective_tag
        if before and after and before != after:
            return f"New version: the tag went from {before} to {after}"
    return ""


def _versions(
    old: Description, new: Description, bump: Bump | None
) -> Iterator[tuple[str, str, str]]:
    """What names a version on both sides, the most telling first."""
    before, after = old.config.environment, new.config.environment
    names = [
        name
        for name in before.keys() & after.keys()
        if (match := _VERSION_NAME.fullmatch(name)) and _is_of_image(match[1], bump)
    ]
    for name in sorted(names, key=lambda name: (len(name), name)):
        yield name, before[name], after[name]
    for key in _VERSION_KEYS:
        was, now = annotation(old, key), annotation(new, key)
        # A label that the base has too may be its own (`22.04`): a number of the system, which is
        # the matter of the base and not of this image.
        if was and now and (key in new.annotations or not _is_inherited(new, now)):
            yield f"its {key.rpartition('.')[2]} label", was, now


def _is_of_image(name: str, bump: Bump | None) -> bool:
    if len(name) < 2 or _NOT_THE_IMAGE.search(name):
        return False
    if bump is None:
        return True
    basename = bump.new.repository.path.rpartition("/")[2].lower()
    word = name.lower()
    return word in basename or basename in word or _ALSO_CALLED.get(name) == basename


def _is_inherited(image: Description, version: str) -> bool:
    name = image.config.labels.get(f"{_OCI}ref.name", "")
    base = annotation(image, f"{_OCI}base.name")
    return name == "ubuntu" or bool(base and base.partition("@")[0].endswith(f":{version}"))


# ---------------------------------------------------------------- a newer base


def _base(old: Description, new: Description) -> str:
    was, now = annotation(old, f"{_OCI}base.name"), annotation(new, f"{_OCI}base.name")
    before, after = annotation(old, f"{_OCI}base.digest"), annotation(new, f"{_OCI}base.digest")
    if was and now and was != now:
        return f"Built on another base, {_short(was)} → {_short(now)}"
    if before and after and before != after:
        return f"Rebuilt on a newer {_short(now) or 'base'} ({_hex(before)} → {_hex(after)})"
    if before and before == after:
        return ""
    if len(old.layers) > 1 < len(new.layers) and not same_layer(old.layers[0], new.layers[0]):
        return "Rebuilt on a newer base: its lowest layer is another one"
    return ""


def _short(name: str) -> str:
    bare = name.partition("@")[0]
    return bare.removeprefix("docker.io/library/").removeprefix("docker.io/")


def _hex(digest: str) -> str:
    return digest.partition(":")[2][:7] or digest[:7]


# ---------------------------------------------------------------- packages, and the rest


def _refreshed(packages: Sequence[SourceChange] | None) -> str:
    counts = Counter(change.direction for change in packages or ())
    words = [
        f"{counts[direction]} {direction}"
        for direction in ("upgraded", "added", "removed", "downgraded", "changed")
        if counts[direction]
    ]
    if not words:
        return ""
    first, *others = words
    number, word = first.split(" ")
    noun = "package" if number == "1" else "packages"
    return ", ".join([f"{number} {noun} {word}", *others])


def _otherwise(old: Description, new: Description, *, known: bool) -> Why:
    differ = sum(
        1 for layer in new.layers if not any(same_layer(layer, other) for other in old.layers)
    )
    layers = f"{differ} of its {len(new.layers)} layers are other ones"
    if len(new.layers) == 1:
        layers = "its only layer is another one"
    if known:
        return Why("content", f"The packages are the same, but {layers}.")
    return Why("unknown", f"Its packages are not known, and {layers}.")
