"""Which vulnerability is meant: one name for what many call differently, and one ladder."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.model import SEVERITIES, Finding, Severity

_CVE = re.compile(r"CVE-\d{4}-\d{4,19}")
_CONVERTED = re.compile(r"(?:DEBIAN|ALPINE|UBUNTU|ECHO|MINIMOS)-(?=CVE-)")
"""What OSV's converters put before a CVE, one to one (https://osv.dev/list)."""

_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}")
_LIBRARIES = re.compile(r"(?:GO|RUSTSEC|PYSEC|OSV|MAL)-\d{4}-\d+")


def cleaned(name: str) -> str:
    """An id as it is compared: no white space, a converter's prefix before a CVE taken off."""
    text = name.strip()
    head = text[:9].upper()
    if head.startswith("GHSA"):
        return "GHSA" + text[4:].lower()
    return _CONVERTED.sub("", text.upper(), count=1) if "CVE-" in text.upper() else text


_ADVISORY = re.compile(
    r"(?:D[SLT]A|USN)-[0-9]{1,6}-[0-9]{1,4}"
    r"|(?:RH|RL|AL)[SBE]A-[0-9]{4}:[0-9]{1,7}"
    r"|EL[SBE]A-[0-9]{4}-[0-9]{1,7}"
    r"|ALAS(?:2|2023)?-[0-9]{4}-[0-9]{1,6}"
    r"|(?:open)?SUSE-SU-[0-9]{4}:[0-9]{1,6}-[0-9]{1,3}"
)
"""What distributions call their advisories; each is about one or many CVEs."""


def advisories(names: Iterable[str]) -> tuple[str, ...]:
    """The advisories of distributions among the names, each once, by publisher and number."""
    found = {cut for name in names if _ADVISORY.fullmatch(cut := name.strip())}
    return tuple(sorted(found, key=lambda name: (name.partition("-")[0], _numbers(name))))


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", name)))


def canonical(names: Iterable[str]) -> str:
    """The id to show among several of one vulnerability: CVE, GHSA, a library's, a vendor's."""
    found = {cleaned(name) for name in names if name.strip()}
    return min(found, key=lambda name: (_rank(name), name), default="")


def joining(finding: Finding) -> frozenset[str]:
    """
    The ids by which a finding is the same as another one of the same package.

    CVE and GHSA only: one advisory of a distribution (DSA, RHSA) is about many CVEs. Where a
    finding that is no CVE itself names several, it is such an advisory, whatever its id.
    """
    own = cleaned(finding.id)
    names = {own, *(cleaned(alias) for alias in finding.aliases)}
    cves = {name for name in names if is_cve(name)}
    advisories = {name for name in names if _GHSA.fullmatch(name)}
    if is_cve(own):
        return frozenset({own} | advisories)
    return frozenset({own} | advisories | (cves if len(cves) == 1 else set()))


def is_cve(name: str) -> bool:
    """Whether this is the id of a CVE."""
    return bool(_CVE.fullmatch(name))


def rank(severity: Severity) -> int:
    """From 0, nothing is known, to the worst."""
    return SEVERITIES.index(severity)


def worst(severities: Iterable[Severity]) -> Severity:
    """The highest of them; `unknown` of none."""
    return max(severities, key=rank, default="unknown")


def folded(severity: Severity) -> Severity:
    """For comparing scanners: Trivy has no word for `negligible`, so it counts as `low`."""
    return "low" if severity == "negligible" else severity


def _rank(name: str) -> int:
    if is_cve(name):
        return 0
    if _GHSA.fullmatch(name):
        return 1
    return 2 if _LIBRARIES.fullmatch(name) else 3
