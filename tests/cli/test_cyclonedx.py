"""CycloneDX documents that other tools can read."""

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.cyclonedx import cyclonedx
from bot.cli.payload import printed
from bot.image import ImageRef
from bot.model import Opened, OsRelease, Package
from tests.altered import replace
from tests.diff.made import BOOKWORM, deb, digest, image
from tests.scanners import trivy_db

DEBIAN = ImageRef.parse("debian:12")
PACKAGES = (
    deb("libc6", "2.36-9+deb12u4", "glibc"),
    deb("bsdutils", "1:2.38.1-5+b1", "util-linux", "1:2.38.1-5"),
    replace(deb("base-files", "12.4"), maintainer="Santiago <a@b>"),
)


def written(*packages, reference=DEBIAN, **more):
    contents = image("new", packages, **more)
    return json.loads(printed(cyclonedx(reference, Opened(contents, "/nowhere"))))


def properties(component):
    return {each["name"].rpartition(":")[2]: each["value"] for each in component["properties"]}


def components(document, kind="library"):
    return {each["name"]: each for each in document["components"] if each["type"] == kind}


# ---------------------------------------------------------------- the document


def test_it_is_about_the_image_of_one_platform():
    document = written(*PACKAGES)
    about = document["metadata"]["component"]
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert (about["type"], about["name"], about["version"]) == (
        "container",
        "debian:12",
        digest("new"),
    )
    assert about["purl"].startswith(f"pkg:oci/debian@{digest('new')}?")
    assert properties(about) == {"index": digest("new index"), "platform": "linux/amd64"}


def test_each_package_has_a_package_url_and_what_it_was_built_from():
    found = components(written(*PACKAGES))
    assert list(found) == ["base-files", "bsdutils", "libc6"]
    assert found["bsdutils"]["version"] == "1:2.38.1-5+b1"
    assert found["bsdutils"]["purl"] == (
        "pkg:deb/debian/bsdutils@1:2.38.1-5%2Bb1?arch=amd64&distro=debian-12"
        "&upstream=util-linux%401:2.38.1-5"
    )
    assert properties(found["bsdutils"]) == {
        "PkgType": "debian",
        "SrcEpoch": "1",
        "SrcName": "util-linux",
        "SrcRelease": "5",
        "SrcVersion": "2.38.1",
    }
    assert found["base-files"]["supplier"] == {"name": "Santiago <a@b>"}
    assert not any("licenses" in component for component in found.values())


@pytest.mark.parametrize(
    ("package", "parts"),
    [
        (deb("x", "12.4"), {"SrcVersion": "12.4"}),
        (Package("apk", "x", "1-r2", "x", "1-r2"), {"SrcVersion": "1-r2"}),
        (
            Package("rpm", "x", "2:1-3.el9", "y", "2:1-3.el9"),
            {"SrcEpoch": "2", "SrcVersion": "1", "SrcRelease": "3.el9"},
        ),
    ],
)
def test_versions_of_sources_are_in_the_parts_that_trivy_knows(package, parts):
    found = properties(components(written(package))["x"])
    assert {
        key: found[key] for key in found if key in {"SrcEpoch", "SrcVersion", "SrcRelease"}
    } == parts


@pytest.mark.parametrize(
    ("system", "family"),
    [
        (OsRelease("rhel", "9.4"), "redhat"),
        (OsRelease("amzn", "2023"), "amazon"),
        (OsRelease("alpine", "3.19.1"), "alpine"),
        (OsRelease("wolfi"), "wolfi"),
    ],
)
def test_the_system_has_the_name_that_trivy_gives_it_and_its_own(system, family):
    (found,) = components(written(*PACKAGES, os=system), "operating-system").values()
    assert (found["name"], found.get("version")) == (family, system.version_id or None)
    assert properties(found)["id"] == system.id


def test_packages_hang_from_the_system_and_that_from_the_image():
    document = written(*PACKAGES)
    image_, system = document["dependencies"]
    assert image_["dependsOn"] == [system["ref"]]
    assert image_["ref"] == document["metadata"]["component"]["bom-ref"]
    assert system["dependsOn"] == [each["bom-ref"] for each in components(document).values()]
    assert [each["ref"] for each in written(*PACKAGES, os=None)["dependencies"]] == [image_["ref"]]


def test_the_same_image_gives_the_same_document_in_whatever_order():
    assert written(*PACKAGES) == written(*PACKAGES[::-1], *PACKAGES)
    assert "timestamp" not in json.dumps(written(*PACKAGES))


def test_the_serial_number_is_that_of_the_image():
    serial = written(*PACKAGES)["serialNumber"]
    assert serial.startswith("urn:uuid:")
    assert serial == written(deb("other", "1"))["serialNumber"]
    assert serial != written(*PACKAGES, reference=ImageRef.parse("debian:13"))["serialNumber"]


def test_an_image_whose_packages_nobody_can_read_says_so():
    document = written(missing=("It is damaged.",))
    unread = [
        each["value"]
        for each in document["metadata"]["component"]["properties"]
        if each["name"] == "basewatch:unread"
    ]
    assert unread == ["It is damaged.", "It has no package database."]
    assert document["compositions"][0]["aggregate"] == "unknown"
    assert written(*PACKAGES)["compositions"][0]["aggregate"] == "incomplete"


texts = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=10)


@given(
    st.lists(
        st.builds(
            Package, st.sampled_from(["deb", "apk", "rpm"]), texts, texts, texts, texts, texts
        )
    )
)
def test_every_reference_is_there_once_whatever_packages_are_called(packages):
    document = written(*packages, databases=("x",))
    refs = [each["bom-ref"] for each in document["components"]]
    refs.append(document["metadata"]["component"]["bom-ref"])
    assert len(refs) == len(set(refs))
    used = {ref for each in document["dependencies"] for ref in [each["ref"], *each["dependsOn"]]}
    assert used == set(refs)


# ---------------------------------------------------------------- read by Trivy itself


@pytest.mark.slow
def test_trivy_reads_the_sources_and_their_versions(trivy_program, tmp_path):
    rows = [
        ("util-linux", "CVE-2024-0001", "1:2.38.1-6", "HIGH"),
        ("glibc", "CVE-2024-0002", "2.36-9+deb12u4", "HIGH"),  # it has this one already
        ("gcc-defaults", "CVE-2024-0003", "1.204", "LOW"),  # its binary's version is higher
    ]
    trivy_db.make(tmp_path / "cache", rows)
    document = cyclonedx(
        DEBIAN,
        Opened(
            image(
                "new", [*PACKAGES, deb("g++", "4:12.2.0-3", "gcc-defaults", "1.203")], os=BOOKWORM
            ),
            "",
        ),
    )
    (tmp_path / "new.cdx.json").write_text(printed(document))
    ran = subprocess.run(
        [
            *(trivy_program, "sbom", "--cache-dir", tmp_path / "cache", "--skip-db-update"),
            *("--offline-scan", "--quiet", "--format", "json", tmp_path / "new.cdx.json"),
        ],
        capture_output=True,
        check=True,
    )
    report = json.loads(ran.stdout)
    assert (report["Metadata"]["OS"]["Family"], report["Metadata"]["OS"]["Name"]) == (
        "debian",
        "12",
    )
    (result,) = report["Results"]
    assert {(each["VulnerabilityID"], each["PkgName"]) for each in result["Vulnerabilities"]} == {
        ("CVE-2024-0001", "bsdutils"),
        ("CVE-2024-0003", "g++"),
    }
