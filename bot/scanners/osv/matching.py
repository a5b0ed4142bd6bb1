"""Tell what a record means for a package that is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cmp_to_key

from bot.model import Finding, FixState, Package, PackageFamily
from bot.packages.versions import compare
from bot.scanners import ids
from bot.scanners.osv.ecosystems import Query, same
from bot.scanners.osv.records import Affected, Event, Record, severity

Order = Callable[[str, str], int | None]
_PAGE = "https://osv.dev/vulnerability/"


class UnorderedError(ValueError):
    """Two versions cannot be compared."""


def is_readable(family: PackageFamily, version: str) -> bool:
    """Whether a version is one that its family can order."""
    return compare(family, version, version) is not None


def affects(record: Record, query: Query, family: PackageFamily) -> bool:
    """
    Whether a record is about the version that was asked for.

    https://ossf.github.io/osv-schema/#evaluation; raises `UnorderedError` where a range cannot be
    read and the version is not listed.
    """
    told = [entry for entry in record.affected if _is_asked(entry, query)]
    if any(query.version in entry.versions for entry in told):
        return True
    return any(_within(part, query.version, family) for entry in told for part in entry.ranges)


def named(record: Record) -> tuple[str, ...]:
    """
    The vulnerabilities that a record is about, by their canonical names.

    An advisory on many CVEs is each of them, as another scanner tells them one by one.
    """
    if own := ids.cves([record.id]):
        return own
    if cves := ids.cves((*record.aliases, *record.upstream)):
        return cves
    return (ids.canonical((record.id, *record.aliases)),)


def findings(record: Record, query: Query, packages: tuple[Package, ...]) -> Iterator[Finding]:
    """What a record that affects a package says of it."""
    package = packages[0]
    told = [entry for entry in record.affected if _is_asked(entry, query)]
    fixed = _fix(told, query.version, package.family)
    severities = dict(record.severities)
    for entry in told:
        severities.update(entry.severities)
    names = named(record)
    published = frozenset(record.advisories)
    for name in names:
        yield Finding(
            name,
            package.source,
            package.family,
            package.source_version,
            severity=severity(severities),
            fixed_in=fixed,
            state=_state(told, fixed),
            aliases=published | {record.id, name, *(record.aliases if len(names) == 1 else ())},
            binaries=binaries(packages),
            severities=dict(sorted(severities.items())),
            title=record.summary,
            url=_PAGE + record.id,
        )


def unread(name: str, packages: tuple[Package, ...]) -> Finding | None:
    """What the id of a record tells without it: which CVE it is about, if only one."""
    cves = ids.cves([name])
    if not cves:
        return None
    package = packages[0]
    return Finding(
        cves[0],
        package.source,
        package.family,
        package.source_version,
        aliases=frozenset({name, cves[0]}),
        binaries=binaries(packages),
        url=_PAGE + name,
    )


def binaries(packages: Iterable[Package]) -> tuple[str, ...]:
    """The names of the packages, sorted."""
    return tuple(sorted({package.name for package in packages}))


def _is_asked(entry: Affected, query: Query) -> bool:
    return entry.name == query.name and same(entry.ecosystem, query.ecosystem)


def _within(events: tuple[Event, ...], version: str, family: PackageFamily) -> bool:
    limits = [event.version for event in events if event.kind == "limit"]
    if limits and not any(limit == "*" or _ordered(family, version, limit) < 0 for limit in limits):
        return False
    inside = False
    for event in _sorted([event for event in events if event.kind != "limit"], family):
        inside = _after(event, version, family, inside=inside)
    return inside


def _after(event: Event, version: str, family: PackageFamily, *, inside: bool) -> bool:
    """Whether the version is within the range as far as it is read."""
    if event.kind == "introduced":
        return inside or event.version == "0" or _ordered(family, version, event.version) >= 0
    order = _ordered(family, version, event.version)
    return inside and (order <= 0 if event.kind == "last_affected" else order < 0)


def _sorted(events: list[Event], family: PackageFamily) -> list[Event]:
    def order(one: Event, other: Event) -> int:
        first, second = (event.version == "0" for event in (one, other))
        if first or second:
            return second - first
        return _ordered(family, one.version, other.version)

    return sorted(events, key=cmp_to_key(order))


def _ordered(family: PackageFamily, one: str, other: str) -> int:
    order = compare(family, one, other)
    if order is None:
        raise UnorderedError(f"{one} and {other}")
    return order


def _fix(told: list[Affected], version: str, family: PackageFamily) -> str:
    """The first version after this one that fixes it; the last that is told, where none is."""
    events = [event for entry in told for part in entry.ranges for event in part]
    fixed = [e for e in events if e.kind == "fixed" and e.version != "0"]
    try:
        ordered = [event.version for event in _sorted(fixed, family)]
        return next((f for f in ordered if _ordered(family, version, f) < 0), *ordered[-1:] or [""])
    except UnorderedError:
        return fixed[0].version


def _state(told: list[Affected], fixed: str) -> FixState:
    if fixed:
        return "fixed"
    if any(entry.urgency == "end-of-life" for entry in told):
        return "wont-fix"
    return "not-fixed" if told else "unknown"
