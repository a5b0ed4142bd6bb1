"""Packages matched by records on this machine, for who asks nobody."""

import contextlib
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EvidenceError
from bot.model import OsRelease
from bot.packages.versions import compare as ordered
from bot.scanners.osv import local, matching
from bot.scanners.osv.ecosystems import Query
from bot.scanners.osv.records import of, read
from tests.scanners.anything import anything
from tests.scanners.fakes import compare
from tests.scanners.images import opened, package
from tests.scanners.osv_server import record

BASH = package("bash", "5.2.15-2+b13", "bash", "5.2.15-2")
NEW_BASH = package("bash", "5.2.15-3+b1", "bash", "5.2.15-3")
FIXED = record("DEBIAN-CVE-2024-0001", events=[{"introduced": "0"}, {"fixed": "5.2.15-3"}])
UNFIXED = record("DEBIAN-CVE-2024-0002", events=[{"introduced": "0"}])
ARRIVED = record("DEBIAN-CVE-2024-0003", events=[{"introduced": "5.2.15-3"}, {"fixed": "5.2.15-4"}])
OTHER = record("DEBIAN-CVE-2024-0004", package="curl", events=[{"introduced": "0"}])
ELSEWHERE = record("DEBIAN-CVE-2024-0005", ecosystem="Debian:11", events=[{"introduced": "0"}])
ALL = [FIXED, UNFIXED, ARRIVED, OTHER, ELSEWHERE]


def folder(path, records=ALL):
    path.mkdir(parents=True, exist_ok=True)
    for each in records:
        (path / f"{each['id']}.json").write_text(json.dumps(each))
    return path


def zipped(path, records=ALL):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in records:
            archive.writestr(f"{each['id']}.json", json.dumps(each))
        archive.writestr("README.txt", "no record")
    return path


def matched(tmp_path, *paths, old=(BASH,), new=(NEW_BASH,), **more):
    images = opened(*old), opened(*new)
    return compare("osv", tmp_path, images, records=paths, **{"database_days": 30, **more})


def ids(scan):
    return [found.id for found in scan.findings]


@pytest.mark.parametrize("form", ["folder", "zip", "folders of zips"])
def test_records_tell_what_is_fixed_what_stays_and_what_is_new(form, tmp_path):
    where = tmp_path / "records"
    if form == "folder":
        folder(where / "deep" / "er")
    else:
        where.mkdir()
        zipped(where / "all.zip")
    told = matched(tmp_path, where / "all.zip" if form == "zip" else where)
    assert ids(told.old) == ["CVE-2024-0001", "CVE-2024-0002"]
    assert ids(told.new) == ["CVE-2024-0002", "CVE-2024-0003"]
    assert told.old.doubts == told.new.doubts == ()
    assert told.old.database == told.new.database
    assert told.new.findings[1].fixed_in == "5.2.15-4"


def test_several_files_are_read_together(tmp_path):
    paths = [zipped(tmp_path / f"{n}.zip", [each]) for n, each in enumerate(ALL)]
    assert ids(matched(tmp_path, *paths).old) == ["CVE-2024-0001", "CVE-2024-0002"]


def test_a_record_that_was_withdrawn_tells_nothing(tmp_path):
    gone = {**UNFIXED, "withdrawn": "2025-01-01T00:00:00Z"}
    assert ids(matched(tmp_path, folder(tmp_path / "r", [FIXED, gone])).new) == []


def test_a_pair_is_matched_once_until_the_records_change(tmp_path):
    where = folder(tmp_path / "r")
    first = matched(tmp_path, where)
    kept = [(where / f"{each['id']}.json").stat() for each in ALL]
    assert matched(tmp_path, where) == first
    folder(where, [record("DEBIAN-CVE-2024-0009", events=[{"introduced": "0"}])])
    assert "CVE-2024-0009" in ids(matched(tmp_path, where).old)
    assert kept


def test_records_that_have_nothing_on_a_distribution_are_doubted(tmp_path):
    where = folder(tmp_path / "r", [ELSEWHERE])
    assert matched(tmp_path, where).new.doubts == ("The OSV records have nothing on Debian:12.",)


def test_records_that_cannot_be_read_are_counted(tmp_path):
    where = folder(tmp_path / "r")
    (where / "bad.json").write_text("{")
    (where / "worse.json").write_text("[" * 99_999)
    (where / "empty.json").write_bytes(b"")
    # Without an id it could be about anything.
    (where / "nameless.json").write_text(json.dumps({**FIXED, "id": 1}))
    assert matched(tmp_path, where).old.doubts == (
        "4 files among the OSV records could not be read.",
    )


def test_a_record_that_is_too_large_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "RECORD_LIMIT", 2000)
    large = record("DSA-1-1", details="x" * 3000)
    for where in (folder(tmp_path / "r", [*ALL, large]), zipped(tmp_path / "r.zip", [*ALL, large])):
        assert matched(tmp_path, where).old.doubts == (
            "1 file among the OSV records could not be read.",
        )


@pytest.mark.parametrize(("name", "value"), [("MOST_RECORDS", 3), ("MOST_BYTES", 900)])
def test_records_without_measure_are_no_evidence(name, value, tmp_path, monkeypatch):
    monkeypatch.setattr(local, name, value)
    with pytest.raises(EvidenceError, match="there are more OSV records than"):
        matched(tmp_path, folder(tmp_path / "r"))


def test_files_without_measure_are_no_evidence(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "_MOST_FILES", 3)
    with pytest.raises(EvidenceError, match="it has more than 3 files"):
        matched(tmp_path, folder(tmp_path / "r"))


def test_links_are_not_followed(tmp_path):
    where = folder(tmp_path / "r", [FIXED])
    folder(tmp_path / "elsewhere", [UNFIXED])
    (where / "link.json").symlink_to(tmp_path / "elsewhere" / "DEBIAN-CVE-2024-0002.json")
    (where / "folder").symlink_to(tmp_path / "elsewhere")
    assert ids(matched(tmp_path, where).old) == ["CVE-2024-0001"]


@pytest.mark.parametrize("kind", ["missing", "no zip", "cut zip", "unknown method", "encrypted"])
def test_files_that_cannot_be_read_are_no_evidence(kind, tmp_path):
    path = tmp_path / "all.zip"
    if kind == "no zip":
        path.write_text("not at all")
    elif kind != "missing":
        data = bytearray(zipped(path).read_bytes())
        central = data.index(b"PK\1\2")
        if kind == "cut zip":
            data[60:90] = bytes(30)
        elif kind == "unknown method":
            data[central + 10] = data[8] = 77
        else:
            data[central + 8] |= 1
            data[6] |= 1
        path.write_bytes(data)
    with pytest.raises(EvidenceError, match=r"all\.zip"):
        matched(tmp_path, path)


def test_a_folder_that_cannot_be_entered_is_no_evidence(tmp_path, monkeypatch):
    where = folder(tmp_path / "r")

    def refused(*_args, onerror, **_more):
        onerror(PermissionError(13, "Permission denied"))
        return []

    monkeypatch.setattr("os.walk", refused)  # who runs tests as root is refused nothing
    with pytest.raises(EvidenceError, match="the OSV records cannot be read: Permission denied"):
        matched(tmp_path, where)


def test_old_records_are_doubted(tmp_path):
    told = matched(tmp_path, folder(tmp_path / "r"), database_days=10)
    assert told.old.doubts == ("OSV's data is of 2026-11-01, more than 10 days old.",)


def test_ubuntu_goes_by_its_release_with_or_without_its_support(tmp_path):
    jammy = OsRelease("ubuntu", "22.04")
    known = [
        record(f"UBUNTU-CVE-2024-000{n}", ecosystem=ecosystem, events=[{"introduced": "0"}],
               severity=[{"type": "Ubuntu", "score": "medium"}])
        for n, ecosystem in enumerate(["Ubuntu:22.04:LTS", "Ubuntu:22.04", "Ubuntu:Pro:22.04:LTS", "Ubuntu:24.04:LTS"])
    ]  # fmt: skip
    images = opened(BASH, os=jammy), opened(NEW_BASH, os=jammy)
    told = compare(
        "osv", tmp_path, images, records=(folder(tmp_path / "r", known),), database_days=30
    )
    assert ids(told.old) == ["CVE-2024-0000", "CVE-2024-0001"]
    assert told.old.findings[0].severities == {"ubuntu": "medium"}
    assert told.old.doubts == ()


def test_versions_of_a_record_that_cannot_be_compared_are_counted(tmp_path):
    odd = record("DEBIAN-CVE-2024-0006", events=[{"introduced": "0"}, {"fixed": "one two"}])
    told = matched(tmp_path, folder(tmp_path / "r", [odd]))
    assert told.old.doubts == (
        "The versions in 1 record (DEBIAN-CVE-2024-0006) cannot be compared.",
    )


# ---------------------------------------------------------------- ranges


def affected(version, *events, versions=(), kind="ECOSYSTEM"):
    entry = {"ranges": [{"type": kind, "events": list(events)}], "versions": list(versions)}
    return matching.affects(
        of(record("X-1", affected=entry)), Query("Debian:12", "bash", version), "deb"
    )


ZERO = {"introduced": "0"}


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([ZERO], ["0~1", "1"], []),
        ([ZERO, {"fixed": "2"}], ["1", "2~rc1"], ["2", "10"]),
        ([ZERO, {"last_affected": "2"}], ["1", "2"], ["2-1", "3"]),
        ([{"introduced": "1"}, {"fixed": "2"}], ["1", "1.5"], ["0.9", "2"]),
        ([{"fixed": "2"}, {"introduced": "1"}], ["1", "1.5"], ["0.9", "2"]),  # in any order
        (
            [ZERO, {"fixed": "1"}, {"introduced": "2"}, {"fixed": "3"}],
            ["0.1", "2.5"],
            ["1", "1.5", "3"],
        ),
        ([ZERO, {"fixed": "10"}, {"limit": "5"}], ["4"], ["5", "7"]),
        ([ZERO, {"limit": "*"}], ["4"], []),
        ([{"fixed": "2"}], [], ["1", "3"]),
        ([], [], ["1"]),
    ],
)
def test_ranges_hold_what_the_schema_says(events, inside, outside):
    assert [version for version in inside if not affected(version, *events)] == []
    assert [version for version in outside if affected(version, *events)] == []


def test_a_version_that_is_listed_is_affected_whatever_the_ranges():
    assert affected("7", {"introduced": "9"}, versions=["7"])
    assert not affected("8", {"introduced": "9"}, versions=["7"])


@pytest.mark.parametrize("kind", ["GIT", "SEMVER", None])
def test_ranges_of_another_order_say_nothing(kind):
    assert not affected("1", ZERO, kind=kind)


VERSIONS = st.from_regex(r"\A[1-9][0-9]?(\.[0-9]{1,2})?(~rc[0-9])?(-[0-9]{1,2})?\Z")


@given(VERSIONS, VERSIONS, VERSIONS)
def test_between_introduced_and_fixed_a_version_is_affected_and_nowhere_else(version, first, fix):
    inside = ordered("deb", first, version) <= 0
    if ordered("deb", first, fix) <= 0:  # else it is affected again from `first` on
        inside = inside and ordered("deb", version, fix) < 0
    assert affected(version, {"introduced": first}, {"fixed": fix}) == inside


@given(
    VERSIONS, st.permutations([ZERO, {"fixed": "5"}, {"introduced": "7"}, {"last_affected": "9"}])
)
def test_the_order_of_events_does_not_matter(version, events):
    assert affected(version, *events) == affected(
        version, ZERO, {"fixed": "5"}, {"introduced": "7"}, {"last_affected": "9"}
    )


def test_the_fix_is_the_first_after_what_is_there():
    entry = {
        "ranges": [{"type": "ECOSYSTEM", "events": [ZERO, {"fixed": v}]} for v in ("9", "5", "7")]
    }
    (got,) = matching.findings(
        of(record("X-1", affected=entry)), Query("Debian:12", "bash", "6"), (package("bash", "6"),)
    )
    assert got.fixed_in == "7"
    (got,) = matching.findings(
        of(record("X-1", affected=entry)), Query("Debian:12", "bash", "9"), (package("bash", "9"),)
    )
    assert got.fixed_in == "9"


def test_a_fix_that_cannot_be_compared_is_told_as_it_stands():
    entry = {"ranges": [{"type": "ECOSYSTEM", "events": [ZERO, {"fixed": "one two"}]}]}
    (got,) = matching.findings(
        of(record("X-1", affected=entry)), Query("Debian:12", "bash", "6"), (package("bash", "6"),)
    )
    assert (got.fixed_in, got.state) == ("one two", "fixed")


def test_a_package_at_its_end_of_life_is_not_going_to_be_fixed():
    entry = {
        "ranges": [{"type": "ECOSYSTEM", "events": [ZERO]}],
        "ecosystem_specific": {"urgency": "end-of-life"},
    }
    (got,) = matching.findings(
        of(record("X-1", affected=entry)), Query("Debian:12", "bash", "6"), (package("bash", "6"),)
    )
    assert (got.state, got.severity) == ("wont-fix", "unknown")


@pytest.mark.parametrize(
    ("said", "severities"),
    [
        ({"database_specific": {"severity": "MODERATE"}}, {"ghsa": "medium"}),
        ({"severity": [{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:C/I:C/A:C"}]}, {"cvss": "high"}),
        ({"severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}]}, {}),
        ({"severity": [{"type": "CVSS_V3", "score": "nonsense"}, {"type": "CVSS_V2", "score": "AV:L/AC:H/Au:N/C:P/I:N/A:N"}]}, {"cvss": "low"}),
        ({"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"}]}, {"cvss": "medium"}),
        ({"severity": "high"}, {}),
    ],
)  # fmt: skip
def test_severities_are_by_who_says_them(said, severities):
    assert read(json.dumps({"id": "GHSA-x", **said}).encode()).severities == severities


KEYS = st.sampled_from(["id", "modified", "withdrawn", "aliases", "upstream", "summary", "severity", "type", "score",
                        "affected", "package", "ecosystem", "name", "ranges", "events", "introduced", "fixed",
                        "last_affected", "limit", "versions", "ecosystem_specific", "urgency", "database_specific"])  # fmt: skip
ANYTHING = anything(KEYS, "Debian:12", "bash", "ECOSYSTEM", "1.0", "*")


@given(
    st.dictionaries(KEYS, ANYTHING),
    st.lists(st.dictionaries(KEYS, ANYTHING, max_size=6), max_size=2),
    VERSIONS,
)
def test_whatever_a_record_holds_it_tells_findings_or_an_error_of_ours(told, entries, version):
    pair = {"package": {"ecosystem": "Debian:12", "name": "bash"}}
    made = of({**told, "id": "DSA-1", "affected": [{**each, **pair} for each in entries]})
    query = Query("Debian:12", "bash", version)
    with contextlib.suppress(matching.UnorderedError):
        matching.affects(made, query, "deb")
    for found in matching.findings(made, query, (package("bash", version),)):
        assert found.id
