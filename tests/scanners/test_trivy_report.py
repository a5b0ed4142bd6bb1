"""What Trivy's reports say, in words that all scanners share."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import OsRelease, Scan
from bot.scanners.kept import Identity
from bot.scanners.trivy.report import read
from tests.scanners.anything import anything
from tests.scanners.fakes import trivy_report
from tests.scanners.images import contents, package

IDENTITY = Identity("0.74.0", "2 of today")
LIBC = package("libc6", "2.36-9+deb12u4", "glibc")
IMAGE = contents(LIBC, package("libc-bin", "2.36-9+deb12u4", "glibc"))


def entry(name, source, version="2.36", release="9+deb12u4", uid=None, **more):
    return {"ID": f"{name}@{version}-{release}", "Name": name, "Identifier": {"UID": uid or name},
            "SrcName": source, "SrcVersion": version, "SrcRelease": release, **more}  # fmt: skip


def finding(name="CVE-2023-6246", package="libc6", **more):
    return {
        "VulnerabilityID": name,
        "PkgName": package,
        "PkgID": f"{package}@2.36-9+deb12u4",
        "PkgIdentifier": {
            "PURL": f"pkg:deb/debian/{package}@2.36-9%2Bdeb12u4?arch=amd64",
            "UID": package,
        },
        "InstalledVersion": "2.36-9+deb12u4",
        "FixedVersion": "2.36-9+deb12u5",
        "Status": "fixed",
        "Severity": "HIGH",
        "SeveritySource": "nvd",
        "VendorIDs": ["DSA-5611-1"],
        "VendorSeverity": {"nvd": 3, "debian": 1, "odd": 9},
        "Title": "glibc: heap overflow\nin syslog",
        "PrimaryURL": "https://avd.aquasec.com/nvd/cve-2023-6246",
        **more,
    }


PACKAGES = [entry("libc6", "glibc"), entry("libc-bin", "glibc")]


def scan(report, image=IMAGE):
    return read(json.dumps(report).encode(), IDENTITY, image)


def only(report, image=IMAGE):
    (found,) = scan(report, image).findings
    return found


def test_a_finding_is_of_its_source_package():
    got = only(trivy_report(finding(), finding(package="libc-bin"), packages=PACKAGES))
    assert (got.id, got.package, got.family, got.installed) == (
        "CVE-2023-6246", "glibc", "deb", "2.36-9+deb12u4")  # fmt: skip
    assert got.binaries == ("libc-bin", "libc6")
    assert (got.severity, got.fixed_in, got.state) == ("high", "2.36-9+deb12u5", "fixed")
    assert got.aliases == {"CVE-2023-6246", "DSA-5611-1"}
    assert got.severities == {"nvd": "high", "debian": "low"}
    assert (got.title, got.url) == (
        "glibc: heap overflow",
        "https://avd.aquasec.com/nvd/cve-2023-6246",
    )


def test_epochs_and_releases_make_a_whole_source_version():
    bsdutils = entry("libc6", "util-linux", "2.38.1", "5", SrcEpoch=1)
    assert only(trivy_report(finding(), packages=[bsdutils])).installed == "1:2.38.1-5"
    musl = entry("libc6", "musl", "1.2.4_git20230717-r5", "")
    assert only(trivy_report(finding(), packages=[musl])).installed == "1.2.4_git20230717-r5"


def test_a_finding_that_joins_no_package_keeps_its_own_name():
    got = only(trivy_report(finding(PkgID="", PkgIdentifier={}), packages=[]))
    assert (got.package, got.installed, got.family) == ("libc6", "2.36-9+deb12u4", "deb")


@pytest.mark.parametrize(("kind", "family"), [("alpine", "apk"), ("wolfi", "apk"), ("debian", "deb"), ("rocky", "rpm"), ("photon", "rpm")])  # fmt: skip
def test_without_a_purl_the_family_is_that_of_the_distribution(kind, family):
    assert only(trivy_report(finding(PkgIdentifier={}), kind=kind)).family == family


@pytest.mark.parametrize(
    ("status", "state"),
    [("fixed", "fixed"), ("affected", "not-fixed"), ("fix_deferred", "not-fixed"), ("will_not_fix", "wont-fix"),
     ("end_of_life", "wont-fix"), ("under_investigation", "unknown"), ("not_affected", "unknown"), ("", "unknown"), (7, "unknown")],
)  # fmt: skip
def test_statuses_are_said_as_states(status, state):
    assert only(trivy_report(finding(Status=status))).state == state


@pytest.mark.parametrize("word", ["UNKNOWN", "", None, "WORSE"])
def test_a_severity_that_is_none_is_unknown(word):
    got = only(trivy_report(finding(Severity=word, SeveritySource="x", VendorSeverity=None)))
    assert (got.severity, got.severities) == ("unknown", {})


def test_advisories_of_suse_keep_their_own_name():
    suse = finding("SUSE-SU-2020:0062-1", VendorIDs=None)
    assert only(trivy_report(suse, kind="suse linux enterprise server")).id == "SUSE-SU-2020:0062-1"


def test_the_tracker_before_a_cve_is_no_part_of_its_name():
    got = only(trivy_report(finding("DEBIAN-CVE-2024-0001")))
    assert got.id == "CVE-2024-0001"
    assert "DEBIAN-CVE-2024-0001" in got.aliases


def test_a_package_of_a_language_goes_by_its_purl():
    result = {"Class": "lang-pkgs", "Type": "jar", "Packages": [{"Name": "a:b"}], "Vulnerabilities": [
        finding("GHSA-aaaa-bbbb-cccc", "org.springframework:spring-core", FixedVersion="5.3.18, 5.2.20",
                PkgIdentifier={"PURL": "pkg:maven/org.springframework/spring-core@5.3.17?type=jar", "UID": "j"}),
    ]}  # fmt: skip
    got = only({**trivy_report(), "Results": [result]}, contents(os=None))
    assert (got.package, got.family) == ("pkg:maven/org.springframework/spring-core", "maven")
    assert (got.installed, got.fixed_in) == ("2.36-9+deb12u4", "5.3.18, 5.2.20")


def test_a_package_of_a_language_without_a_purl_gets_one():
    result = {
        "Class": "lang-pkgs",
        "Type": "gobinary",
        "Vulnerabilities": [finding(PkgIdentifier=None)],
    }
    assert only({**trivy_report(), "Results": [result]}).package == "pkg:gobinary/libc6"


def test_the_libraries_that_were_catalogued_are_known():
    packages = [
        {"Name": "x", "Version": "2", "Identifier": {"PURL": "pkg:npm/x@2"}},
        {"Name": "x", "Version": "1", "Identifier": {"PURL": "pkg:npm/x@1"}},
        {"Name": "stdlib", "Version": "v1.22.1"},
    ]
    result = {"Class": "lang-pkgs", "Type": "gobinary", "Packages": packages}
    report = trivy_report()
    got = scan({**report, "Results": [*report["Results"], result]})
    assert got.libraries == {"pkg:gobinary/stdlib": ("v1.22.1",), "pkg:npm/x": ("1", "2")}
    assert scan(report).libraries == {}


def test_only_links_of_the_web_are_taken():
    assert only(trivy_report(finding(PrimaryURL="javascript:alert(1)"))).url == ""
    assert only(trivy_report(finding(PrimaryURL="https://x/\n"))).url == ""


# ---------------------------------------------------------------- no false zero


def test_an_image_that_was_seen_whole_is_not_doubted():
    got = scan(trivy_report(packages=PACKAGES))
    assert (got.findings, got.packages, got.doubts, got.suppressed) == ((), 2, (), 0)
    assert (got.scanner, got.version, got.database) == ("trivy", "0.74.0", "2 of today")


@pytest.mark.parametrize("os", [{"Family": "none"}, {"Family": ""}, {"Name": "12"}])
def test_a_distribution_that_is_not_recognised_is_doubted(os):
    assert scan(trivy_report(packages=PACKAGES, os=os)).doubts == (
        "Trivy did not recognise the distribution.",
    )


def test_a_report_without_results_is_doubted_and_not_clean():
    got = scan({"SchemaVersion": 2})
    assert got.doubts == (
        "Trivy did not recognise the distribution.",
        "Trivy catalogued no packages of the system, and basewatch read 2.",
    )


def test_a_count_far_from_our_own_is_doubted():
    image = contents(*(package(f"p{n}", "1") for n in range(100)))
    few = [entry(f"p{n}", "x") for n in range(79)]
    assert scan(trivy_report(packages=few), image).doubts == (
        "Trivy catalogued 79 packages of the system, and basewatch read 100.",
    )
    enough = [*few, entry("p80", "x")]
    assert scan(trivy_report(packages=enough), image).doubts == ()


def test_packages_that_only_trivy_sees_are_doubted():
    got = scan(trivy_report(packages=PACKAGES), contents())
    assert got.doubts == ("Trivy catalogued 2 packages of the system, and basewatch read none.",)


def test_an_image_without_a_system_is_believed_where_something_was_seen_in_it():
    binary = {"Class": "lang-pkgs", "Type": "gobinary", "Packages": [{"Name": "stdlib"}]}
    nothing = {"SchemaVersion": 2, "Metadata": {}}
    assert scan({**nothing, "Results": [binary]}, contents(os=None)).doubts == ()
    assert scan(nothing, contents(os=None)).doubts == ("Trivy catalogued no packages.",)


def test_a_distribution_without_support_is_doubted():
    got = scan(
        trivy_report(packages=PACKAGES, os={"Family": "debian", "Name": "10.13", "EOSL": True})
    )
    (doubt,) = got.doubts
    assert doubt.startswith("Support of debian 10.13 has ended by Trivy's data")


def test_what_was_suppressed_is_counted():
    report = trivy_report(packages=PACKAGES)
    report["Results"][0]["ExperimentalModifiedFindings"] = [{"Type": "vulnerability"}, {}]
    assert scan(report).suppressed == 2


# ---------------------------------------------------------------- what others may send


@pytest.mark.parametrize("report", [{}, [], None, 2, {"SchemaVersion": 1}, {"SchemaVersion": "2"}])
def test_a_report_of_another_schema_is_refused(report):
    with pytest.raises(ValueError, match=r"^told a report that is not of schema 2$"):
        scan(report)


@pytest.mark.parametrize("missing", ["VulnerabilityID", "PkgName"])
def test_a_finding_without_name_is_refused_and_not_dropped(missing):
    with pytest.raises(ValueError, match="without id or package"):
        scan(trivy_report(finding(**{missing: None})))


KEYS = st.sampled_from(
    ["SchemaVersion", "Metadata", "OS", "Family", "Name", "EOSL", "Results", "Class", "Type", "Packages", "ID",
     "Identifier", "UID", "SrcName", "SrcVersion", "SrcEpoch", "SrcRelease", "Vulnerabilities", "VulnerabilityID",
     "PkgName", "PkgID", "PkgIdentifier", "PURL", "VendorIDs", "VendorSeverity", "Severity", "SeveritySource",
     "FixedVersion", "Status", "Title", "PrimaryURL", "ExperimentalModifiedFindings"]
)  # fmt: skip
ANYTHING = anything(KEYS, "os-pkgs", "CVE-2024-0001", "debian", "pkg:deb/debian/x@1")


@given(
    st.dictionaries(KEYS, ANYTHING, max_size=4),
    st.lists(st.dictionaries(KEYS, ANYTHING, max_size=6), max_size=2),
)
def test_whatever_a_report_holds_it_is_a_scan_or_an_error_of_ours(report, results):
    data = json.dumps({**report, "SchemaVersion": 2, "Results": results}).encode(
        "utf-8", "surrogatepass"
    )
    assert isinstance(said_of(data), Scan | str)


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_it_is_an_error_of_ours(data):
    with pytest.raises(ValueError, match=r"^told "):
        read(data, IDENTITY, IMAGE)


def test_an_image_of_another_system_is_told_so_by_its_own_release():
    assert scan(trivy_report(os={}), contents(os=OsRelease("x"))).doubts[0] == (
        "Trivy did not recognise the distribution."
    )


def said_of(data):
    try:
        return read(data, IDENTITY, IMAGE)
    except ValueError as error:
        return f"{error}"
