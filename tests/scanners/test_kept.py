"""What is kept of results: as it was, within bounds, and never the cause of a failure."""

import os
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SEVERITIES, Finding, Scan
from bot.scanners.ids import canonical, cves, is_cve, plain
from bot.scanners.keeping import packed, unpacked
from bot.scanners.merging import distinct
from bot.scanners.moments import moment
from bot.scanners.store import Store

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
SEVERITY = st.sampled_from(SEVERITIES)
FINDING = st.builds(
    Finding,
    id=TEXT, package=TEXT, family=TEXT, installed=TEXT, severity=SEVERITY, fixed_in=TEXT,
    state=st.sampled_from(["fixed", "not-fixed", "wont-fix", "unknown"]), aliases=st.frozensets(TEXT, max_size=3),
    binaries=st.lists(TEXT, max_size=3).map(tuple), severities=st.dictionaries(TEXT, SEVERITY, max_size=2),
    exploited=st.booleans(), epss=st.none() | st.floats(0, 1), title=TEXT, url=TEXT,
)  # fmt: skip
SCAN = st.builds(
    Scan, scanner=TEXT, version=TEXT, database=TEXT, findings=st.lists(FINDING, max_size=4).map(tuple),
    packages=st.none() | st.integers(0, 99), doubts=st.lists(TEXT, max_size=2).map(tuple), suppressed=st.integers(0, 9),
    libraries=st.none() | st.dictionaries(TEXT, st.lists(TEXT, max_size=2).map(tuple), max_size=3),
)  # fmt: skip


@given(SCAN)
def test_a_scan_comes_back_as_it_was(scan):
    assert unpacked(packed(scan)) == scan


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"1", b"{}", b'{"findings": 1}', b'{"findings": [[]]}', b'{"findings": [], "doubts": [], "more": 1}',
     packed(Scan("x", "1", "d", (Finding("a", "b", "c", "d"),))).replace(b'"unknown"', b'"odd"'), b"[" * 99_999],
)  # fmt: skip
def test_what_we_did_not_write_is_not_found(data):
    assert unpacked(data) is None


def test_bytes_are_kept_by_kind_and_name(tmp_path):
    store = Store(tmp_path / "deep" / "kept.sqlite", 1)
    assert store.read("a", ["x"]) == {}
    store.write("a", {"x": b"1", "y": b"2"})
    store.write("b", {"x": b"3"})
    store.write("a", {"y": b"4"})
    assert Store(tmp_path / "deep" / "kept.sqlite", 2).read("a", ["x", "y", "z"]) == {
        "x": b"1",
        "y": b"4",
    }
    assert store.read("b", []) == {}


def test_many_names_are_looked_up_at_once(tmp_path):
    store = Store(tmp_path / "kept.sqlite", 1)
    many = {f"{n}": b"%d" % n for n in range(1201)}
    store.write("a", many)
    assert store.read("a", [*many, "none"]) == many


def test_nothing_is_kept_nowhere():
    store = Store(None, 1)
    store.write("a", {"x": b"1"})
    assert store.read("a", ["x"]) == {}


def test_what_was_longest_unused_goes_first(tmp_path):
    path, body = tmp_path / "kept.sqlite", os.urandom(20_000)
    for day in range(1, 11):
        Store(path, day).write("a", {f"{day}": body})
    assert Store(path, 20).read("a", ["2"])  # used again
    Store(path, 20, most=100_000).write("a", {"new": body})
    left = Store(path, 20).read("a", [*map(str, range(1, 11)), "new"])
    assert {"2", "new"} <= set(left)
    assert len(left) <= 5
    assert "1" not in left


def test_a_file_that_is_damaged_is_made_anew(tmp_path):
    path = tmp_path / "kept.sqlite"
    path.write_bytes(b"no database" * 999)
    store = Store(path, 1)
    store.write("a", {"x": b"1"})
    assert store.read("a", ["x"]) == {}
    store.write("a", {"x": b"1"})
    assert store.read("a", ["x"]) == {"x": b"1"}


@pytest.mark.parametrize("body", [b"no zlib", "text", b"x\x9c"])
def test_a_body_that_is_damaged_is_not_found(body, tmp_path):
    path = tmp_path / "kept.sqlite"
    Store(path, 1).write("a", {"x": b"1", "y": b"2"})
    database = sqlite3.connect(path)
    database.execute("UPDATE kept SET body = ? WHERE name = 'x'", (body,))
    database.commit()
    database.close()
    assert Store(path, 1).read("a", ["x", "y"]) == {"y": b"2"}


def test_a_place_that_cannot_be_written_keeps_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "kept.sqlite", tmp_path):
        store = Store(path, 1)
        store.write("a", {"x": b"1"})
        assert store.read("a", ["x"]) == {}


# ---------------------------------------------------------------- one finding of several


@pytest.mark.parametrize(
    ("names", "one"),
    [
        (["GHSA-x", "CVE-2024-0001"], "CVE-2024-0001"),
        (["DEBIAN-CVE-2024-0001", "DSA-1"], "CVE-2024-0001"),
        (["GO-2024-1", "GHSA-x"], "GHSA-x"),
        (["RHSA-1", "PYSEC-1"], "PYSEC-1"),
        (["b", "a"], "a"),
        (["CVE-2024-x"], "CVE-2024-x"),
    ],
)
def test_one_name_stands_for_all(names, one):
    assert canonical(names) == one


def test_only_the_tracker_before_a_cve_is_left_out():
    assert plain("ALPINE-CVE-2024-0001") == "CVE-2024-0001"
    assert plain("UBUNTU-1") == "UBUNTU-1"
    assert plain("OTHER-CVE-2024-0001") == "OTHER-CVE-2024-0001"
    assert [is_cve(name) for name in ("CVE-2024-0001", "CVE-2024-001", "xCVE-2024-0001")] == [
        True,
        False,
        False,
    ]
    assert cves(["UBUNTU-CVE-2024-0002", "CVE-2024-0001", "DSA-1", "CVE-2024-0002"]) == (
        "CVE-2024-0001",
        "CVE-2024-0002",
    )


def test_what_is_said_of_one_thing_is_put_together():
    first = Finding(
        "CVE-1",
        "a",
        "deb",
        "1",
        "low",
        "",
        "wont-fix",
        frozenset({"x"}),
        ("b",),
        {"nvd": "low"},
        epss=0.1,
    )
    other = Finding("CVE-1", "a", "deb", "2", "high", "3", "fixed", frozenset({"y"}), ("a",), {"nvd": "high"}, True, 0.2, "T", "https://u")  # fmt: skip
    (got,) = distinct([first, other])
    assert got == Finding(
        "CVE-1", "a", "deb", "1, 2", "high", "3", "fixed", frozenset({"x", "y"}), ("a", "b"), {"nvd": "high"}, True, 0.2, "T", "https://u"
    )  # fmt: skip


@given(st.lists(FINDING, max_size=4), st.randoms())
def test_each_is_there_once_whatever_their_order(findings, random):
    got = distinct(findings)
    keys = [(found.id, found.family, found.package) for found in got]
    assert keys == sorted({(found.id, found.family, found.package) for found in findings})
    random.shuffle(findings)
    assert [(f.id, f.severity, f.state, f.aliases, f.severities) for f in distinct(findings)] == [
        (f.id, f.severity, f.state, f.aliases, f.severities) for f in got
    ]


@pytest.mark.parametrize(
    ("told", "when"),
    [
        ("2026-11-21T18:00:00.123456789Z", "2026-11-21T18:00:00.123456+00:00"),
        ("2026-11-21T18:00:00", "2026-11-21T18:00:00+00:00"),
        ("2026-11-21T18:00:00+02:00", "2026-11-21T18:00:00+02:00"),
        ("soon", None),
        ("", None),
    ],
)
def test_times_are_read_with_or_without_a_zone(told, when):
    got = moment(told)
    assert (got and got.isoformat()) == when
