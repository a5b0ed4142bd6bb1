"""Which versions lie between two images, and which releases are theirs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.model import Comparison, Description
from bot.notes.forges import Release
from bot.origin import own_label
from bot.tags import parse

_NUMBERS = re.compile(r"(?<![0-9])[0-9]{1,9}(?:[._][0-9]{1,9}){0,6}")
_UNRIPE = re.compile(
    r"(?<![a-z])(?:alpha|beta|rc|pre|preview|dev|nightly|canary|snapshot|milestone|next)(?![a-z])"
    r"|(?<=\d)(?:a|b|rc|m)\d",
    re.IGNORECASE,
)
_VERSION_LABEL = "org.opencontainers.image.version"
_OWN_NAMES = {"golang": "GOLANG", "postgres": "PG", "eclipse-temurin": "JAVA"}

Numbers = tuple[int, ...]


class Versions(NamedTuple):
    """The versions of an old and a new image, as spelled."""

    old: str
    new: str


def versions(compared: Comparison) -> Versions | None:
    """
    From which version to which the move goes; None where it cannot be told, or does not move.

    The tags say it where both name as many numbers, else the images' own label, else the variable
    that has the version in most official images (`NODE_VERSION`).
    """
    both = (_of_tags(compared), _of_labels(compared), _of_variables(compared))
    found = [pair for pair in both if pair and all(map(numbers, pair)) and _apart(pair)]
    return max(found, key=lambda pair: len(numbers(pair.new)), default=None)


def numbers(text: str) -> Numbers:
    """The numbers of the version that a text names first: `v20.11.0` is (20, 11, 0)."""
    found = max(_NUMBERS.findall(text), key=_weight, default="")
    return tuple(int(part) for part in re.split(r"[._]", found) if part)


def is_unripe(text: str) -> bool:
    """Whether a release's name says that it comes before the true one."""
    return bool(_UNRIPE.search(text))


def between(releases: Iterable[Release], span: Versions) -> list[Release]:
    """
    The releases after the old version up to the new one, newest first.

    What comes before a true release is left out, unless the new version is such a one.
    """
    low, high = numbers(span.old), numbers(span.new)
    width = len(high)
    unripe = is_unripe(span.new)
    found = [
        (numbers(release.name), release)
        for release in releases
        if unripe or not (release.unripe or is_unripe(release.name))
    ]
    # `20.11` stands for every `20.11.x`, so a release is cut to as many numbers before it is held
    # against the end of the span.
    inside = [(n, r) for n, r in found if n and n[: len(low)] > low and n[:width] <= high]
    return [release for _, release in sorted(inside, key=lambda pair: pair[0], reverse=True)]


def _weight(text: str) -> int:
    """More numbers say more; a lone one may be anything."""
    return len(re.split(r"[._]", text))


def _apart(pair: Versions) -> bool:
    return numbers(pair.old) < numbers(pair.new)


def _of_tags(compared: Comparison) -> Versions | None:
    old, new = (
        parse(image.effective_tag or "") for image in (compared.bump.old, compared.bump.new)
    )
    if old.release and new.release and old.precision == new.precision:
        return Versions(old.release.text, new.release.text)
    return None


def _of_labels(compared: Comparison) -> Versions | None:
    sides = zip((compared.old, compared.new), compared.bases, strict=True)
    old, new = (_first_word(own_label(image, _VERSION_LABEL, base)) for image, base in sides)
    return Versions(old, new) if old and new else None


def _of_variables(compared: Comparison) -> Versions | None:
    name = compared.bump.new.repository.path.rpartition("/")[2]
    variable = f"{_OWN_NAMES.get(name, name.upper().replace('-', '_'))}_VERSION"
    old, new = (_variable(image, variable) for image in (compared.old, compared.new))
    return Versions(old, new) if old and new else None


def _variable(image: Description, name: str) -> str:
    return _first_word(image.config.environment.get(name, ""))


def _first_word(text: str) -> str:
    """`3.13.6` of `3.13.6-alpine3.22`, `16.4` of `16.4-1.pgdg120+2`."""
    return re.split(r"[-+~ ]", text.strip()[:100], maxsplit=1)[0]
