"""Two images, one program: what it is told, when it is asked, and when it is not."""

import asyncio
import datetime as dt
import json
from pathlib import Path

import pytest

from bot.errors import EvidenceError
from bot.scanners import SCANNERS, Means, Store, chosen
from tests.canaries import canary, is_in
from tests.scanners import fakes
from tests.scanners.fakes import NOW, compare, tool
from tests.scanners.images import opened, package

BASH = package("bash", "5.2.15-2+b13", "bash", "5.2.15-2")
UID = {"Identifier": {"UID": "u1"}, "ID": "bash@5.2.15-2+b13", "Name": "bash", "SrcName": "bash",
       "SrcVersion": "5.2.15", "SrcRelease": "2"}  # fmt: skip
FOUND = {
    "VulnerabilityID": "CVE-2024-0001",
    "PkgName": "bash",
    "PkgIdentifier": {"UID": "u1", "PURL": "pkg:deb/debian/bash@5.2.15-2%2Bb13?distro=debian-12.5"},
    "InstalledVersion": "5.2.15-2+b13",
    "Severity": "HIGH",
    "Status": "affected",
}


@pytest.fixture
def trivy(tmp_path):
    made = fakes.trivy(tmp_path)
    made.says(old=fakes.trivy_report(FOUND, packages=[UID]), new=fakes.trivy_report(packages=[UID]))
    return made


@pytest.fixture
def grype(tmp_path):
    return fakes.grype(tmp_path)


@pytest.fixture
def images(tmp_path):
    new = package("bash", "5.2.15-3")
    return opened(BASH, layout=tmp_path / "old"), opened(new, layout=tmp_path / "new")


def refusal(*args, **more):
    with pytest.raises(EvidenceError) as caught:
        compare(*args, **more)
    return str(caught.value)


# ---------------------------------------------------------------- what Trivy is told


def test_trivy_reads_the_layout_with_the_data_that_is_there(trivy, images, tmp_path):
    told = compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert [found.id for found in told.old.findings] == ["CVE-2024-0001"]
    assert told.new.findings == ()
    assert (told.old.version, told.old.database) == (
        "0.74.0",
        "2 of 2026-11-21T18:00:00.123456789Z",
    )
    first, second = trivy.calls("--input")
    assert first == (
        f"--cache-dir {tmp_path}/cache image --input {tmp_path}/old --format json --quiet"
        " --scanners vuln --skip-db-update --offline-scan --timeout 600s"
    )
    assert f"--input {tmp_path}/new " in second


def test_the_database_is_brought_up_to_date_before_the_first_scan(trivy, images, tmp_path):
    compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    words = [call.partition("cache ")[2].split()[:2] for call in trivy.calls()]
    assert words == [["version", "--format"], ["image", "--download-db-only"], ["version", "--format"],
                     ["image", "--input"], ["image", "--input"], ["version", "--format"]]  # fmt: skip


def test_offline_nothing_is_downloaded(trivy, images, tmp_path):
    compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path, offline=True))
    assert not trivy.calls("--download-db-only")
    assert all("--skip-java-db-update" in call for call in trivy.calls("--input"))


@pytest.mark.parametrize("name", ["trivy", "grype"])
def test_a_program_learns_no_token_and_starts_where_nothing_lies(
    name, tmp_path, images, monkeypatch, request
):
    made = request.getfixturevalue(name)
    for secret in ("GITHUB_TOKEN", "GITLAB_TOKEN", "TRIVY_PASSWORD", "GRYPE_REGISTRY_AUTH_TOKEN"):
        monkeypatch.setenv(secret, canary("environment"))
    compare(name, tmp_path, images, tools=tool(made, tmp_path, offline=True))
    heard = made.environment()
    assert not is_in(str(heard))
    assert heard["HOME"] == heard["DOCKER_CONFIG"]
    ours = {"PATH", "HOME", "TMPDIR", "DOCKER_CONFIG", "PWD", "OLDPWD", "SHLVL", "_"}
    assert {key for key in heard if not key.startswith((name.upper(), "LC_"))} <= ours
    folders = (made.here / "folders").read_text().splitlines()
    assert all("basewatch-scan-" in folder or folder == f"{tmp_path}/cache" for folder in folders)


def test_grype_reads_the_layout_with_the_data_that_is_there(grype, images, tmp_path):
    told = compare("grype", tmp_path, images, tools=tool(grype, tmp_path))
    assert (told.old.version, told.old.database) == ("0.116.0", "v6.1.9 of 2026-11-21T06:00:00Z")
    first, second = (call.split() for call in grype.calls("oci-dir"))
    assert first[:5] == [f"oci-dir:{tmp_path}/old", "-o", "json", "-q", "-o"]
    assert second[0] == f"oci-dir:{tmp_path}/new"
    heard = grype.environment()
    assert heard["GRYPE_DB_AUTO_UPDATE"] == "false"
    assert heard["GRYPE_DB_CACHE_DIR"] == f"{tmp_path}/cache"
    assert len(grype.calls("db update")) == 1


def test_grype_tells_its_packages_in_a_document_beside_the_report(grype, images, tmp_path):
    grype.says(packages_old={"components": [{"purl": "pkg:deb/debian/bash@5.2.15-2+b13"}]})
    told = compare("grype", tmp_path, images, tools=tool(grype, tmp_path))
    assert (told.old.packages, told.old.doubts) == (1, ())
    assert told.new.packages is None


def test_grype_asks_nobody_offline(grype, images, tmp_path):
    compare("grype", tmp_path, images, tools=tool(grype, tmp_path, offline=True))
    assert not grype.calls("db update")


def test_lists_and_documents_are_handed_on(trivy, grype, images, tmp_path):
    vex, ignore, config = (tmp_path / name for name in ("vex.json", "ignored", "grype.yaml"))
    for file in (vex, ignore, config):
        file.write_text("{}")
    more = {"vex": (vex,), "ignore": ignore}
    compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path), **more)
    assert trivy.calls("--input")[0].endswith(f"--vex {vex} --ignorefile {ignore}")
    compare("grype", tmp_path, images, tools=tool(grype, tmp_path, config=config), **more)
    assert grype.calls("oci-dir")[0].endswith(f"--vex {vex} -c {config}")


def test_a_list_counts_though_a_program_knows_nothing_of_it(grype, images, tmp_path):
    match = {
        "vulnerability": {"id": "CVE-2024-0001"},
        "artifact": {"name": "bash", "version": "1", "type": "deb"},
    }
    grype.says(old=fakes.grype_report(match))
    (tmp_path / "ignored").write_text("CVE-2024-0001\n")
    told = compare(
        "grype", tmp_path, images, tools=tool(grype, tmp_path), ignore=tmp_path / "ignored"
    )
    assert (told.old.findings, told.old.suppressed, told.new.suppressed) == ((), 1, 0)


# ---------------------------------------------------------------- the same data for both


def test_data_that_changes_between_the_two_is_scanned_with_again(trivy, images, tmp_path):
    trivy.says(after_old=fakes.trivy_version(updated="2026-11-22T00:00:00Z"))
    told = compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert len(trivy.calls("--input")) == 4
    assert told.old.database == told.new.database == "2 of 2026-11-22T00:00:00Z"


def test_data_that_goes_on_changing_is_no_evidence(trivy, images, tmp_path):
    changing = 'printf \'{"Version":"0.74.0","VulnerabilityDB":{"Version":2,"UpdatedAt":"%s"}}\' $$ > version.json\n'
    path = Path(trivy.program)
    path.write_text(path.read_text().replace("\ncase", "\n" + changing + "case", 1))
    assert refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path)) == (
        "the data of trivy changes while it scans: try again later"
    )
    assert len(trivy.calls("--input")) == 4


def test_data_of_java_counts_too(trivy, images, tmp_path):
    java = {"JavaDB": {"Version": 1, "UpdatedAt": "2026-11-20T00:00:00Z"}}
    trivy.says(after_old=fakes.trivy_version(**java))
    told = compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert told.new.database.endswith(", Java of 2026-11-20T00:00:00Z")
    assert len(trivy.calls("--input")) == 4


# ---------------------------------------------------------------- what is kept


def test_a_pair_is_scanned_once(trivy, images, tmp_path):
    first = compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    again = compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert again == first
    assert len(trivy.calls("--input")) == 2


def test_an_image_that_both_sides_are_is_scanned_once(trivy, images, tmp_path):
    compare("trivy", tmp_path, (images[0], images[0]), tools=tool(trivy, tmp_path))
    assert len(trivy.calls("--input")) == 1


@pytest.mark.parametrize("change", ["version", "data", "options", "digest"])
def test_what_decides_on_a_result_is_part_of_its_key(change, trivy, images, tmp_path):
    compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    more = {}
    if change == "version":
        trivy.says(version=fakes.trivy_version("0.74.1"))
    elif change == "data":
        trivy.says(version=fakes.trivy_version(updated="2026-11-22T00:00:00Z"))
    elif change == "options":
        (tmp_path / "ignored").write_text("CVE-1999-0001")
        more["ignore"] = tmp_path / "ignored"
    else:
        images = (opened(BASH, package("a", "1"), layout=tmp_path / "old"), images[1])
    compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path), **more)
    assert len(trivy.calls("--input")) == (3 if change == "digest" else 4)


def test_what_a_list_leaves_out_until_a_day_is_scanned_again_after_it(
    trivy, images, tmp_path, monkeypatch
):
    (tmp_path / "ignored").write_text(f"CVE-2024-0001 exp:{fakes.NOW:%Y-%m-%d}\n")
    said = {"tools": tool(trivy, tmp_path), "ignore": tmp_path / "ignored", "database_days": 99}
    for day, scans in ((0, 2), (0, 2), (1, 4), (2, 4)):
        monkeypatch.setattr(fakes, "NOW", dt.datetime(2026, 11, 22 + day, tzinfo=dt.UTC))
        compare("trivy", tmp_path, images, **said)
        assert len(trivy.calls("--input")) == scans


def test_a_cache_that_was_damaged_is_none(trivy, images, tmp_path):
    (tmp_path / "kept.sqlite").write_bytes(b"x" * 9000)
    for _ in range(3):
        compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert len(trivy.calls("--input")) == 2  # by the first run, which made it anew


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("version", [
    "0.69.4", "0.69.5", "v0.69.6", "0.69.4+dirty", "0.69.4-rc1", "v0.69.6-1", "0.069.5",
])  # fmt: skip
def test_compromised_releases_of_trivy_are_refused(version, trivy, images, tmp_path):
    trivy.says(version=fakes.trivy_version(version))
    why = refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert why.startswith(
        f"trivy {version.removeprefix('v')} is a compromised release (CVE-2026-33634)"
    )
    assert "\n" not in why
    assert trivy.calls() == trivy.calls("version")


@pytest.mark.parametrize("version", ["0.58.0", "0.9.9", "0.58.99-rc1", "0.0.1"])
def test_releases_that_are_too_old_are_refused(version, trivy, grype, images, tmp_path):
    trivy.says(version=fakes.trivy_version(version))
    why = refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert why == f"trivy {version} is too old to be understood: 0.59 and later are"
    grype.says(version={"version": version})
    why = refusal("grype", tmp_path, images, tools=tool(grype, tmp_path))
    assert why == f"grype {version} is too old to be understood: 0.88 and later are"
    assert [call for made in (trivy, grype) for call in made.calls() if "version" not in call] == []


@pytest.mark.parametrize(
    "version", ["0.59.0", "0.69.3", "0.69.7", "0.70.0-rc1", "1.0.0", "0.169.4"]
)
def test_other_releases_are_not(version, trivy, images, tmp_path):
    trivy.says(version=fakes.trivy_version(version))
    assert compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path)).old.version == version


@pytest.mark.parametrize(
    "told", [{}, [], {"Version": "dev"}, {"Version": 1}, b"Version: 0.74.0", b"[" * 99_999]
)
def test_a_version_that_cannot_be_read_is_refused(told, trivy, grype, images, tmp_path):
    trivy.says(version=told)
    why = refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert why.startswith(("trivy does not tell a version", "trivy told what is not JSON"))
    grype.says(version=told)
    why = refusal("grype", tmp_path, images, tools=tool(grype, tmp_path))
    assert why.startswith(("grype does not tell a version", "grype told what is not JSON"))


def test_a_program_without_data_is_refused(trivy, grype, images, tmp_path):
    trivy.says(version={"Version": "0.74.0"})
    offline = tool(trivy, tmp_path, offline=True)
    assert "no vulnerability database" in refusal("trivy", tmp_path, images, tools=offline)
    grype.says(status={"built": "2026-11-21T06:00:00Z", "valid": False, "error": "it is corrupt"})
    why = refusal("grype", tmp_path, images, tools=tool(grype, tmp_path))
    assert why == "grype has no usable database: it is corrupt"


def test_data_that_cannot_be_renewed_is_used_as_it_is(trivy, grype, images, tmp_path):
    for made in (trivy, grype):
        (made.here / "refuse").touch()
        assert compare(made.name, tmp_path, images, tools=tool(made, tmp_path)).old.version


def test_data_that_cannot_be_had_at_all_says_why(trivy, images, tmp_path):
    trivy.says(version={"Version": "0.74.0"})
    (trivy.here / "refuse").touch()
    why = refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert why == "trivy failed: no network"


def test_what_could_not_be_had_is_not_tried_for_each_pair(trivy, images, tmp_path):
    trivy.says(version={"Version": "0.74.0"})
    (trivy.here / "refuse").touch()

    async def twice():
        means = Means(None, Store(None, 1), lambda: NOW, tool(trivy, tmp_path))
        (scanner,) = chosen(means, ["trivy"])
        for _ in range(2):
            with pytest.raises(EvidenceError, match=r"^trivy failed: no network$"):
                await scanner.compare(*images)

    asyncio.run(twice())
    assert len(trivy.calls("--download-db-only")) == 1


def test_a_scan_that_fails_is_no_evidence(trivy, images, tmp_path):
    (trivy.here / "fail-new").touch()
    why = refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert why == "trivy failed: Fatal error no such layer"


def test_a_report_that_is_none_is_no_evidence(trivy, grype, images, tmp_path):
    trivy.says(new=b"{")
    assert (
        refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
        == "trivy told what is not JSON"
    )
    grype.says(new={"matches": []})
    why = refusal("grype", tmp_path, images, tools=tool(grype, tmp_path))
    assert why == "grype told what is no report of its own"


def test_a_file_of_its_own_that_is_not_there_is_no_evidence(grype, images, tmp_path):
    tools = tool(grype, tmp_path, config=tmp_path / "missing")
    assert refusal("grype", tmp_path, images, tools=tools) == (
        "missing cannot be read: No such file or directory"
    )


def test_no_room_to_scan_in_is_no_evidence(trivy, images, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    why = refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert why == "no room to scan in: No such file or directory"


@pytest.mark.parametrize("name", ["vex", "ignore"])
def test_a_file_that_is_not_there_is_no_evidence(name, trivy, images, tmp_path):
    missing = tmp_path / "missing"
    more = {"vex": (missing,)} if name == "vex" else {"ignore": missing}
    why = refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path), **more)
    assert why == "missing cannot be read: No such file or directory"


def test_old_data_is_doubted_on_both_sides(trivy, images, tmp_path):
    trivy.says(version=fakes.trivy_version(updated="2026-11-01T00:00:00Z"))
    told = compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path), database_days=20)
    doubt = "Trivy's data is of 2026-11-01, more than 20 days old."
    assert told.old.doubts == told.new.doubts == (doubt,)
    told = compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path), database_days=1)
    assert told.old.doubts == (doubt.replace("20 days", "1 day"),)
    trivy.says(version=fakes.trivy_version(updated="last week"))
    told = compare("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert told.new.doubts == ("Trivy does not tell how old its data is.",)


# ---------------------------------------------------------------- which scanners there are


def means(tmp_path, *made):
    tools = {name: t for each in made for name, t in tool(each, tmp_path).items()}
    return Means(None, Store(None, 1), lambda: NOW, tools)


def test_every_scanner_that_is_there_is_chosen_and_osv_always(trivy, grype, tmp_path):
    assert [s.NAME for s in chosen(means(tmp_path), None)] == ["osv"]
    assert [s.NAME for s in chosen(means(tmp_path, grype), None)] == ["osv", "grype"]
    assert [s.NAME for s in chosen(means(tmp_path, grype, trivy), None)] == list(SCANNERS)


def test_a_scanner_that_was_asked_for_and_is_not_there_says_so(images, tmp_path):
    assert chosen(means(tmp_path), []) == ()
    why = refusal("trivy", tmp_path, images)
    assert why == "trivy is configured, and its program was not found"


def test_the_report_of_a_program_is_bounded(trivy, images, tmp_path, monkeypatch):
    trivy.says(old=json.dumps(fakes.trivy_report()).encode() + b" " * (101 << 20))
    why = refusal("trivy", tmp_path, images, tools=tool(trivy, tmp_path))
    assert why == "trivy wrote more than 102400 KiB"
