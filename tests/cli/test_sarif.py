"""SARIF as code scanning takes it."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.cli import sarif as module
from bot.cli.payload import printed
from bot.cli.sarif import sarif
from bot.formats import uses_of
from bot.image import ImageRef
from bot.model import (
    Bump,
    Evidence,
    Row,
    ScannerWord,
    SourceFile,
    TagFacts,
    Unavailable,
    Vulnerabilities,
)

TAG = TagFacts("rolling", None, "none", "Because.")
TRIVY = ScannerWord("trivy")
TEXT = {"type": "string", "minLength": 1, "maxLength": 1024}
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": TEXT}}
NUMBER = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def closed(required, **properties):
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


REGION = closed(
    "startLine",
    startLine=NUMBER,
    startColumn=NUMBER,
    endColumn=NUMBER,
)
RULE = closed(
    # What GitHub calls required, beyond the `id` of the standard.
    "id shortDescription fullDescription help properties",
    id={"type": "string", "minLength": 1, "maxLength": 255},
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    helpUri={"type": "string", "pattern": "^https?://[!-~]+$"},
    defaultConfiguration=closed("level", level=LEVEL),
    properties=closed(
        "tags precision",
        precision={"enum": ["very-high", "high", "medium", "low"]},
        tags={"type": "array", "maxItems": 10, "contains": {"const": "security"}},
        **{"security-severity": {"type": "string", "pattern": r"^\d\.\d$"}},
    ),
)
RESULT = closed(
    "ruleId ruleIndex level message locations partialFingerprints",
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    baselineState={"enum": ["new", "unchanged", "absent"]},
    message=MESSAGE,
    locations={
        "type": "array",
        "minItems": 1,
        "maxItems": 100,
        "items": closed(
            "physicalLocation",
            physicalLocation=closed(
                "artifactLocation region",
                # A relative reference: no colon before the first slash, or it were a scheme.
                artifactLocation=closed("uri", uri={"type": "string", "pattern": "^[^:/][^: ]*$"}),
                region=REGION,
            ),
            logicalLocations={"type": "array"},
        ),
    },
    partialFingerprints={
        "type": "object",
        "required": ["primaryLocationLineHash"],
        "additionalProperties": {"type": "string"},
    },
    properties={"type": "object"},
)
RUN = closed(
    "tool",
    tool=closed(
        "driver",
        driver=closed(
            "name rules",
            name=TEXT,
            version=TEXT,
            rules={"type": "array", "items": RULE},
        ),
    ),
    automationDetails=closed("id", id={"type": "string", "pattern": "/$"}),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations={
        "type": "array",
        "items": closed(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications={
                "type": "array",
                "items": closed("message", level=LEVEL, message=MESSAGE),
            },
        ),
    },
    properties={"type": "object"},
    results={"type": "array", "maxItems": 25000, "items": RESULT},
)
SCHEMA = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "maxItems": 1, "items": RUN},
    },
}
VALID = Draft202012Validator(SCHEMA)


def row(name="CVE-2024-1", package="glibc", kind="present", severity="high", **more):
    said = {"family": "deb", "by": ("trivy",), "old": "2.36-9", "new": "2.36-10", **more}
    return Row(name, package, kind=kind, severity=severity, **said)


def evidence(*rows, words=(TRIVY,), new="debian:12", found=None):
    bump = Bump(ImageRef.parse("debian:11"), ImageRef.parse(new), "major")
    nobody = Unavailable("nobody asked")
    found = found or Vulnerabilities(tuple(words), tuple(rows))
    return Evidence(bump, nobody, nobody, TAG, TAG, vulnerabilities=found)


def run_of(*arguments, **more):
    document = json.loads(printed(sarif(*arguments, **more)))
    VALID.validate(document)
    return document["runs"][0]


def uses(**files):
    return [use for path, text in files.items() for use in uses_of(SourceFile(path, text))]


# ---------------------------------------------------------------- results


def test_what_the_new_image_has_is_a_result_by_how_it_came_there():
    run = run_of(
        evidence(
            row("CVE-1", kind="introduced"),
            row("CVE-2", kind="arrived"),
            row("CVE-3", kind="present"),
            row("CVE-4", kind="fixed"),
            row("CVE-5", kind="gone"),
            row("CVE-6", kind="unexplained"),
        )
    )
    assert [(each["ruleId"], each["baselineState"]) for each in run["results"]] == [
        ("CVE-1", "new"),
        ("CVE-2", "new"),
        ("CVE-3", "unchanged"),
    ]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CVE-1", "CVE-2", "CVE-3"]


def test_what_is_fixed_is_absent_where_that_is_asked_for():
    run = run_of(
        evidence(
            row("CVE-4", kind="fixed", severity="critical"),
            row("CVE-5", kind="gone"),
            row("CVE-3"),
            row("CVE-6", kind="unexplained"),
        ),
        gone=True,
    )
    assert [(each["ruleId"], each["baselineState"]) for each in run["results"]] == [
        ("CVE-3", "unchanged"),
        ("CVE-4", "absent"),
        ("CVE-5", "absent"),
    ]
    assert run["results"][1]["message"]["text"].startswith("glibc 2.36-9 had CVE-4 (critical).")


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        ("critical", "error", 9.5),
        ("high", "error", 8.0),
        ("medium", "warning", 5.5),
        ("low", "note", 2.0),
        ("negligible", "note", 0.1),
        ("unknown", "warning", None),
    ],
)
def test_a_severity_is_a_level_and_a_score(severity, level, score):
    run = run_of(evidence(row(severity=severity)))
    (rule,), (result,) = run["tool"]["driver"]["rules"], run["results"]
    assert (result["level"], rule["defaultConfiguration"]["level"]) == (level, level)
    told = rule["properties"].get("security-severity")
    assert (told and float(told)) == score


def test_a_message_says_what_has_it_and_what_can_be_done():
    found = evidence(
        row(fixed_in="2.36-11", exploited=True, by=("grype", "trivy")),
        row("CVE-2", state="wont-fix"),
        new="debian:12@sha256:" + "a" * 64,
    )
    one, other = (each["message"]["text"] for each in run_of(found)["results"])
    assert one == (
        "glibc 2.36-10 in debian:12 has CVE-2024-1 (high; fixed in 2.36-11)."
        " It is known to be exploited. Seen by grype, trivy."
    )
    assert "(high; will not be fixed)" in other


def test_one_rule_is_for_all_packages_that_have_a_vulnerability_and_as_bad_as_the_worst():
    run = run_of(evidence(row(severity="low"), row(package="musl", severity="critical")))
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["properties"]["security-severity"] == "9.5"
    assert [each["ruleIndex"] for each in run["results"]] == [0, 0]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://avd.aquasec.com/nvd/cve-2024-1", "https://avd.aquasec.com/nvd/cve-2024-1"),
        ("javascript:alert(1)", "https://osv.dev/vulnerability/CVE-2024-1"),
        ("https://example.org/ x", "https://osv.dev/vulnerability/CVE-2024-1"),
        ("", "https://osv.dev/vulnerability/CVE-2024-1"),
    ],
)
def test_only_a_safe_address_is_led_to(url, shown):
    (rule,) = run_of(evidence(row(url=url)))["tool"]["driver"]["rules"]
    assert rule["helpUri"] == shown


# ---------------------------------------------------------------- places


def test_without_a_file_the_name_of_the_image_stands_for_one():
    (result,) = run_of(evidence(row(), new="localhost:5000/a/b:1"))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "localhost%3A5000/a/b"},
        "region": {"startLine": 1},
    }


def test_the_places_are_the_uses_of_the_image_in_order():
    found = uses(**{"b/Dockerfile": "FROM debian:11\n", "a b/Dockerfile": "\n\nFROM debian:11\n"})
    (result,) = run_of(evidence(row()), [*found, *found])["results"]
    places = [each["physicalLocation"] for each in result["locations"]]
    assert [each["artifactLocation"]["uri"] for each in places] == [
        "a%20b/Dockerfile",
        "b/Dockerfile",
    ]
    assert places[0]["region"] == {"startLine": 3, "startColumn": 6, "endColumn": 15}


def test_more_places_than_are_shown_are_left_out():
    found = uses(**{f"{n}/Dockerfile": "FROM debian:11\n" for n in range(120)})
    (result,) = run_of(evidence(row()), found)["results"]
    assert len(result["locations"]) == 100


def test_a_result_stays_the_same_for_the_next_version_of_the_image_and_the_package():
    def prints(**more):
        said = {"new": "debian:12", **more}
        image = said.pop("new")
        (result,) = run_of(evidence(row(**said), new=image))["results"]
        return result["partialFingerprints"]

    assert prints() == prints(new="debian:13", old="1", by=("grype",), severity="low")
    assert prints() != prints(package="musl")
    assert prints() != prints(new="ubuntu:24.04")


# ---------------------------------------------------------------- what is not known


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (Unavailable("There is no room."), "There is no room."),
        (Vulnerabilities(()), "No scanner was asked."),
        (Vulnerabilities((ScannerWord("osv", unavailable="no answer"),)), "osv: no answer"),
        (
            Vulnerabilities((ScannerWord("osv", inconclusive=("It is odd.",)),), (row(),)),
            "osv: It is odd.",
        ),
    ],
)
def test_a_run_that_knows_nothing_has_no_list_of_results(found, reason):
    run = run_of(evidence(found=found))
    (invocation,) = run["invocations"]
    assert "results" not in run
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"] == [
        {"level": "error", "message": {"text": reason}}
    ]


def test_a_run_that_nobody_scanned_for_has_no_results():
    bump = evidence().bump
    nobody = Unavailable("nobody asked")
    run = run_of(Evidence(bump, nobody, nobody, TAG, TAG))
    assert "results" not in run


def test_one_scanner_that_fails_is_told_beside_the_results_of_the_other():
    run = run_of(
        evidence(row(), words=(ScannerWord("osv", unavailable="no answer"), ScannerWord("trivy")))
    )
    (invocation,) = run["invocations"]
    assert len(run["results"]) == 1
    assert invocation["executionSuccessful"] is True
    (notice,) = invocation["toolExecutionNotifications"]
    assert (notice["level"], notice["message"]["text"]) == ("warning", "osv: no answer")


def test_a_clean_image_has_no_results_and_a_run_that_succeeded():
    run = run_of(evidence())
    assert run["results"] == []
    assert run["invocations"][0] == {"executionSuccessful": True, "toolExecutionNotifications": []}


def test_more_results_than_are_taken_lose_the_least_severe(monkeypatch):
    assert module.MOST_RESULTS == 25_000
    monkeypatch.setattr(module, "MOST_RESULTS", 3)
    rows = [row(f"CVE-{n}", severity="low") for n in range(4)] + [row("CVE-9")]
    run = run_of(evidence(*rows))
    assert [each["ruleId"] for each in run["results"]] == ["CVE-9", "CVE-0", "CVE-1"]
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("2 of 5 results, the least severe, were left out")
    assert len(run["tool"]["driver"]["rules"]) == 3


# ---------------------------------------------------------------- whatever scanners say

hostile = st.text(st.characters(exclude_categories=[]), max_size=40) | st.just("@a [x](y) {0} #1")


@example(name="\ud800", title="", package="\udc80", url="\udfff")
@given(name=hostile.filter(str.strip), title=hostile, package=hostile, url=hostile)
def test_whatever_scanners_say_is_valid_and_has_no_markup(name, title, package, url):
    said = row(f"C{name}", f"p{package}", title=title, url=url, new=title)
    run = run_of(evidence(said, said), uses(Dockerfile="FROM debian:11\n"))
    (rule,) = run["tool"]["driver"]["rules"]
    texts = [rule["shortDescription"]["text"], rule["help"]["text"]]
    texts += [each["message"]["text"] for each in run["results"]]
    assert not any(mark in text for text in texts for mark in "[]{}<>`\n")
    assert not any("@a" in text for text in texts)


def test_the_same_rows_in_another_order_give_the_same_text():
    rows = [row("CVE-1"), row("CVE-2"), row("CVE-1", "musl", severity="low")]
    assert printed(sarif(evidence(*rows))) == printed(sarif(evidence(*rows[::-1])))
