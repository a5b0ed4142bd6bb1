"""Make one row of all that scanners say about one vulnerability in one source package."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from bot.diff.ids import advisories, canonical, joining, rank, worst
from bot.diff.vulnerabilities.matching import Seen
from bot.model import Contents, Finding, FixState, Row, RowClass, Scan, Scanned, Severity

_ORDER: tuple[RowClass, ...] = ("introduced", "arrived", "unexplained", "fixed", "gone", "present")
_STATES: tuple[FixState, ...] = ("fixed", "wont-fix", "not-fixed", "unknown")
_ADVISORIES = 10
"""Advisories on one vulnerability that are kept."""

_SYSTEM = frozenset({"deb", "apk", "rpm"})


class Sides:
    """Which versions of a source package each image has, by its own packages or the scanners."""

    def __init__(self, old: Contents, new: Contents, scanned: Mapping[str, Scanned]) -> None:
        self.old = _versions(old, [found.old for found in scanned.values()])
        self.new = _versions(new, [found.new for found in scanned.values()])
        self._libraries = frozenset(
            chain.from_iterable(_libraries(found) for found in scanned.values())
        )

    def tells(self, finding: Finding) -> bool:
        """Whether both images are known to have the finding's package, or not to."""
        return finding.family in _SYSTEM or finding.package in self._libraries


def _libraries(found: Scanned) -> Iterator[str]:
    """The packages of languages that a scanner would list wherever they are."""
    if found.old.libraries is not None and found.new.libraries is not None:
        yield from found.old.libraries
        yield from found.new.libraries


def row(group: Sequence[Seen], sides: Sides) -> Row:
    """The row of findings about the same; who, how bad and the fix are of the side that counts."""
    olds = [seen for seen in group if seen.side == "old"]
    news = [seen for seen in group if seen.side == "new"]
    counts = sorted(news or olds, key=_order)
    findings = [seen.finding for seen in counts]
    first = findings[0]
    return Row(
        id=canonical(name for seen in group for name in joining(seen.finding)),
        package=first.package,
        family=first.family,
        kind=_kind(olds, news, sides),
        by=tuple(sorted({seen.scanner for seen in counts})),
        severity=worst(finding.severity for finding in findings),
        severities=_severities(counts),
        old=_installed(olds, sides.old, first),
        new=_installed(news, sides.new, first),
        fixed_in=next((f.fixed_in for f in findings if f.fixed_in), ""),
        state=min((finding.state for finding in findings), key=_STATES.index),
        exploited=any(finding.exploited for finding in findings),
        epss=max((f.epss for f in findings if f.epss is not None), default=None),
        title=next((f.title for f in findings if f.title), ""),
        url=next((f.url for f in findings if f.url), ""),
        advisories=_advisories(group),
    )


def _advisories(group: Sequence[Seen]) -> tuple[str, ...]:
    names = (name for seen in group for name in (seen.finding.id, *seen.finding.aliases))
    return advisories(names)[-_ADVISORIES:]


def ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """What is bad news first, the worst of it on top."""
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                _ORDER.index(row.kind),
                -rank(row.severity),
                not row.exploited,
                row.id,
                row.package,
                row.family,
            ),
        )
    )


def _kind(olds: Sequence[Seen], news: Sequence[Seen], sides: Sides) -> RowClass:
    """
    The class of a row, where any scanner that sees it in an image is believed.

    So it is only fixed where nobody sees it in the new image, and only introduced where nobody saw
    it in the old one. Which packages there are is told by the images; of libraries of languages,
    by the scanners, or where those list none, by other findings in them.
    """
    if olds and news:
        return "present"
    finding = (olds or news)[0].finding
    was, now = _of(sides.old, finding), _of(sides.new, finding)
    known = sides.tells(finding)
    if olds:
        if not now:
            return "gone" if known else "fixed"
        same = now == was or any(seen.finding.installed in now for seen in olds)
        return "unexplained" if same else "fixed"
    return "introduced" if was or not known else "arrived"


def _order(seen: Seen) -> tuple[str, ...]:
    finding = seen.finding
    return seen.scanner, finding.id, finding.installed, finding.fixed_in, finding.title, finding.url


_Versions = Mapping[tuple[str, str], frozenset[str]]


def _versions(contents: Contents, scans: Iterable[Scan]) -> _Versions:
    """The versions of each source package by family and name, and of each binary one too."""
    versions: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    binaries: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for package in contents.packages:
        versions[package.family, package.source].add(package.source_version)
        binaries[package.family, package.name].add(package.source_version)
    for scan in scans:
        for finding in scan.findings:
            if finding.family not in _SYSTEM:
                versions[finding.family, finding.package].add(finding.installed)
        for purl, there in (scan.libraries or {}).items():
            versions[_family(purl), purl].update(there)
    # Some name what they found by the binary package (Wolfi, rpm).
    return {key: frozenset(found) for key, found in {**binaries, **versions}.items()}


def _family(purl: str) -> str:
    return purl.partition("/")[0].removeprefix("pkg:")


def _of(versions: _Versions, finding: Finding) -> frozenset[str]:
    found = versions.get((finding.family, finding.package))
    if found:
        return found
    names = ((finding.family, name) for name in finding.binaries)
    return frozenset().union(*(versions.get(name, frozenset()) for name in names))


def _installed(seen: Sequence[Seen], versions: _Versions, finding: Finding) -> str:
    """As the findings have it, else as the image has it."""
    told = {s.finding.installed for s in seen if s.finding.installed}
    return ", ".join(sorted(told or _of(versions, finding)))


def _severities(seen: Iterable[Seen]) -> dict[str, Severity]:
    """By scanner, what it makes of it, and by scanner and source, what it read."""
    found: dict[str, Severity] = {}
    for scanner, _, finding in seen:
        found[scanner] = worst((finding.severity, found.get(scanner, "unknown")))
        for source in sorted(finding.severities):
            key = f"{scanner}: {source}"
            found[key] = worst((finding.severities[source], found.get(key, "unknown")))
    return dict(sorted(found.items()))
