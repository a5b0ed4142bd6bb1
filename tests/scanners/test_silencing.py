"""What is left out because somebody said so."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EvidenceError
from bot.model import Finding, Scan
from bot.scanners import purls
from bot.scanners.silencing import silence
from tests.altered import replace
from tests.scanners.images import contents

TODAY = dt.date(2026, 11, 22)
DIGEST = "sha256:" + "a" * 64
INDEX = "sha256:" + "b" * 64
IMAGE = replace(contents().image, digest=DIGEST, index=INDEX)
BASH = Finding(
    "CVE-2024-0001",
    "bash",
    "deb",
    "5.2.15-2",
    aliases=frozenset({"DEBIAN-CVE-2024-0001", "GHSA-x"}),
    binaries=("bash-static",),
)
SPRING = Finding("CVE-2022-22965", "pkg:maven/org.springframework/spring-core", "maven", "5.3.17")
PERL = Finding("CVE-2024-0002", "perl", "deb", "5.36.0-7")


@pytest.fixture
def left(tmp_path):
    """The ids that are left of all three findings, by what two files say."""

    def of(*statements, ignore=None, **document):
        vex = tmp_path / "vex.json"
        whole = {"@context": "https://openvex.dev/ns/v0.2.0", "timestamp": "2024-01-01T00:00:00Z",
                 "statements": list(statements), **document}  # fmt: skip
        vex.write_text(json.dumps(whole))
        path = tmp_path / "ignored" if ignore is not None else None
        if path:
            path.write_text(ignore)
        scan = Scan("x", "1", "d", (BASH, SPRING, PERL), suppressed=1)
        got = silence([vex], path, TODAY).over(scan, IMAGE)
        assert got.suppressed == 1 + 3 - len(got.findings)
        return [found.package.rpartition("/")[2] for found in got.findings]

    return of


def states(vulnerability, *products, status="not_affected", **more):
    products = [{"@id": p} if isinstance(p, str) else p for p in products]
    named = {"name": vulnerability} if isinstance(vulnerability, str) else vulnerability
    return {"vulnerability": named, "products": products, "status": status, **more}


ALL = ["bash", "spring-core", "perl"]


def test_nothing_said_leaves_everything(left):
    assert left() == ALL


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("CVE-2024-0001", ALL[1:]),
        ("# CVE-2024-0001\n\n  GHSA-x  # an alias\n", ALL[1:]),
        ("CVE-2024-0001 exp:2026-11-22", ALL[1:]),
        ("CVE-2024-0001 exp:2026-11-21", ALL),
        ("CVE-2024-0001 because exp:2027-01-01", ALL[1:]),
        ("CVE-2024-00", ALL),
        ("", ALL),
        ("CVE-2024-0001\r\nCVE-2024-0002\r\n", ["spring-core"]),
    ],
)
def test_a_list_is_read_as_trivy_reads_its_own(text, rest, left):
    assert left(ignore=text) == rest


@pytest.mark.parametrize(
    ("product", "rest"),
    [
        ("pkg:deb/debian/bash", ALL[1:]),
        ("pkg:deb/debian/bash@5.2.15-2?arch=amd64", ALL[1:]),
        ("pkg:deb/debian/bash-static", ALL[1:]),
        ("pkg:deb/debian/bash@5.2.15-3", ALL),
        ("pkg:rpm/redhat/bash", ALL),
        ("bash", ALL),
        (DIGEST, ALL[1:]),
        (f"pkg:oci/debian@{INDEX.replace(':', '%3A')}?repository_url=x", ALL[1:]),
        (f"pkg:oci/debian@sha256%3A{'c' * 64}", ALL),
        ("pkg:oci/debian", ALL),  # it would be true of every image of that name
        ({"@id": "x", "identifiers": {"purl": "pkg:deb/debian/bash"}}, ALL[1:]),
        ({"@id": DIGEST, "subcomponents": [{"@id": "pkg:deb/debian/bash"}]}, ALL[1:]),
        ({"@id": DIGEST, "subcomponents": [{"@id": "pkg:deb/debian/curl"}]}, ALL),
    ],
)
def test_a_statement_counts_for_its_products(product, rest, left):
    assert left(states("CVE-2024-0001", product)) == rest


def test_a_package_of_a_language_is_meant_by_its_purl(left):
    assert left(states("CVE-2022-22965", "pkg:maven/org.springframework/spring-core@5.3.17")) == [
        "bash",
        "perl",
    ]
    assert left(states("CVE-2022-22965", "pkg:maven/org.springframework/spring-web")) == ALL


@pytest.mark.parametrize(("status", "rest"), [("not_affected", ALL[1:]), ("fixed", ALL[1:]), ("affected", ALL), ("under_investigation", ALL), (None, ALL)])  # fmt: skip
def test_only_what_does_no_harm_is_left_out(status, rest, left):
    assert left(states("CVE-2024-0001", "pkg:deb/debian/bash", status=status)) == rest


def test_of_several_statements_the_latest_holds(left):
    early = states("CVE-2024-0001", "pkg:deb/debian/bash", timestamp="2023-01-01T00:00:00Z")
    late = states("CVE-2024-0001", "pkg:deb/debian/bash", status="affected")
    assert left(early, late) == left(late, early) == ALL


def test_names_may_be_aliases_and_of_the_older_form(left):
    assert left(states({"name": "X-1", "aliases": ["GHSA-x"]}, DIGEST)) == ALL[1:]
    assert (
        left({"vulnerability": "CVE-2024-0001", "products": [DIGEST], "status": "fixed"}) == ALL[1:]
    )


def test_other_kinds_of_documents_are_left_to_the_programs(left):
    assert left(states("CVE-2024-0001", DIGEST), **{"@context": "https://cyclonedx.org"}) == ALL


def test_files_that_cannot_be_read_are_errors_of_ours(tmp_path):
    bad = tmp_path / "bad"
    with pytest.raises(EvidenceError, match="bad cannot be read: No such file"):
        silence([], bad, TODAY)
    bad.write_text("{")
    with pytest.raises(EvidenceError, match="bad is no JSON"):
        silence([bad], None, TODAY)
    bad.write_bytes(b"x" * ((8 << 20) + 1))
    with pytest.raises(EvidenceError, match="bad is larger than 8 MiB"):
        silence([], bad, TODAY)


KEYS = st.sampled_from(
    [
        "vulnerability",
        "name",
        "aliases",
        "products",
        "@id",
        "identifiers",
        "purl",
        "subcomponents",
        "status",
        "timestamp",
    ]
)
LEAVES = (
    st.none()
    | st.integers()
    | st.text()
    | st.sampled_from(["CVE-2024-0001", "not_affected", DIGEST, "pkg:deb/debian/bash"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(KEYS, ANYTHING, max_size=6), max_size=2))
def test_whatever_a_document_holds_findings_are_left_out_or_not(tmp_path_factory, statements):
    path = tmp_path_factory.getbasetemp() / "any-vex.json"
    path.write_bytes(
        json.dumps({"@context": "https://openvex.dev", "statements": statements}).encode(
            "utf-8", "surrogatepass"
        )
    )
    got = silence([path], None, TODAY).over(Scan("x", "1", "d", (BASH, SPRING)), IMAGE)
    assert len(got.findings) + got.suppressed == 2


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("pkg:deb/debian/bash@5.2%2B1?arch=amd64#x", ("deb", "debian/bash", "5.2+1")),
        ("pkg:npm/%40babel/core@7.0.0", ("npm", "@babel/core", "7.0.0")),
        ("pkg://golang/github.com/a/b", ("golang", "github.com/a/b", "")),
        ("pkg:x", None),
        ("deb/debian/bash", None),
        ("", None),
    ],
)
def test_purls_are_read_without_qualifiers(text, read):
    assert purls.read(text) == (read and purls.Purl(*read))


@given(st.text())
def test_any_text_is_a_purl_or_not(text):
    assert purls.read(text) is None or text.startswith("pkg:")
