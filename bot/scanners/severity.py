"""How bad a vulnerability is, from each source's own words and numbers, on one ladder."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import SEVERITIES, Severity

_WORDS: dict[str, Severity] = {
    "negligible": "negligible",
    "unimportant": "negligible",  # Debian's; vunnel reads it so too
    "none": "negligible",
    "low": "low",
    "minor": "low",
    "medium": "medium",
    "moderate": "medium",  # GitHub's and Red Hat's
    "high": "high",
    "important": "high",  # Red Hat's
    "critical": "critical",
}
_TRIVY: tuple[Severity, ...] = ("unknown", "low", "medium", "high", "critical")
_V3: tuple[tuple[float, Severity], ...] = (
    (9.0, "critical"),
    (7.0, "high"),
    (4.0, "medium"),
    (0.1, "low"),
)


def of_word(word: str) -> Severity:
    """
    A vendor's word (`Moderate`, `unimportant`); unknown where it says nothing of the kind.

    Words that say that nobody has judged yet (`not yet assigned`, `untriaged`) are unknown.
    """
    return _WORDS.get(word.strip().lower().rstrip("*"), "unknown")


def of_number(number: object) -> Severity:
    """A severity as Trivy's databases number it, from 0 to 4."""
    if isinstance(number, int) and 0 <= number < len(_TRIVY):
        return _TRIVY[number]
    return "unknown"


def of_score(score: float, version: int) -> Severity:
    """
    The band of a CVSS base score.

    https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale;
    version 2 has no critical, as https://nvd.nist.gov/vuln-metrics/cvss tells.
    """
    bands = _V3[1:] if version == 2 else _V3
    return next((name for least, name in bands if score >= least), "negligible")


def worst(severities: Iterable[Severity]) -> Severity:
    """The highest of them; unknown where there are none."""
    return max(severities, key=SEVERITIES.index, default="unknown")
