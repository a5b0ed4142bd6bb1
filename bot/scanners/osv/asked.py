"""What of an image is asked about, what cannot be, and what is said of it in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot import __version__
from bot.model import Contents, Finding, OsRelease, Scan
from bot.scanners.merging import distinct
from bot.scanners.osv import matching
from bot.scanners.osv.ecosystems import Feed, Queries, Query, feed, queries

NAME = "OSV"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Side:
    """One image's questions; `doubts` are why the answers may not be all."""

    contents: Contents
    feed: Feed | None
    queries: Queries
    doubts: tuple[str, ...]


Sides: TypeAlias = tuple[Side, Side]
Scans: TypeAlias = tuple[Scan, Scan]


def scan(of: Side, database: str, findings: Iterable[Finding], more: Iterable[str]) -> Scan:
    """What is said of a side; `more` are doubts that came up on the way."""
    # The catalogue is our own; what of it could not be asked about is among the doubts.
    count = len(of.contents.packages)
    return Scan("osv", __version__, database, distinct(findings), count, (*of.doubts, *more))


def side(contents: Contents) -> Side:
    """What to ask about an image."""
    known = feed(contents.os) if contents.os else None
    asked = queries(contents, known) if known else {}
    return Side(contents, known, asked, tuple(_doubts(contents, known, asked)))


def _doubts(contents: Contents, known: Feed | None, asked: Queries) -> Iterator[str]:
    if contents.missing:
        yield f"{NAME} was not asked about all packages, as not all of the image could be read."
    if not contents.packages:
        yield f"{NAME} was not asked, as no package of a system was found."
        return
    if not known:
        yield f"{NAME} does not cover {_system(contents.os)}."
        return
    others = sum(1 for package in contents.packages if package.family != known.family)
    if others:
        packages = "1 package" if others == 1 else f"{others} packages"
        yield f"{NAME} was not asked about {packages} of another kind."
    if odd := [q for q in asked if not matching.is_readable(known.family, q.version)]:
        yield f"The versions of {_some(odd)} are none that can be compared."


def _system(os: OsRelease | None) -> str:
    if os is None:
        return "an unknown distribution"
    return " ".join(filter(None, (os.id[:60], os.version_id[:60])))


def _some(odd: list[Query]) -> str:
    names = sorted({query.name for query in odd})
    shown = ", ".join(names[:_SHOWN])
    packages = "1 package" if len(names) == 1 else f"{len(names)} packages"
    return f"{packages} ({shown}{', …' if len(names) > _SHOWN else ''})"
