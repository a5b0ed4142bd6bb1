"""What is the same vulnerability, whatever it is called."""

import pytest

from bot.diff.ids import advisories, canonical, cleaned, folded, joining, rank, worst
from bot.model import SEVERITIES
from tests.diff.made import finding

GHSA = "GHSA-fq5x-69xq-6x23"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CVE-2024-12345", "CVE-2024-12345"),
        ("DEBIAN-CVE-2024-12345", "CVE-2024-12345"),
        ("ALPINE-CVE-2024-12345", "CVE-2024-12345"),
        ("UBUNTU-CVE-2024-12345", "CVE-2024-12345"),
        (" cve-2024-12345 ", "CVE-2024-12345"),
        ("ghsa-FQ5X-69XQ-6x23", GHSA),
        ("DSA-4613-1", "DSA-4613-1"),
        ("openSUSE-SU-2020:0062-1", "openSUSE-SU-2020:0062-1"),
    ],
)
def test_a_converters_prefix_is_no_part_of_an_id(name, meant):
    assert cleaned(name) == meant


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["DSA-1-1", "GO-2024-1234", GHSA, "CVE-2024-12345"], "CVE-2024-12345"),
        (["DSA-1-1", "GO-2024-1234", GHSA], GHSA),
        (["DSA-1-1", "GO-2024-1234"], "GO-2024-1234"),
        (["RHSA-2", "DSA-1-1"], "DSA-1-1"),
        (["CVE-2024-20000", "CVE-2024-10000"], "CVE-2024-10000"),
        ([], ""),
    ],
)
def test_a_cve_is_shown_before_all_others(names, shown):
    assert canonical(names) == shown


def test_advisories_are_told_from_all_other_names_and_ordered_by_number():
    names = ["DSA-5764-1", "CVE-2024-12345", "DSA-999-1", GHSA, "RHSA-2024:8935", "USN-1-1", "DSA-x",
             " DSA-999-1", "ALAS2023-2024-681", "openSUSE-SU-2020:0062-1", "GO-2024-1234"]  # fmt: skip
    assert advisories(names) == (
        *("ALAS2023-2024-681", "DSA-999-1", "DSA-5764-1", "RHSA-2024:8935", "USN-1-1"),
        "openSUSE-SU-2020:0062-1",
    )


def test_a_distributions_advisory_joins_nothing():
    one = finding("CVE-2024-10000", aliases=frozenset({"DSA-1-1", GHSA}))
    assert joining(one) == {"CVE-2024-10000", GHSA}


def test_an_advisory_about_several_is_none_of_them():
    bundle = finding("DSA-1-1", aliases=frozenset({"CVE-2024-10000", "CVE-2024-20000"}))
    assert joining(bundle) == {"DSA-1-1"}
    single = finding("DSA-1-1", aliases=frozenset({"CVE-2024-10000"}))
    assert joining(single) == {"DSA-1-1", "CVE-2024-10000"}


def test_severities_are_a_ladder():
    assert [rank(severity) for severity in SEVERITIES] == [0, 1, 2, 3, 4, 5]
    assert worst(["low", "critical", "unknown"]) == "critical"
    assert worst([]) == "unknown"
    assert [folded(s) for s in ("negligible", "low", "high")] == ["low", "low", "high"]
