"""The entries of a unit where an image may be named, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats import telling
from bot.formats.quadlet.units import Entry, Unit, read_unit
from bot.formats.telling import Left, Place
from bot.formats.yaml_spans import Collection, Reading, Scalar
from bot.model import Mention, SourceFile, Span

BUILT = Left("built", "the image is built under this name")
BY_UNIT = Left("elsewhere", "another unit names the image")
LOCAL = Left("invalid-reference", "it names a place of this machine, not an image of a registry")
SPECIFIER = Left("template", "systemd fills in what stands for %")
NO_DIGEST_AFTER_TRANSPORT = "behind docker:// a reference has a tag or a digest, not both"
NOT_LAST = "the last Image= of a section counts"

_SECTIONS = {"Container", "Image", "Volume"}
_UNITS = (".image", ".build")
_LOCAL = re.compile(
    r"(?:dir|oci|oci-archive|docker-archive|docker-daemon|containers-storage|sif|ostree|tarball):.*",
    re.DOTALL,
)
_SPECIFIER = re.compile(r"%[a-zA-Z]")
_IMAGE_MOUNT = re.compile(r"(?:.*,)?type=image(?:,.*)?", re.DOTALL)
_SOURCE = re.compile(r"(?:^|,)(?:source|src)=([^,]+)")
_PULLED = "docker://"


def says_image(unit: Unit) -> bool:
    """Whether a unit has a place where an image may be named."""
    return any(_places(unit))


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    unit = read_unit(file.text)
    values = [run.span for entry in unit.entries for run in entry.runs]
    whole = Collection("mapping", 0, len(file.text), [])
    reading = Reading([whole], values, unit.trouble)
    return telling.mentions(file, format_, lambda *_: _places(unit), reading=reading)


def _places(unit: Unit) -> Iterator[Place]:
    last = {entry.section: entry for entry in unit.entries if entry.key.value == "Image"}
    for entry in unit.entries:
        if not entry.runs:
            continue
        if entry.section in _SECTIONS and entry.key.value == "Image":
            yield _image(entry, None if entry is last[entry.section] else NOT_LAST)
        elif entry.section == "Build" and entry.key.value == "ImageTag":
            yield Place("image", entry.runs[0], entry.key, parts=entry.runs, left=BUILT)
        elif entry.section == "Container" and entry.key.value == "Mount":
            yield from _mounted(entry)


def _image(entry: Entry, unread: str | None) -> Place:
    value = entry.value
    transport = value.startswith(_PULLED) and entry.runs[0].value.startswith(_PULLED)
    return Place(
        "image",
        entry.runs[0],
        entry.key,
        parts=entry.runs,
        lead=_PULLED if transport else "",
        no_digest=NO_DIGEST_AFTER_TRANSPORT if transport else None,
        left=_left(value),
        unread=unread,
    )


def _left(value: str) -> Left | None:
    if value.endswith(_UNITS):
        return BY_UNIT
    if _LOCAL.fullmatch(value):
        return LOCAL
    return SPECIFIER if _SPECIFIER.search(value) else None


def _mounted(entry: Entry) -> Iterator[Place]:
    """`Mount=type=image,source=quay.io/x:1,destination=/x`, where the source is in one line."""
    if not _IMAGE_MOUNT.fullmatch(entry.value):
        return
    for run in entry.runs:
        for match in _SOURCE.finditer(run.value):
            span = Span(run.start + match.start(1), run.start + match.end(1))
            source = Scalar(match[1], span, tag=run.tag)
            yield Place("mount", source, entry.key, parts=(source,), left=_left(match[1]))
