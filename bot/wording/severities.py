"""How bad a vulnerability is, and who says so where they do not agree."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import SEVERITIES, Row, Severity
from bot.wording.markdown import plain

_NAMES = {
    "alpine": "Alpine",
    "cvss": "CVSS",
    "debian": "Debian",
    "ghsa": "GitHub",
    "grype": "Grype",
    "nvd": "NVD",
    "osv": "OSV",
    "redhat": "Red Hat",
    "trivy": "Trivy",
    "ubuntu": "Ubuntu",
}
_MOST = 4
"""Opinions that are told of one vulnerability."""

_LONGEST = 30


def severity_of(row: Row) -> str:
    """
    The severity as a cell has it: `critical`, or `critical (OSV), high (Trivy)`.

    Where the scanners agree, those are told apart whose word they have it from, if these do not:
    `high (NVD), low (Debian)`. The worst is first, as it is what counts.
    """
    scanners = {name: said for name, said in row.severities.items() if ": " not in name}
    sources = {
        name.partition(": ")[2]: said for name, said in row.severities.items() if ": " in name
    }
    for told in (scanners, sources):
        known = {name: said for name, said in told.items() if said != "unknown"}
        if len({_folded(said) for said in known.values()}) > 1:
            return _opinions(known)
    return row.severity


def name_of(word: str) -> str:
    """A scanner or source of severities as its makers write it."""
    return _NAMES.get(word) or plain(word, _LONGEST)


def _opinions(told: Mapping[str, Severity]) -> str:
    by_severity = [
        (severity, sorted(name_of(name) for name, said in told.items() if said == severity))
        for severity in reversed(SEVERITIES)
    ]
    shown = [f"{said} ({', '.join(names[:_MOST])})" for said, names in by_severity if names]
    return ", ".join(shown)


def _folded(severity: Severity) -> Severity:
    """For comparing: Trivy has no word for `negligible`."""
    return "low" if severity == "negligible" else severity
