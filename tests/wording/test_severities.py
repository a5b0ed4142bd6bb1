"""Who says how bad a vulnerability is."""

import pytest

from bot.model import Row
from bot.wording.severities import severity_of


def row(severity, **told):
    severities = {name.replace("__", ": "): said for name, said in told.items()}
    return Row("CVE-2026-11111", "openssl", "deb", "fixed", ("osv",), severity, severities)


CASES = [
    (row("high"), "high"),
    (row("high", osv="high", trivy="high"), "high"),
    (row("critical", osv="critical", trivy="high"), "critical (OSV), high (Trivy)"),
    (row("critical", grype="high", osv="critical", trivy="high"), "critical (OSV), high (Grype, Trivy)"),
    (row("low", grype="negligible", trivy="low"), "low"),  # Trivy has no word for it
    (row("high", osv="unknown", trivy="high"), "high"),
    (row("high", trivy="high", trivy__debian="low", trivy__nvd="high"), "high (NVD), low (Debian)"),
    (row("high", osv="high", trivy="low", trivy__nvd="high"), "high (OSV), low (Trivy)"),
    (row("unknown", osv="unknown"), "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "cell"), CASES)
def test_opinions_are_told_where_they_differ(told, cell):
    assert severity_of(told) == cell


def test_sources_of_foreign_names_break_out_of_no_cell():
    told = row("high", **{"trivy: a|b <x> @team": "high", "trivy: nvd": "low"})
    assert severity_of(told) == "high (a\\|b \\<x\\> @\u2060team), low (NVD)"
