"""The base score of a CVSS vector, versions 2, 3.0 and 3.1."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from bot.model import Severity
from bot.scanners.severity import of_score

_VECTOR_LIMIT = 400
_METRIC = re.compile("([A-Za-z]{1,3}):([A-Z]{1,2})")

# https://www.first.org/cvss/v3.1/specification-document#7-4-Metric-Values
_V3: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}

# https://www.first.org/cvss/v2/guide#3-2-1-Base-Equation
_V2: Mapping[str, Mapping[str, float]] = {
    "AV": {"L": 0.395, "A": 0.646, "N": 1.0},
    "AC": {"H": 0.35, "M": 0.61, "L": 0.71},
    "Au": {"M": 0.45, "S": 0.56, "N": 0.704},
    "C": {"N": 0.0, "P": 0.275, "C": 0.66},
    "I": {"N": 0.0, "P": 0.275, "C": 0.66},
    "A": {"N": 0.0, "P": 0.275, "C": 0.66},
}


def severity(vector: str) -> Severity:
    """
    The band of a vector's base score; unknown where it is none of versions 2 and 3.

    Version 4 has a table of 270 scores in place of a formula, so its vectors stay unknown.
    """
    if vector.startswith(("CVSS:3.0/", "CVSS:3.1/")):
        score = score_3(vector)
        return "unknown" if score is None else of_score(score, 3)
    if vector.startswith("CVSS:"):
        return "unknown"
    score = score_2(vector)
    return "unknown" if score is None else of_score(score, 2)


def score_3(vector: str) -> float | None:
    """The base score of a version 3 vector, from 0 to 10; None where it is not whole."""
    said = _metrics(vector)
    try:
        scope = said["S"]
        exploit = 8.22 * _PRIVILEGES[scope][said["PR"]]
        for metric in ("AV", "AC", "UI"):
            exploit *= _V3[metric][said[metric]]
        base = 1 - math.prod(1 - _V3[metric][said[metric]] for metric in "CIA")
    except KeyError:
        return None
    impact = 6.42 * base
    if scope == "C":
        impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15
    if impact <= 0:
        return 0.0
    return _rounded_up(min((1.08 if scope == "C" else 1.0) * (impact + exploit), 10))


def score_2(vector: str) -> float | None:
    """The base score of a version 2 vector, from 0 to 10; None where it is not whole."""
    said = _metrics(vector.strip("()"))
    try:
        value = {metric: _V2[metric][said[metric]] for metric in _V2}
    except KeyError:
        return None
    impact = 10.41 * (1 - math.prod(1 - value[metric] for metric in "CIA"))
    exploit = 20 * value["AV"] * value["AC"] * value["Au"]
    factor = 1.176 if impact else 0.0
    return round((0.6 * impact + 0.4 * exploit - 1.5) * factor, 1)


def _metrics(vector: str) -> dict[str, str]:
    parts = vector[:_VECTOR_LIMIT].split("/")
    return {found[1]: found[2] for part in parts if (found := _METRIC.fullmatch(part))}


def _rounded_up(score: float) -> float:
    """As Appendix A of version 3.1 has it, so that machines do not differ."""
    whole = round(score * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10
