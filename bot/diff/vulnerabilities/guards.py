"""When a scanner's word does not count: never is a failure shown as "no vulnerabilities"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.model import Contents, Cycle, Scan, Scanned, ScannerWord, Unavailable

Ended: TypeAlias = tuple[Cycle | None, Cycle | None]
"""The releases of the systems of the old and the new image that nobody fixes any more."""

TOLERANCE = 0.2
"""By how much of our own count a scanner may miss packages; beyond, it did not read the image."""


TELLING = 5
"""Findings of another scanner from which on it means something to have none."""


def word_of(
    name: str,
    found: Scanned | Unavailable,
    images: tuple[Contents, Contents],
    doubts: Sequence[str] = (),
) -> ScannerWord:
    """
    What to say of a scanner, with every reason why its word does not count.

    `doubts` are such reasons that are about the images, whoever scans them.
    """
    if isinstance(found, Unavailable):
        return ScannerWord(name, unavailable=found.reason)
    return ScannerWord(
        name,
        found.new.version,
        found.new.database,
        inconclusive=tuple(dict.fromkeys((*doubts, *_doubts(found, *images)))),
        suppressed=(found.old.suppressed, found.new.suppressed),
    )


def without_silent(
    words: Sequence[ScannerWord], scanned: Mapping[str, Scanned | Unavailable]
) -> tuple[ScannerWord, ...]:
    """
    The words, those doubted who found nothing at all where others found a lot.

    Trivy does not tell when its database has nothing on a release, and answers with no findings.
    """
    counts = {word.scanner: _counts(scanned[word.scanner]) for word in words if believable(word)}
    loudest = max(counts, key=lambda name: min(counts[name]), default=None)
    if loudest is None or min(counts[loudest]) < TELLING:
        return tuple(words)
    told = (
        f"It found nothing in either image, where {loudest} found {counts[loudest][1]} in the new"
        " one: its data may have nothing on this system."
    )
    return tuple(
        word._replace(inconclusive=(told,)) if counts.get(word.scanner) == (0, 0) else word
        for word in words
    )


def believable(word: ScannerWord) -> bool:
    """Whether a scanner's word counts."""
    return not word.unavailable and not word.inconclusive


def _counts(found: Scanned | Unavailable) -> tuple[int, int]:
    """How many findings there are in the old and the new image, what is left out included."""
    if isinstance(found, Unavailable):
        return 0, 0
    old, new = (len(scan.findings) + scan.suppressed for scan in found)
    return old, new


def of_support(old: Cycle | None, new: Cycle | None) -> Iterator[str]:
    """
    That whoever publishes advisories on a system has stopped, so that none is no good sign.

    A feed that has ended still answers, with what was known then.
    """
    if old and old == new:
        yield _since(old, "the system of both images")
        return
    for side, cycle in (("old", old), ("new", new)):
        if cycle:
            yield _since(cycle, f"the system of the {side} image")


def _since(cycle: Cycle, whose: str) -> str:
    return (
        f"Support of {cycle.subject}, {whose}, ended on {cycle.fixed_until()}:"
        " what was found in it since may be in no data."
    )


def _doubts(found: Scanned, old: Contents, new: Contents) -> Iterator[str]:
    one, other = found.old, found.new
    if one.version != other.version:
        yield f"The two images were scanned by two versions: {one.version} and {other.version}."
    if one.database != other.database:
        yield "The two images were scanned with different data, so new advisories would mislead."
    if old.image.platform != new.image.platform:
        yield f"The images are of two platforms: {old.image.platform} and {new.image.platform}."
    yield from _doubts_of("old", one, old)
    yield from _doubts_of("new", other, new)


def _doubts_of(side: str, scan: Scan, contents: Contents) -> Iterator[str]:
    yield from scan.doubts
    for sentence in contents.missing:
        yield f"Not all of the {side} image could be read: {sentence}"
    own = len(contents.packages)
    if own and contents.os is None:
        yield f"The {side} image does not say which distribution it is, so advisories may not fit."
    if scan.packages is None:
        if not scan.findings:
            yield (
                f"It found nothing in the {side} image, and does not tell how many packages it"
                " looked at."
            )
    elif scan.packages == 0 and (own or not scan.doubts):
        # Where we found none either, and it says why it was not asked, that is all there is to say.
        yield f"It found no packages at all in the {side} image{_where_there_are(own)}."
    elif scan.packages < own * (1 - TOLERANCE):
        # More than our own is no sign of trouble: it catalogues libraries of languages too.
        packages = "1 package" if scan.packages == 1 else f"{scan.packages} packages"
        yield f"It found {packages} in the {side} image, where {own} are installed."


def _where_there_are(own: int) -> str:
    return f", where {own} are installed" if own else ""
