"""What Grype's reports say, in words that all scanners share."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Scan
from bot.scanners.grype.report import Counted, counted, read
from bot.scanners.kept import Identity
from tests.scanners.anything import anything
from tests.scanners.fakes import grype_report
from tests.scanners.images import contents, package

IDENTITY = Identity("0.116.0", "v6 of today")
IMAGE = contents(package("libc6", "2.36-9", "glibc"))


def match(name="CVE-2023-6246", *, related=(), fix=None, artifact=None, **about):
    return {
        "vulnerability": {
            "id": name,
            "dataSource": f"https://security-tracker.debian.org/tracker/{name}",
            "namespace": "debian:distro:debian:12",
            "severity": "High",
            "fix": fix or {"versions": ["2.36-9+deb12u4"], "state": "fixed"},
            "advisories": [{"id": "DSA-5611-1", "link": "https://x"}],
            **about,
        },
        "relatedVulnerabilities": list(related),
        "matchDetails": [{"type": "exact-indirect-match", "matcher": "dpkg-matcher"}],
        "artifact": {
            "name": "libc6",
            "version": "2.36-9",
            "type": "deb",
            "purl": "pkg:deb/debian/libc6@2.36-9?arch=amd64&upstream=glibc",
            "upstreams": [{"name": "glibc"}],
            **(artifact or {}),
        },
    }


def scan(report, image=IMAGE, packages=Counted(1, 0)):  # noqa: B008 -- it is a tuple
    return read(json.dumps(report).encode(), IDENTITY, image, packages)


def found(*matches):
    return scan(grype_report(*matches)).findings


def test_a_match_is_of_its_upstream_package():
    (got,) = found(match(), match(artifact={"name": "libc-bin"}))
    assert (got.id, got.package, got.family, got.installed) == (
        "CVE-2023-6246",
        "glibc",
        "deb",
        "2.36-9",
    )
    assert got.binaries == ("libc-bin", "libc6")
    assert (got.severity, got.severities) == ("high", {"debian": "high"})
    assert (got.fixed_in, got.state) == ("2.36-9+deb12u4", "fixed")
    assert got.aliases == {"CVE-2023-6246", "DSA-5611-1"}
    assert got.url == "https://security-tracker.debian.org/tracker/CVE-2023-6246"
    assert (got.exploited, got.epss) == (False, None)


@pytest.mark.parametrize(
    ("upstreams", "source"),
    [([], ("libc6", "2.36-9")), (None, ("libc6", "2.36-9")), ([{"name": "util-linux", "version": "2.38.1-5"}], ("util-linux", "2.38.1-5"))],
)  # fmt: skip
def test_a_package_without_upstream_is_its_own(upstreams, source):
    (got,) = found(match(artifact={"upstreams": upstreams}))
    assert (got.package, got.installed) == source


def test_an_advisory_goes_by_the_cve_behind_it():
    github = {
        "id": "CVE-2022-22965",
        "namespace": "nvd:cpe",
        "severity": "Critical",
        "epss": [{"epss": 0.94}],
    }
    (got,) = found(
        match(
            "GHSA-36p3-wjmg-h94x", related=[github], namespace="github:language:java", advisories=[],
            artifact={"name": "spring-core", "type": "java-archive", "upstreams": [],
                      "purl": "pkg:maven/org.springframework/spring-core@5.3.17"},
        )
    )  # fmt: skip
    assert got.id == "CVE-2022-22965"
    assert got.aliases == {"CVE-2022-22965", "GHSA-36p3-wjmg-h94x"}
    assert (got.package, got.family) == ("pkg:maven/org.springframework/spring-core", "maven")
    assert got.severities == {"ghsa": "high", "nvd": "critical"}
    assert (got.severity, got.epss) == ("high", 0.94)


def test_an_advisory_on_many_cves_is_one_row_for_each():
    related = [{"id": "CVE-2024-0002"}, {"id": "CVE-2024-0001"}]
    got = found(match("ELSA-2024-1", related=related, advisories=[]))
    assert [(f.id, f.aliases) for f in got] == [
        ("CVE-2024-0001", {"ELSA-2024-1", "CVE-2024-0001"}),
        ("CVE-2024-0002", {"ELSA-2024-1", "CVE-2024-0002"}),
    ]


def test_an_advisory_without_cve_keeps_its_own_name():
    assert found(match("ALAS-2024-1"))[0].id == "ALAS-2024-1"


def test_what_is_known_to_be_exploited_and_how_likely_it_is():
    told = {
        "knownExploited": [{"cve": "CVE-2023-6246"}],
        "epss": [{"epss": 0.2}, {"epss": 0.5}, {"epss": 7}, {"epss": True}, {"epss": 10**400}, 1],
    }
    (got,) = found(match(**told))
    assert (got.exploited, got.epss) == (True, 0.5)


@pytest.mark.parametrize(("state", "said"), [("fixed", "fixed"), ("not-fixed", "not-fixed"), ("wont-fix", "wont-fix"), ("", "unknown"), (None, "unknown"), ("odd", "unknown")])  # fmt: skip
def test_the_state_of_a_fix_is_as_told(state, said):
    assert found(match(fix={"state": state, "versions": []}))[0].state == said


@pytest.mark.parametrize(("word", "said"), [("Negligible", "negligible"), ("Critical", "critical"), ("Unknown", "unknown"), (None, "unknown")])  # fmt: skip
def test_severities_are_as_told(word, said):
    assert found(match(severity=word))[0].severity == said


def test_what_was_ignored_is_counted():
    assert scan(grype_report(match(), ignoredMatches=[match(), match()])).suppressed == 2


# ---------------------------------------------------------------- no false zero


def test_an_image_that_was_seen_is_not_doubted():
    got = scan(grype_report(match()))
    assert (got.doubts, got.packages, got.scanner) == ((), 1, "grype")


def test_a_distribution_that_is_not_recognised_is_doubted():
    assert scan(grype_report(match(), distro=())).doubts == (
        "Grype did not recognise the distribution.",
    )


def test_what_was_catalogued_is_counted_by_the_document_beside_the_report():
    purls = [
        "pkg:deb/debian/bash@5?arch=amd64",
        "pkg:rpm/rhel/x@1",
        "pkg:npm/%40a/b@1",
        "",
        None,
        "x",
    ]
    document = {"components": [*({"purl": purl} for purl in purls), 7]}
    assert counted(json.dumps(document).encode()) == (2, 1, {"pkg:npm/@a/b": ("1",)})
    assert counted(b"{}") == (0, 0, {})
    assert counted(b"") is None


def test_the_libraries_that_were_catalogued_are_known():
    libraries = {"pkg:npm/x": ("1",)}
    assert scan(grype_report(), packages=Counted(1, 1, libraries)).libraries == libraries
    assert scan(grype_report(), packages=None).libraries is None


def test_a_count_far_from_our_own_is_doubted():
    assert scan(grype_report(), packages=Counted(0, 3)).doubts == (
        "Grype catalogued no packages of the system, and basewatch read 1.",
    )
    assert scan(grype_report(), packages=None).packages is None


def test_a_distribution_without_support_is_doubted():
    alerts = [{"alerts": [{"type": "other"}, {"type": "distro-eol"}]}]
    (doubt,) = scan(grype_report(match(), alertsByPackage=alerts)).doubts
    assert doubt.startswith("Support of debian 12 has ended by Grype's data")


# ---------------------------------------------------------------- what others may send


@pytest.mark.parametrize(
    "report", [{}, [], {"matches": []}, {"matches": {}, "descriptor": {"name": "grype"}}]
)
def test_what_is_no_report_is_refused(report):
    with pytest.raises(ValueError, match="no report of its own"):
        scan(report)


def test_a_report_of_another_version_is_refused():
    with pytest.raises(ValueError, match="another version"):
        scan(grype_report(version="0.115.0"))


def test_a_match_without_name_is_refused_and_not_dropped():
    with pytest.raises(ValueError, match="without id or package"):
        found(match(artifact={"name": ""}))


KEYS = st.sampled_from(
    ["vulnerability", "id", "severity", "namespace", "fix", "versions", "state", "advisories", "knownExploited", "epss",
     "relatedVulnerabilities", "artifact", "name", "version", "type", "purl", "upstreams", "dataSource", "description",
     "ignoredMatches", "alertsByPackage", "alerts", "distro", "descriptor", "matches"]
)  # fmt: skip
ANYTHING = anything(KEYS, "deb", "CVE-2024-0001")


@given(
    st.dictionaries(KEYS, ANYTHING, max_size=4),
    st.lists(st.dictionaries(KEYS, ANYTHING, max_size=6), max_size=2),
)
def test_whatever_a_report_holds_it_is_a_scan_or_an_error_of_ours(report, matches):
    whole = {**report, **grype_report(*matches)}
    assert isinstance(said_of(json.dumps(whole).encode("utf-8", "surrogatepass")), Scan | str)


def said_of(data):
    try:
        return read(data, IDENTITY, IMAGE, counted(data))
    except ValueError as error:
        return f"{error}"
