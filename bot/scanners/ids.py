"""What a vulnerability is called: one name of many, by which all scanners mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
# OSV names what it converts after the tracker, one to one (evidence: `vulnfeeds` of osv.dev).
_CONVERTED = re.compile(rf"(?:ALPINE|DEBIAN|ECHO|UBUNTU)-({_CVE.pattern})")
_RANKS = ((_CVE, 0), (re.compile("GHSA-.*"), 1), (re.compile("(?:GO|MAL|PYSEC|RUSTSEC)-.*"), 2))


def plain(name: str) -> str:
    """An id without the tracker that a converter puts before a CVE."""
    converted = _CONVERTED.fullmatch(name)
    return converted[1] if converted else name


def is_cve(name: str) -> bool:
    """Whether an id is a CVE's."""
    return bool(_CVE.fullmatch(name))


def canonical(names: Iterable[str]) -> str:
    """The name to go by: a CVE before GHSA before those of languages before vendors'."""
    return min(map(plain, names), key=lambda name: (_rank(name), name))


def cves(names: Iterable[str]) -> tuple[str, ...]:
    """The CVEs among the names, sorted, each once."""
    return tuple(sorted({found for name in names if is_cve(found := plain(name))}))


def _rank(name: str) -> int:
    return next((rank for pattern, rank in _RANKS if pattern.fullmatch(name)), len(_RANKS))
