"""What in a build file belongs to the release that its base leaves, by what the file says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.model import Broken, SourceFile

if TYPE_CHECKING:
    from bot.image import ImageRef
    from bot.model import Asked, Span, Use

_MOST = 30
"""Things that are told of one file."""

_LONGEST = 4000
"""Characters of a line that are looked at."""

_PARTS = re.compile(r"[-/:@]")
_RELEASE = re.compile(r"[a-z][a-z_]{2,30}(?:[0-9]{1,4}(?:\.[0-9]{1,3}){0,2})?")
_SYSTEM = re.compile(r"[a-z]{4,}|(?:debian|ubuntu|alpine|ubi|fedora)[0-9.]+")
_RUNTIME = re.compile(
    r"(?<![A-Za-z0-9])(?:python|php|ruby|perl|lua)[0-9]\.[0-9]{1,2}(?![0-9])"
    r"|(?<![A-Za-z0-9])(?:openjdk|java|gcc|g\+\+|clang|llvm|postgresql)-[0-9]{1,2}(?![0-9])"
)
_NAMED_BY_VERSION = re.compile(r"lib[a-z0-9+.-]{0,60}?[0-9][a-z0-9+.-]{0,30}")


def collisions(
    file: SourceFile,
    moved: Sequence[tuple[Use, ImageRef]],
    uses: Iterable[Use],
    asks: Iterable[Asked],
) -> tuple[Broken, ...]:
    """
    What to look at where uses of a file move to a later release, line by line, each thing once.

    `uses` are all that there are in the file, `asks` what it asks of the images it builds on.

    Versions that packages are pinned to, packages whose names have a version, and what names the
    release itself (suites, backports) or what comes with it in one version only (`python3.11`).
    """
    left = frozenset(word for use, new in moved for word in _left(use.image, new))
    if not left:
        return ()
    bases = {use.span for use, _ in moved}
    found = [
        *_packages(file.path, [ask for ask in asks if ask.of in bases]),
        *_words(file.path, _without(file.text, {use.span for use in uses}), left),
    ]
    told: dict[tuple[int, str], Broken] = {}
    for each in sorted(found, key=lambda broken: (broken.line, broken.needs)):
        told.setdefault((each.line, each.needs), each)
    return tuple(told.values())[:_MOST]


def _left(old: ImageRef, new: ImageRef) -> Iterator[str]:
    """The words for a release that the old reference has and the new one has not."""
    after = frozenset(_PARTS.split(str(new)))
    for word in _PARTS.split(str(old.at(old.tag))):
        if word not in after and _RELEASE.fullmatch(word):
            yield word


def _packages(path: str, asks: Iterable[Asked]) -> Iterator[Broken]:
    for ask in asks:
        if ask.kind == "pin":
            needs = ask.name + ask.constraint
            yield Broken(path, ask.line, needs, "that version is of the release that is left")
        elif ask.kind == "package" and _is_named_by_version(ask.name):
            because = "its name has a version, so it may have another name there"
            yield Broken(path, ask.line, ask.name, because)


def _is_named_by_version(name: str) -> bool:
    return bool(_NAMED_BY_VERSION.fullmatch(name)) and not name.endswith("-dev")


def _words(path: str, text: str, left: frozenset[str]) -> Iterator[Broken]:
    """What lines say beside the images that they name; comments are passed over."""
    release = _any_of(left)
    runtimes = any(_SYSTEM.fullmatch(word) for word in left)
    for number, line in enumerate(text.split("\n"), 1):
        said = line[:_LONGEST]
        if not said.lstrip().startswith("#"):
            for match in release.finditer(said):
                because = "it names the release that is left"
                yield Broken(path, number, match[0], because)
            for match in _RUNTIME.finditer(said) if runtimes else ():
                because = "another release may come with another version"
                yield Broken(path, number, match[0], because)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{either})(?:-[a-z]{{1,30}})?(?![A-Za-z0-9])")


def _without(text: str, images: Iterable[Span]) -> str:
    """The text with blanks in the place of images, so that their names are not looked at."""
    parts, at = [], 0
    for span in sorted(images):
        if span.start >= at:
            parts += [text[at : span.start], " " * (span.end - span.start)]
            at = span.end
    return "".join([*parts, text[at:]])
