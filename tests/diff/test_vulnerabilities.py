"""What a move does about vulnerabilities, and when nobody's word on it counts."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diff import compared
from bot.model import Cycle, OsRelease, Unavailable
from tests.altered import replace
from tests.diff.made import deb, finding, image, scanned

A, B = "CVE-2026-11111", "CVE-2026-22222"
OLD = image("old", [deb("libc6", "2.36-9", "glibc"), deb("wget", "1-1"), deb("bash", "5-1")])
NEW = image("new", [deb("libc6", "2.36-10", "glibc"), deb("bash", "5-1"), deb("curl", "8-1")])


def kinds(words, old=OLD, new=NEW):
    return [(row.id, row.package, row.kind) for row in compared(words, old, new).rows]


def both(old=(), new=(), **more):
    return scanned(old, new, packages=(3, 3), **more)


CASES = [
    (both([finding(A)], []), "fixed"),
    (both([finding(A, "wget", "1-1")], []), "gone"),
    (both([], [finding(A, "bash", "5-1")]), "introduced"),
    (both([], [finding(A, "curl", "8-1")]), "arrived"),
    (both([finding(A)], [finding(A, installed="2.36-10")]), "present"),
    (both([finding(A, "bash", "5-1")], []), "unexplained"),
    (both([finding(A, "libc6", binaries=("libc6",))], []), "fixed"),
    (both([finding(A, "other", binaries=("libc6",))], []), "fixed"),
    (both([finding(A, "pkg:npm/x", "1", family="npm")], []), "fixed"),
    (both([], [finding(A, "pkg:npm/x", "1", family="npm")]), "introduced"),
    (
        both(
            [finding(A, "pkg:npm/x", "1", family="npm")],
            [finding(B, "pkg:npm/x", "1", family="npm")],
        ),
        "unexplained",
    ),
]


@pytest.mark.parametrize(("words", "kind"), CASES)
def test_a_row_has_the_class_that_its_package_tells(words, kind):
    assert (A, kind) in [(row.id, row.kind) for row in compared({"trivy": words}, OLD, NEW).rows]


X = finding(A, "pkg:npm/x", "1", family="npm")


@pytest.mark.parametrize(
    ("old", "new", "libraries", "told"),
    [
        ([X], [], ({"pkg:npm/x": ("1",)}, {"pkg:npm/y": ("1",)}), ("gone", "1", "")),
        ([X], [], ({"pkg:npm/x": ("1",)}, {"pkg:npm/x": ("2",)}), ("fixed", "1", "2")),
        ([X], [], ({"pkg:npm/x": ("1", "2")}, {"pkg:npm/x": ("2",)}), ("fixed", "1", "2")),
        ([X], [], ({"pkg:npm/x": ("1",)}, {"pkg:npm/x": ("1",)}), ("unexplained", "1", "1")),
        ([], [X], ({}, {"pkg:npm/x": ("1",)}), ("arrived", "", "1")),
        ([], [X], ({"pkg:npm/x": ("0",)}, {"pkg:npm/x": ("1",)}), ("introduced", "0", "1")),
        # Who lists no libraries, or lists this one nowhere, does not tell that it went.
        ([X], [], ({"pkg:npm/x": ("1",)}, None), ("fixed", "1", "")),
        ([X], [], ({}, {}), ("fixed", "1", "")),
    ],
)
def test_a_library_goes_as_a_package_of_the_system_does(old, new, libraries, told):
    (row,) = compared({"trivy": both(old, new, libraries=libraries)}, OLD, NEW).rows
    assert (row.kind, row.old, row.new) == told


def test_what_one_scanner_lists_counts_for_the_findings_of_another():
    words = {
        "grype": both([X], []),
        "trivy": both(libraries=({"pkg:npm/x": ("1",)}, {})),
    }
    assert kinds(words) == [(A, "pkg:npm/x", "gone")]


def test_a_kernel_of_several_versions_is_fixed_when_the_one_that_has_it_goes():
    old = image("old", [deb("k1", "1", "linux"), deb("k2", "2", "linux")])
    new = image("new", [deb("k2", "2", "linux"), deb("k3", "3", "linux")])
    words = scanned([finding(A, "linux", "1"), finding(B, "linux", "2")], [], packages=(2, 2))
    assert kinds({"trivy": words}, old, new) == [(B, "linux", "unexplained"), (A, "linux", "fixed")]


def test_nothing_is_fixed_that_anybody_still_sees():
    words = {
        "grype": both([finding(A)], [finding(A, installed="2.36-10")]),
        "trivy": both([finding(A)]),
    }
    (row,) = compared(words, OLD, NEW).rows
    assert (row.kind, row.by) == ("present", ("grype",))
    assert (row.old, row.new) == ("2.36-9", "2.36-10")


def test_scanners_that_call_it_differently_make_one_row():
    ghsa = "GHSA-fq5x-69xq-6x23"
    words = {
        "grype": both([finding(ghsa, aliases=frozenset({A}), severity="high", epss=0.3)]),
        "osv": both([finding(f"DEBIAN-{A}", severity="low", exploited=True)]),
        "trivy": both([finding(A, aliases=frozenset({ghsa}), severity="medium", severities={"nvd": "critical"}, fixed_in="2.36-10", state="fixed", title="t", url="u")]),
    }  # fmt: skip
    (row,) = compared(words, OLD, NEW).rows
    assert (row.id, row.by, row.severity) == (A, ("grype", "osv", "trivy"), "high")
    assert row.severities == {
        "grype": "high",
        "osv": "low",
        "trivy": "medium",
        "trivy: nvd": "critical",
    }
    assert (row.exploited, row.epss, row.state, row.fixed_in) == (True, 0.3, "fixed", "2.36-10")
    assert (row.old, row.new, row.title, row.url) == ("2.36-9", "2.36-10", "t", "u")


def test_one_advisory_about_two_joins_them_not():
    advisory = frozenset({"DSA-1-1"})
    words = both([finding(A, aliases=advisory), finding(B, aliases=advisory)])
    assert [row.id for row in compared({"trivy": words}, OLD, NEW).rows] == [A, B]


def test_the_same_vulnerability_of_two_packages_is_two_rows():
    words = both([finding(A), finding(A, "wget", "1-1")])
    assert kinds({"trivy": words}) == [(A, "glibc", "fixed"), (A, "wget", "gone")]


def test_bad_news_comes_first_and_the_worst_of_it_on_top():
    words = both(
        [finding(A, severity="critical"), finding(B, "bash", "5-1", severity="low")],
        [
            finding(B, "bash", "5-1"),
            finding("CVE-2026-30000", "curl", "8-1", severity="high"),
            finding("CVE-2026-40000", "bash", "5-1", severity="low"),
            finding("CVE-2026-50000", "bash", "5-1", severity="medium"),
        ],
    )
    rows = compared({"trivy": words}, OLD, NEW).rows
    assert [(row.kind, row.severity) for row in rows] == [
        ("introduced", "medium"),
        ("introduced", "low"),
        ("arrived", "high"),
        ("fixed", "critical"),
        ("present", "unknown"),
    ]


FRAIL = [
    (scanned(packages=(0, 0)), "It found no packages at all in the old image, where 3 are installed."),
    (scanned(packages=(3, 2)), "It found 2 packages in the new image, where 3 are installed."),
    (scanned(packages=(None, None)), "It found nothing in the old image, and does not tell how many packages it looked at."),
    (scanned(packages=(3, 3), doubts=("The feed ended.",)), "The feed ended."),
]  # fmt: skip


@pytest.mark.parametrize(("words", "sentence"), FRAIL)
def test_a_count_that_cannot_be_believed_makes_a_scanner_inconclusive(words, sentence):
    found = compared({"trivy": words}, OLD, NEW)
    assert sentence in found.scanners[0].inconclusive
    assert not found.conclusive


def test_more_packages_than_ours_are_no_reason_to_doubt():
    assert compared({"trivy": scanned(packages=(300, 310))}, OLD, NEW).conclusive


def test_findings_without_a_count_are_believed():
    words = scanned([finding(A)], [finding(A)], packages=(None, None))
    assert compared({"trivy": words}, OLD, NEW).conclusive


def test_an_image_where_nobody_finds_a_package_is_not_free_of_vulnerabilities():
    found = compared({"osv": scanned(packages=(0, 0))}, image("a"), image("b"))
    assert found.scanners[0].inconclusive == (
        "It found no packages at all in the old image.",
        "It found no packages at all in the new image.",
    )


def test_a_scanner_that_says_why_it_was_not_asked_is_not_said_to_have_found_nothing():
    found = compared(
        {"osv": scanned(packages=(0, 0), doubts=("Not asked.",))}, image("a"), image("b")
    )
    assert found.scanners[0].inconclusive == ("Not asked.",)
    assert not found.conclusive


def test_an_unknown_distribution_makes_every_scanner_inconclusive():
    new = image("new", [deb("libc6", "1")], os=None)
    found = compared({"osv": scanned()}, image("old", [deb("libc6", "1")]), new)
    assert found.scanners[0].inconclusive == (
        "The new image does not say which distribution it is, so advisories may not fit.",
    )


def test_layers_that_could_not_be_read_make_every_scanner_inconclusive():
    new = image("new", [deb("a", "1")], missing=("Layer 3 is not published.",))
    found = compared({"osv": scanned()}, image("old", [deb("a", "1")]), new)
    assert found.scanners[0].inconclusive == (
        "Not all of the new image could be read: Layer 3 is not published.",
    )


def test_advisories_of_all_scanners_are_told_with_their_row():
    words = {
        "osv": both([finding(A, aliases=frozenset({A, "DSA-5764-1"}))]),
        "trivy": both([finding(A, aliases=frozenset({"DLA-3942-1", "DSA-5764-1"}))]),
    }
    (row,) = compared(words, OLD, NEW).rows
    assert row.advisories == ("DLA-3942-1", "DSA-5764-1")


BUSTER = Cycle("Debian 10 (buster)", "system", security_until=dt.date(2022, 9, 10))
ALPINE = Cycle("Alpine 3.12", "system", security_until=dt.date(2022, 5, 1))


def test_where_support_of_a_system_ended_nothing_found_is_no_zero_whoever_looked():
    words = {"osv": both(), "trivy": both([finding(A)])}
    found = compared(words, OLD, NEW, (BUSTER, BUSTER))
    assert not found.conclusive
    assert found.rows == ()
    assert [len(word.inconclusive) for word in found.scanners] == [1, 1]
    assert found.scanners[0].inconclusive[0] == (
        "Support of Debian 10 (buster), the system of both images, ended on 2022-09-10:"
        " what was found in it since may be in no data."
    )


@pytest.mark.parametrize(("ended", "sides"), [
    ((ALPINE, None), ["old"]),
    ((None, ALPINE), ["new"]),
    ((BUSTER, ALPINE), ["old", "new"]),
])  # fmt: skip
def test_one_side_whose_support_ended_is_enough_and_named(ended, sides):
    (word,) = compared({"osv": both()}, OLD, NEW, ended).scanners
    assert [
        re.search(r"the system of the (\w+) image", said)[1] for said in word.inconclusive
    ] == sides


def test_two_versions_of_the_data_are_not_compared():
    one, other = scanned(database="monday"), scanned(database="tuesday")
    mixed = type(one)(one.old, other.new)
    found = compared({"osv": mixed}, image("old", [deb("a", "1")]), image("new", [deb("a", "1")]))
    assert found.scanners[0].inconclusive == (
        "The two images were scanned with different data, so new advisories would mislead.",
    )


def test_rows_of_scanners_that_do_not_count_are_left_out():
    words = {
        "grype": both([finding(A)]),
        "osv": Unavailable("it timed out"),
        "trivy": scanned([finding(B)], [], packages=(3, 0)),
    }
    found = compared(words, OLD, NEW)
    assert [row.id for row in found.rows] == [A]
    assert [(w.scanner, w.unavailable, bool(w.inconclusive)) for w in found.scanners] == [
        ("grype", "", False),
        ("osv", "it timed out", False),
        ("trivy", "", True),
    ]
    assert found.conclusive


def test_without_a_scanner_nothing_is_known():
    assert not compared({}, OLD, NEW).conclusive
    assert not compared({"osv": Unavailable("offline")}, OLD, NEW).conclusive


def many(count, **more):
    return [finding(f"CVE-2026-{n:05d}", "bash", "5-1", **more) for n in range(count)]


def test_who_finds_nothing_where_another_finds_a_lot_is_not_believed():
    words = {"osv": both(many(6), many(5)), "trivy": both()}
    found = compared(words, OLD, NEW)
    (said,) = found.scanners[1].inconclusive
    assert said == (
        "It found nothing in either image, where osv found 5 in the new one: its data may have"
        " nothing on this system."
    )
    assert {row.by for row in found.rows} == {("osv",)}


@pytest.mark.parametrize(
    ("loud", "silent"),
    [
        (both(many(4), many(9)), both()),  # so few that another may well see none of them
        (both(many(9), many(9)), both([finding(A)], [])),  # it found what was fixed
        (both(many(9), many(9)), both(suppressed=(9, 9))),  # all that it found was left out
    ],
)
def test_who_finds_less_than_another_is_believed(loud, silent):
    words = compared({"osv": loud, "trivy": silent}, OLD, NEW).scanners
    assert [word.inconclusive for word in words] == [(), ()]


def test_nothing_is_made_of_the_silence_of_who_does_not_count_anyway():
    words = {"osv": both(many(9), many(9)), "trivy": Unavailable("it is not there")}
    assert compared(words, OLD, NEW).scanners[1].inconclusive == ()
    assert compared({"trivy": both()}, OLD, NEW).scanners[0].inconclusive == ()


def test_what_was_left_out_by_request_is_counted():
    found = compared({"trivy": both(suppressed=(2, 1))}, OLD, NEW)
    assert found.scanners[0].suppressed == (2, 1)


IDS = [A, B, f"DEBIAN-{A}", "GHSA-fq5x-69xq-6x23", "DSA-1-1"]
FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from(IDS),
        st.sampled_from(["glibc", "bash", "wget", "curl"]),
        aliases=st.frozensets(st.sampled_from(IDS), max_size=2),
        severity=st.sampled_from(["low", "high"]),
    ),
    max_size=5,
)


@given(FINDINGS, FINDINGS, FINDINGS)
def test_order_of_findings_changes_nothing_and_none_is_lost(one, other, third):
    words = {"trivy": both(one, other), "osv": both(third, other)}
    again = {"osv": both(third[::-1], other[::-1]), "trivy": both(one[::-1], other[::-1])}
    found = compared(words, OLD, NEW)
    assert found.rows == compared(again, OLD, NEW).rows
    assert {f.package for f in [*one, *other, *third]} == {row.package for row in found.rows}


def test_a_family_that_is_no_distribution_has_its_own_row():
    system = OsRelease("debian", "12")
    new = image("new", [deb("libc6", "2.36-10", "glibc")], os=system)
    words = both([], [finding(A, "glibc", family="npm"), finding(A, "glibc")])
    assert len(kinds({"t": words}, OLD, new)) == 2


def test_two_versions_of_a_scanner_or_two_platforms_are_not_compared():
    one, other = scanned(), scanned()
    mixed = type(one)(replace(one.old, version="0"), other.new)
    new = image("new", [deb("a", "1")])
    object.__setattr__(new.image, "platform", "linux/arm64")
    found = compared({"osv": mixed}, image("old", [deb("a", "1")]), new)
    assert found.scanners[0].inconclusive == (
        "The two images were scanned by two versions: 0 and 1.",
        "The images are of two platforms: linux/amd64 and linux/arm64.",
    )
