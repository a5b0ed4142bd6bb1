"""Why an image moved: what its annotations, digests, layers and packages tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.diff.layers import layer_change, same_layer
from bot.model import Bump, Cause, Contents, Description, SourceChange

_OCI = "org.opencontainers.image."
_VERSION_KEYS = (f"{_OCI}version", "org.label-schema.version", "version")
_VERSION_NAME = re.compile(r"([A-Z0-9_]+?)_VERSION")
_NOT_THE_IMAGE = re.compile(r"PIP|SETUPTOOLS|WHEEL|YARN|NPM|GPG|GOSU|TINI|BUNDLER|RUBYGEMS|NGX|NJS")
"""Tools that ride along: their version is not that of the image."""

_NUMBER = re.compile(r"[0-9]{1,18}")
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
    The foremost reason: the same image, another version, a newer base, packages, other contents.

    `packages` is None where they are not known. What is said of a version or a base also says what
    became of the packages, and of the layers where the packages are the same.
    """
    if same := _same(old.image, new.image):
        return same
    also = _refreshed(packages)
    otherwise = _otherwise(old.image, new.image, known=packages is not None)
    rest = f", with {also}." if also else f". {otherwise.sentence}"
    version = _version(old.image, new.image, bump)
    base = _named_base(old.image, new.image)
    # Without packages nothing says that the lowest layer is a base, and no layer of its own.
    if base is None:
        base = _lowest_layer(old.image, new.image) if packages is not None else ""
    if version:
        rebuilt = base and f", {base[0].lower()}{base[1:]}"
        return Why("version", f"{version}{rebuilt}{rest}")
    if base:
        return Why("base", f"{base}{rest}")
    if also:
        return Why("packages", f"{_packages_moved(packages or ())}: {also}.")
    return otherwise


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
            return _went(source, was, now)
    return _retagged(bump) if bump else ""


def _retagged(bump: Bump) -> str:
    before, after = bump.old.effective_tag, bump.new.effective_tag
    if not before or not after or before == after:
        return ""
    # What no tag of a line succeeds may be one that it came after: who compares two may name any.
    back = bump.old.repository == bump.new.repository and _goes_back(before, after)
    upwards = bump.kind in {"patch", "minor", "major"}
    return _went("the tag", before, after) if upwards or back else ""


def _went(source: str, was: str, now: str) -> str:
    if _goes_back(was, now):
        return f"An older version: {source} went back from {was} to {now}"
    return f"New version: {source} went from {was} to {now}"


def _goes_back(was: str, now: str) -> bool:
    """Whether the same words have smaller numbers in them; any other two cannot be told apart."""
    if _NUMBER.sub("0", was) != _NUMBER.sub("0", now):
        return False
    before, after = ([int(each) for each in _NUMBER.findall(text)] for text in (was, now))
    return after < before


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


def _named_base(old: Description, new: Description) -> str | None:
    """What annotations tell of both bases: nothing where it is the same; None where they do not."""
    was, now = annotation(old, f"{_OCI}base.name"), annotation(new, f"{_OCI}base.name")
    before, after = annotation(old, f"{_OCI}base.digest"), annotation(new, f"{_OCI}base.digest")
    if was and now and was != now:
        return f"Built on another base, {_short(was)} → {_short(now)}"
    if before and after and before != after:
        return f"Rebuilt on a newer {_short(now) or 'base'} ({_hex(before)} → {_hex(after)})"
    if before and before == after:
        return ""
    return None


def _lowest_layer(old: Description, new: Description) -> str:
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


def _packages_moved(packages: Sequence[SourceChange]) -> str:
    directions = {change.direction for change in packages}
    if "downgraded" not in directions:
        return "Packages were refreshed"
    return "Packages changed" if "upgraded" in directions else "Packages went back"


def _otherwise(old: Description, new: Description, *, known: bool) -> Why:
    layers = _layers(old, new)
    if known:
        return Why("content", f"The packages are the same, but {layers}.")
    return Why("unknown", f"Its packages are not known, and {layers}.")


def _layers(old: Description, new: Description) -> str:
    """How its layers differ, as the end of a sentence."""
    change = layer_change(old, new)
    if change.shared == change.old < change.new:
        number = change.new - change.old
        return f"{number} {'layer was' if number == 1 else 'layers were'} put on top of them"
    if not change.fresh:
        return f"it has {change.new} of its {change.old} layers"
    if change.new == 1:
        return "its only layer is another one"
    if change.fresh == change.new:
        return f"none of its {change.new} layers is as it was"
    others = "is another one" if change.fresh == 1 else "are other ones"
    return f"{change.fresh} of its {change.new} layers {others}"
