"""Make one finding of those that say the same: one vulnerability in one source package."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Finding, FixState, Severity
from bot.scanners.severity import worst

_STATES: tuple[FixState, ...] = ("fixed", "not-fixed", "wont-fix", "unknown")
_SHOWN = 5


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each vulnerability of each source package once, sorted; what is said of it put together."""
    merged: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        merged.setdefault((finding.id, finding.family, finding.package), []).append(finding)
    return tuple(_one(same) for _, same in sorted(merged.items()))


def _one(same: list[Finding]) -> Finding:
    first = same[0]
    if len(same) == 1:
        return first
    scores = [finding.epss for finding in same if finding.epss is not None]
    return first._replace(
        installed=_both(finding.installed for finding in same),
        severity=worst(finding.severity for finding in same),
        fixed_in=_both(finding.fixed_in for finding in same),
        state=min((finding.state for finding in same), key=_STATES.index),
        aliases=frozenset[str]().union(*(finding.aliases for finding in same)),
        binaries=tuple(sorted({name for finding in same for name in finding.binaries})),
        severities=_severities(same),
        exploited=any(finding.exploited for finding in same),
        epss=max(scores, default=None),
        title=next((finding.title for finding in same if finding.title), ""),
        url=next((finding.url for finding in same if finding.url), ""),
    )


def _both(words: Iterable[str]) -> str:
    """The different words, in the order of their appearance."""
    found = [word for word in dict.fromkeys(words) if word]
    return ", ".join(found[:_SHOWN])


def _severities(same: list[Finding]) -> dict[str, Severity]:
    told: dict[str, Severity] = {}
    for finding in same:
        for source, severity in finding.severities.items():
            told[source] = worst((told.get(source, "unknown"), severity))
    return dict(sorted(told.items()))
