"""Which findings, of either image and any scanner, are about the same vulnerability."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from bot.diff.ids import joining
from bot.model import Finding, Scanned


class Seen(NamedTuple):
    """A finding, by whom, and in which image."""

    scanner: str
    side: Literal["old", "new"]
    finding: Finding


def grouped(scanned: Mapping[str, Scanned]) -> list[list[Seen]]:
    """
    The findings, those about the same vulnerability in the same source package together.

    Two are the same where they share a CVE or GHSA; what joins two others joins all.
    """
    by_package: defaultdict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in _every(scanned):
        by_package[seen.finding.family, seen.finding.package].append(seen)
    return [group for key in sorted(by_package) for group in _joined(by_package[key])]


def _every(scanned: Mapping[str, Scanned]) -> Iterator[Seen]:
    for name in sorted(scanned):
        for finding in scanned[name].old.findings:
            yield Seen(name, "old", finding)
        for finding in scanned[name].new.findings:
            yield Seen(name, "new", finding)


def _joined(found: list[Seen]) -> list[list[Seen]]:
    """Join by ids, with a bound on work that is linear in all ids."""
    leader: dict[str, str] = {}
    names = [sorted(joining(seen.finding)) for seen in found]
    for ids in names:
        for name in ids:
            leader.setdefault(name, name)
            one, other = _first(leader, ids[0]), _first(leader, name)
            leader[max(one, other)] = min(one, other)
    groups: defaultdict[str, list[Seen]] = defaultdict(list)
    for seen, ids in zip(found, names, strict=True):
        groups[_first(leader, ids[0])].append(seen)
    return [groups[name] for name in sorted(groups)]


def _first(leader: dict[str, str], name: str) -> str:
    while leader[name] != name:
        leader[name] = leader[leader[name]]
        name = leader[name]
    return name
