"""The JSON document about two images: what is known is there, what is not is never zero."""

import datetime as dt
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.cli.evidence import diff
from bot.cli.payload import printed
from bot.diff import compared, difference
from bot.model import (
    Attachment,
    Broken,
    Cycle,
    Difference,
    Evidence,
    HealthCheck,
    History,
    ImageConfig,
    ImageFacts,
    LifeCycle,
    Note,
    Opened,
    PlatformChange,
    Provenance,
    Sighting,
    TagFacts,
    Unavailable,
    Vulnerabilities,
)
from tests.altered import replace
from tests.diff.made import bump, deb, digest, finding, image, scanned

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "diff.schema.json").read_text("utf-8")
)
TAG = TagFacts("rolling", "rebuilds", "debian", "It is rebuilt.")
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = ImageConfig(
    user="node",
    entrypoint=("docker-entrypoint.sh",),
    environment={"PATH": "/bin", "API_TOKEN": "abc"},
    ports=frozenset({"80/tcp", "443/tcp"}),
    health_check=HealthCheck(("CMD", "true"), interval=5),
    on_build=("RUN true",),
    labels={"b": "2", "a": "1"},
    created="2026-11-01T00:00:00Z",
)
OLD = image("old", [deb("libc6", "2.36-9", "glibc"), deb("perl", "5.36")], config=CONFIG)
NEW = image(
    "new", [deb("libc6", "2.36-10", "glibc"), deb("zlib1g", "1:1.3", "zlib")], config=ImageConfig()
)
ROWS = {
    "trivy": scanned(
        [finding("CVE-1", severity="high"), finding("CVE-2", "perl", "5.36")],
        [finding("CVE-3", "zlib", "1:1.3", severity="critical", exploited=True, epss=0.5)],
        packages=(2, 2),
    ),
    "osv": Unavailable("api.osv.dev did not answer"),
}


def facts(name, *platforms):
    return ImageFacts(digest(f"{name} index"), INDEX, platforms, {"linux/amd64": 20_000_000})


def evidence(**more):
    said = {
        "bump": bump("debian:12", "debian:12", "digest"),
        "old": facts("old", "linux/amd64", "linux/s390x"),
        "new": facts("new", "linux/amd64"),
        "old_tag": TAG,
        "new_tag": TAG,
    }
    return Evidence(**{**said, **more})


def whole(**more):
    said = {
        "difference": difference(OLD, NEW),
        "platforms": PlatformChange(dropped=("linux/s390x",), moved=("linux/amd64",)),
        "vulnerabilities": compared(ROWS, OLD, NEW),
        "notes": (Note("GitHub", "12.5", "https://example.org/12.5", "Fixes."),),
        "silent": ("Nobody answered.",),
        "provenance": (Provenance((Attachment("signature", "cosign tag", "a@b"),)), Provenance()),
    }
    return evidence(**{**said, **more})


OPENED = (Opened(OLD, "/nowhere"), Opened(NEW, "/nowhere"))


def told(*arguments, **more):
    document = diff(*arguments, **more)
    Draft202012Validator(SCHEMA).validate(document)
    return json.loads(printed(document))


def nulls(value, path=""):
    if isinstance(value, dict):
        for key, each in value.items():
            yield from nulls(each, f"{path}.{key}" if path else key)
    elif value is None:
        yield path


# ---------------------------------------------------------------- the whole


def test_all_that_is_known_is_told():
    document = told(whole(), OPENED, uses=())
    assert document["schema"] == "basewatch.diff/1"
    assert document["unavailable"] == {}
    assert (document["cause"], document["platform"]) == (whole().difference.cause, "linux/amd64")
    assert document["because"] == whole().difference.because
    assert document["platforms"] == {
        "added": [],
        "dropped": ["linux/s390x"],
        "moved": ["linux/amd64"],
        "lagging": [],
    }
    assert document["layers"] == {
        "shared": 1,
        "old": 1,
        "new": 1,
        "old_size": 0,
        "new_size": 0,
        "fresh": 0,
    }
    assert document["silent"] == ["Nobody answered."]
    assert document["broken"] == []


def test_the_same_evidence_gives_the_same_text():
    assert printed(diff(whole(), OPENED)) == printed(diff(whole(), OPENED))


def test_further_platforms_are_documents_of_the_same_kind():
    one = diff(whole(), OPENED)
    valid = Draft202012Validator(SCHEMA)
    assert valid.is_valid({**one, "others": [one]})
    assert not valid.is_valid({**one, "others": [{"schema": "basewatch.diff/1"}]})


def test_packages_are_told_by_source_and_by_what_became_of_them():
    packages = told(whole(), OPENED)["packages"]
    assert [each["source"] for each in packages["added"]] == ["zlib"]
    assert [each["source"] for each in packages["removed"]] == ["perl"]
    assert packages["changed"] == [
        {
            "source": "glibc",
            "family": "deb",
            "direction": "upgraded",
            "old": "2.36-9",
            "new": "2.36-10",
            "before": [{"name": "libc6", "version": "2.36-9", "architecture": "amd64"}],
            "after": [{"name": "libc6", "version": "2.36-10", "architecture": "amd64"}],
        }
    ]


def test_changes_of_the_configuration_are_told_with_what_they_mean():
    config = {each["what"]: each for each in told(whole(), OPENED)["config"]}
    assert (config["user"]["old"], config["user"]["new"]) == ("node", None)
    assert config["user"]["meaning"].endswith(".")


def test_warnings_are_sentences_without_markdown():
    warnings = told(whole(), OPENED)["warnings"]
    assert any("linux/s390x is gone" in warning for warning in warnings)
    assert not any(mark in warning for warning in warnings for mark in ("**", "`"))


def test_notes_and_provenance_are_told_as_they_are():
    document = told(whole(), OPENED)
    assert document["notes"] == [
        {
            "source": "GitHub",
            "title": "12.5",
            "url": "https://example.org/12.5",
            "text": "Fixes.",
        }
    ]
    (signature,) = document["provenance"]["old"]["attachments"]
    assert (signature["kind"], signature["identity"], signature["issuer"]) == (
        "signature",
        "a@b",
        None,
    )
    assert document["provenance"]["new"]["attachments"] == []


def test_why_a_signature_is_not_verified_is_told():
    sides = (Provenance(refused="Not by a."), Provenance(unverified="No answer."))
    found = told(whole(provenance=sides), OPENED)["provenance"]
    outcomes = [
        (s["verified"], s["refused"], s["unverified"]) for s in (found["old"], found["new"])
    ]
    assert outcomes == [(None, "Not by a.", None), (None, None, "No answer.")]


def test_what_build_files_ask_for_in_vain_is_told_with_its_place():
    broken = (Broken("app/Dockerfile", 3, "wget", "wget is gone."),)
    assert told(whole(broken=broken), OPENED)["broken"] == [
        {"file": "app/Dockerfile", "line": 3, "needs": "wget", "because": "wget is gone."}
    ]


# ---------------------------------------------------------------- each image


def test_an_image_that_was_opened_is_told_with_its_configuration():
    old = told(whole(), OPENED)["old"]
    assert (old["reference"], old["digest"], old["index"]) == (
        "debian:12",
        digest("old"),
        digest("old index"),
    )
    assert (old["packages"], old["size"], old["created"]) == (2, 10_000_000, CONFIG.created)
    assert old["platforms"] == ["linux/amd64", "linux/s390x"]
    assert old["os"]["id"] == "debian"
    assert old["config"]["entrypoint"] == ["docker-entrypoint.sh"]
    assert old["config"]["command"] is None
    assert old["config"]["ports"] == ["443/tcp", "80/tcp"]
    assert list(old["config"]["labels"]) == ["a", "b"]
    assert old["config"]["health_check"]["interval"] == 5


@pytest.mark.parametrize(
    ("made_by", "shown"),
    [
        ("RUN apt-get update", "RUN apt-get update"),
        ("|1 NPM_TOKEN=abc /bin/sh -c npm ci", "|1 NPM_TOKEN=(hidden) /bin/sh -c npm ci"),
        ("|1 A=1 true", "|1 A=1 true"),
        ("RUN git clone https://me:secret@example.org/x", "(hidden)"),
        ("", None),
    ],
)
def test_what_looks_like_a_secret_is_not_told(made_by, shown):
    layers = (OLD.image.layers[0]._replace(made_by=made_by),)
    contents = replace(OLD, image=replace(OLD.image, layers=layers))
    old = told(whole(), (Opened(contents, ""), OPENED[1]))["old"]
    assert old["layers"][0]["made_by"] == shown
    assert old["config"]["environment"] == {"API_TOKEN": "(hidden)", "PATH": "/bin"}


def test_when_a_digest_was_first_seen_is_told():
    day = dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC)
    seen = History((Sighting(digest("new index"), day, day),))
    document = told(whole(old_seen=seen, new_seen=seen), OPENED)
    assert document["new"]["first_seen"] == "2026-11-02T06:00:00Z"
    assert document["old"]["first_seen"] is None


def test_until_when_what_is_in_an_image_is_supported_is_told():
    life = LifeCycle(
        (Cycle("Debian 12", "system", security_until=dt.date(2026, 7, 11)),), dt.date(2026, 11, 22)
    )
    (cycle,) = told(whole(new_life=life), OPENED)["new"]["life_cycle"]
    assert (cycle["subject"], cycle["until"], cycle["status"]) == (
        "Debian 12",
        "2026-07-11",
        "ended",
    )


def test_text_that_is_no_text_can_be_printed_all_the_same():
    config = ImageConfig(labels={"a\udc80": "b\ud800"})
    contents = replace(OLD, image=replace(OLD.image, config=config))
    labels = told(whole(), (Opened(contents, ""), OPENED[1]))["old"]["config"]["labels"]
    assert labels == {"a\ufffd": "b\ufffd"}


# ---------------------------------------------------------------- what could not be looked at


def test_what_nobody_looked_at_is_null_with_a_reason():
    document = told(evidence())
    empty = {path for path in nulls(document) if not path.endswith("first_seen")}
    assert empty == set(document["unavailable"])
    assert {"packages", "vulnerabilities", "broken", "notes", "old.packages"} <= empty
    assert all(reason.endswith(".") for reason in document["unavailable"].values())


def test_images_that_could_not_be_opened_say_why():
    document = told(evidence(difference=Unavailable("The registry was silent.")))
    assert document["packages"] is None
    assert document["unavailable"]["packages"] == "The registry was silent."
    assert document["unavailable"]["old.config"] == "The registry was silent."
    assert document["unavailable"]["broken"] == "The registry was silent."


def test_an_image_that_the_registry_does_not_tell_of_says_why():
    new = Unavailable("The registry was silent.")
    document = told(whole(new=new), OPENED)
    assert document["new"]["platforms"] is None
    assert document["unavailable"]["new.platforms"] == "The registry was silent."
    assert document["unavailable"]["new.index"] == "The registry was silent."
    pinned = told(whole(new=new, bump=bump("debian:12", f"debian:12@{digest('x')}")), OPENED)
    assert pinned["new"]["index"] == digest("x")
    assert "new.index" not in pinned["unavailable"]


def test_packages_of_an_image_without_database_are_not_none_at_all():
    bare = image("bare")
    found = difference(OLD, bare)
    document = told(whole(difference=found), (OPENED[0], Opened(bare, "")))
    assert document["packages"] is None
    assert document["unavailable"]["packages"] == found.unknown
    assert document["new"]["packages"] is None
    assert document["unavailable"]["new.packages"] == "The image has no package database."
    assert document["old"]["packages"] == 2
    assert document["new"]["os"] is None


def test_packages_that_could_not_be_read_are_not_none_at_all():
    damaged = image("damaged", databases=("var/lib/rpm/Packages",), missing=("It is damaged.",))
    document = told(whole(difference=difference(OLD, damaged)), (OPENED[0], Opened(damaged, "")))
    assert document["unavailable"]["new.packages"] == "It is damaged."
    assert document["new"]["unread"] == ["It is damaged."]


def test_a_database_without_packages_is_none_at_all():
    empty = image("empty", databases=("var/lib/dpkg/status",))
    document = told(whole(difference=difference(OLD, empty)), (OPENED[0], Opened(empty, "")))
    assert document["new"]["packages"] == 0


def test_what_was_compared_elsewhere_is_counted_as_it_was_there():
    document = told(whole())
    assert (document["old"]["packages"], document["new"]["packages"]) == (2, 2)
    assert document["old"]["os"]["id"] == "debian"
    assert document["old"]["config"] is None
    assert "old.config" in document["unavailable"]
    unknown = Difference("linux/amd64", "unknown", "Why.", unknown="No database.")
    document = told(whole(difference=unknown))
    assert document["unavailable"]["old.packages"] == "No database."


# ---------------------------------------------------------------- vulnerabilities


def test_rows_are_told_with_their_class_and_counted():
    found = told(whole(), OPENED)["vulnerabilities"]
    assert found["conclusive"] is True
    rows = {row["id"]: row for row in found["rows"]}
    assert {name: row["class"] for name, row in rows.items()} == {
        "CVE-1": "fixed",
        "CVE-2": "gone",
        "CVE-3": "arrived",
    }
    assert (rows["CVE-3"]["exploited"], rows["CVE-3"]["epss"]) == (True, 0.5)
    assert (rows["CVE-1"]["exploited"], rows["CVE-1"]["new"]) == (None, "2.36-10")
    assert rows["CVE-3"]["by"] == ["trivy"]
    assert found["counts"]["arrived"]["critical"] == 1
    assert found["counts"]["present"]["critical"] == 0


def test_a_scanner_that_could_not_be_asked_has_no_part_and_says_why():
    osv, trivy = told(whole(), OPENED)["vulnerabilities"]["scanners"]
    assert (osv["name"], osv["unavailable"]) == ("osv", "api.osv.dev did not answer")
    assert (osv["suppressed"], osv["version"]) == (None, None)
    assert (trivy["unavailable"], trivy["suppressed"]) == (None, {"old": 0, "new": 0})


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (Vulnerabilities(()), "No scanner was asked."),
        (compared({"osv": Unavailable("no answer")}, OLD, NEW), "osv: no answer"),
        (
            compared({"trivy": scanned(packages=(0, 0))}, OLD, NEW),
            "trivy: It found no packages at all",
        ),
    ],
)
def test_without_a_scanner_that_counts_there_is_no_zero(found, reason):
    document = told(whole(vulnerabilities=found), OPENED)
    told_of = document["vulnerabilities"]
    assert (told_of["conclusive"], told_of["rows"], told_of["counts"]) == (False, None, None)
    assert document["unavailable"]["vulnerabilities.rows"].startswith(reason)
    assert document["unavailable"]["vulnerabilities.counts"].startswith(reason)


def test_scanners_that_nobody_could_ask_are_null():
    document = told(whole(vulnerabilities=Unavailable("There is no room.")), OPENED)
    assert document["vulnerabilities"] is None
    assert document["unavailable"]["vulnerabilities"] == "There is no room."
