"""Which packages differ, grouped by what they were built from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cmp_to_key
from typing import NamedTuple

from bot.model import Direction, Package, PackageFamily, SourceChange
from bot.packages.versions import compare

_UNORDERED = frozenset({"gpg-pubkey"})
"""What rpm keeps as packages though their versions are hexadecimal ids of keys."""


class _Source(NamedTuple):
    family: PackageFamily
    name: str


def package_changes(old: Iterable[Package], new: Iterable[Package]) -> tuple[SourceChange, ...]:
    """
    What was added, removed, upgraded, downgraded or changed, sorted by source and direction.

    Within one source, binary packages whose name is there on one side only are a change of their
    own, unless all of them were renamed. Where only binaries were rebuilt (`+b1`), `old` and `new`
    are the versions of the binaries, since those of the source are the same. Several versions of a
    package at once (kernels) are compared as sets.
    """
    before, after = _by_source(old), _by_source(new)
    changes = [
        change
        for source in sorted(before.keys() | after.keys())
        for change in _of_source(source, before.get(source, set()), after.get(source, set()))
    ]
    return tuple(sorted(changes, key=lambda change: (change.source, change.direction)))


def _by_source(packages: Iterable[Package]) -> dict[_Source, set[Package]]:
    found: defaultdict[_Source, set[Package]] = defaultdict(set)
    for package in packages:
        found[_Source(package.family, package.source)].add(package)
    return found


def _of_source(source: _Source, old: set[Package], new: set[Package]) -> Iterator[SourceChange]:
    # What a package is, and not who signed for it or from which commit it came.
    kept = {_identity(package) for package in old} & {_identity(package) for package in new}
    before = {package for package in old if _identity(package) not in kept}
    after = {package for package in new if _identity(package) not in kept}
    names, newer = {package.name for package in old}, {package.name for package in new}
    lost = {package for package in before if package.name not in newer}
    won = {package for package in after if package.name not in names}
    if before - lost or after - won:
        yield from _moved(source, before - lost, after - won)
    elif lost and won:
        yield from _moved(source, lost, won)
        return
    if lost:
        yield _change(source, "removed", lost, set())
    if won:
        yield _change(source, "added", set(), won)


def _identity(package: Package) -> tuple[str, str, str, str]:
    return package.name, package.version, package.source_version, package.architecture


def _moved(source: _Source, before: set[Package], after: set[Package]) -> Iterator[SourceChange]:
    """Packages of the same names at other versions; one version more or fewer of several."""
    if before and after:
        yield _change(source, _direction(source, before, after), before, after)
    elif after:
        yield _change(source, "added", set(), after)
    else:
        yield _change(source, "removed", before, set())


def _direction(source: _Source, before: set[Package], after: set[Package]) -> Direction:
    if source.name in _UNORDERED:
        return "changed"
    olds, news = _versions(source, before, after)
    order = compare(source.family, olds[-1], news[-1])
    if not order:
        return "changed"
    return "upgraded" if order < 0 else "downgraded"


def _change(
    source: _Source, direction: Direction, before: set[Package], after: set[Package]
) -> SourceChange:
    olds, news = _versions(source, before, after)
    return SourceChange(
        source.name, direction, ", ".join(olds), ", ".join(news), _sorted(before), _sorted(after)
    )


def _versions(
    source: _Source, before: set[Package], after: set[Package]
) -> tuple[list[str], list[str]]:
    """The versions of the source on each side, the lowest first; of the binaries where equal."""
    olds = {package.source_version for package in before}
    news = {package.source_version for package in after}
    if olds == news:
        olds = {package.version for package in before}
        news = {package.version for package in after}
    return _in_order(source, olds), _in_order(source, news)


def _in_order(source: _Source, versions: Iterable[str]) -> list[str]:
    def order(a: str, b: str) -> int:
        return compare(source.family, a, b) or 0

    return sorted(sorted(versions), key=cmp_to_key(order))


def _sorted(packages: set[Package]) -> tuple[Package, ...]:
    return tuple(sorted(packages, key=lambda p: (p.name, p.version, p.architecture)))
