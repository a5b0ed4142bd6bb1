"""What check and run leave behind for a CI."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.cli import main
from bot.cli.codequality import codequality
from bot.cli.sarif_plan import MOST_RESULTS, sarif
from bot.formats import uses_of
from bot.model import SourceFile
from bot.wording.findings import Finding
from tests.altered import replace
from tests.fakes.runner import Runner

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!/|\\./|\\.\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@pytest.fixture
def says(capfd):
    def run(*words):
        code = main([str(word) for word in words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def within(shop, monkeypatch):
    """In the repository, where a CI starts its jobs."""
    monkeypatch.chdir(shop)
    return shop


def read(path):
    return json.loads(Path(path).read_text("utf-8"))


def outputs(path):
    return dict(line.split("=", 1) for line in path.read_text("utf-8").splitlines())


def commands(err):
    return Runner().read_all(err)


# ---------------------------------------------------------------- check


def test_a_report_is_the_json_document_whatever_is_printed(says, within, operator, tmp_path):
    report = tmp_path / "report.json"
    code, out, _ = says("check", ".", "--config", operator, "--report", report)
    assert code == 2
    assert "15 uses: " in out
    assert read(report) == json.loads(says("check", ".", "--config", operator, "--json")[1])


def test_summary_and_outputs_are_appended_to(says, within, operator, tmp_path):
    summary, found = tmp_path / "summary.md", tmp_path / "outputs"
    summary.write_text("Before.\n")
    found.write_text("before=1\n")
    says("check", ".", "--config", operator, "--summary", summary, "--outputs", found)
    text = summary.read_text("utf-8")
    assert text.startswith("Before.\n## basewatch check\n\n15 uses: 8 update, 2 pin")
    assert "`services/api/Dockerfile:6`" in text
    assert outputs(found) == {
        "before": "1",
        "changes": "10",
        "failed": "1",
        "counts": '{"update": 8, "pin": 2, "current": 2, "held": 1, "skipped": 1, "failed": 1}',
    }


def test_annotations_mark_what_is_wrong_where_it_stands(says, within, operator):
    code, out, err = says("check", ".", "--config", operator, "--annotations", "github")
    found = commands(err)
    assert code == 2
    assert "::" not in out
    assert [name for name, *_ in found] == ["error", *["warning"] * 10]
    assert ("services/api/Dockerfile", "6") in {(p["file"], p["line"]) for _, p, _ in found}
    assert "node:20.11.0-alpine has moved on" in err


def test_paths_are_those_from_where_a_ci_starts(says, within, operator, tmp_path):
    report = tmp_path / "gl.json"
    words = ["--config", operator, "--annotations", "github", "--codequality", report]
    _, _, err = says("check", "services/api", *words)
    assert {properties["file"] for _, properties, _ in commands(err)} == {"services/api/Dockerfile"}
    assert {each["location"]["path"] for each in read(report)} == {"services/api/Dockerfile"}


def test_the_path_of_one_file_is_told_from_there_too(says, within, operator):
    _, _, err = says("check", "web/Dockerfile", "--config", operator, "--annotations", "github")
    assert {properties["file"] for _, properties, _ in commands(err)} == {"web/Dockerfile"}


def test_what_lies_elsewhere_keeps_its_own_paths(says, shop, operator, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    _, _, err = says("check", shop, "--config", operator, "--annotations", "github")
    assert "services/api/Dockerfile" in {p["file"] for _, p, _ in commands(err)}


def test_a_configuration_that_is_wrong_is_an_annotation(says, within, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("nonsense: 1\n")
    code, _, err = says("check", ".", "--config", wrong, "--annotations", "github")
    ((name, properties, text),) = commands(err)
    assert (code, name, properties) == (2, "error", {"title": "basewatch"})
    assert "nonsense" in text


def test_standard_output_stays_one_document_among_annotations(says, within, operator):
    _, out, _ = says("check", ".", "--config", operator, "--annotations", "github", "--json")
    assert json.loads(out)["schema"] == "basewatch.check/1"


def test_names_of_files_cannot_speak_to_the_runner(says, tmp_path, operator, monkeypatch):
    root = tmp_path / "hostile"
    names = ["a\n::error::owned", "b ##[add-mask]e", "::set-output name=changes::9", "c%0Ad"]
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / "Dockerfile").write_text("FROM none/x:1 ##[error]owned\n")
        (root / name / "app.Dockerfile").write_text("FROM none/x:1\n")
    monkeypatch.chdir(root)
    found = root / "outputs"
    _, out, err = says(
        "check", ".", "--config", operator, "--annotations", "github", "--outputs", found
    )
    # As one stream, in the order in which a step writes it: ours before all else and after it.
    first, rest = err.split("\n", 1)
    told = commands(f"{first}\n{out}{rest}")
    assert {name for name, *_ in told} == {"error"}
    assert {properties["title"] for _, properties, _ in told} == {"basewatch"}
    assert {properties["file"] for _, properties, _ in told} == {
        f"{name}/{file}" for name in names for file in ("Dockerfile", "app.Dockerfile")
    }
    assert outputs(found)["changes"] == "0"


def test_a_file_that_cannot_be_written_is_one_line(says, within, operator, tmp_path):
    (tmp_path / "gone").symlink_to(tmp_path / "no" / "such" / "folder")
    code, _, err = says("check", ".", "--config", operator, "--report", tmp_path / "gone")
    assert code == 2
    assert f"basewatch: {tmp_path / 'gone'}: No such file or directory" in err


# ---------------------------------------------------------------- for GitLab, and for code scanning


def test_code_quality_has_an_entry_for_each_use_that_is_not_as_it_should_be(
    says, within, operator, tmp_path
):
    report = tmp_path / "gl.json"
    says("check", ".", "--config", operator, "--codequality", report)
    entries = read(report)
    Draft202012Validator(CODE_QUALITY).validate(entries)
    names = [entry["check_name"].removeprefix("basewatch/") for entry in entries]
    assert {name: names.count(name) for name in names} == {"behind": 8, "unpinned": 2, "failed": 1}
    assert len({entry["fingerprint"] for entry in entries}) == 11


def test_code_quality_of_nothing_is_an_empty_list(says, tmp_path, operator):
    report = tmp_path / "gl.json"
    (tmp_path / "empty").mkdir()
    code, _, _ = says("check", tmp_path / "empty", "--config", operator, "--codequality", report)
    assert (code, read(report)) == (0, [])


def found(text, path="Dockerfile"):
    return [Finding(use, "behind", "It moved.") for use in uses_of(SourceFile(path, text))]


def prints(text, path="Dockerfile"):
    return [entry["fingerprint"] for entry in codequality(found(text, path))]


def test_a_fingerprint_stays_while_lines_move():
    assert prints("FROM a:1\nFROM b:1\n") == prints("# More.\n\nFROM a:1\nUSER x\nFROM b:1\n")


def test_the_same_image_twice_in_a_file_is_two_findings():
    first, second = prints("FROM a:1\nFROM a:1\n")
    assert first != second
    assert prints("FROM a:1\n") == [first]
    assert prints("FROM a:1\n", "b/Dockerfile") != [first]


def test_a_path_that_is_no_utf8_is_told_as_well_as_can_be():
    (entry,) = codequality(found("FROM a:1\n", os.fsdecode(b"\xff/Dockerfile")))
    assert entry["location"]["path"] == "?/Dockerfile"


def test_sarif_has_the_same_findings(says, within, operator, tmp_path):
    report, quality = tmp_path / "a.sarif", tmp_path / "gl.json"
    says("check", ".", "--config", operator, "--sarif", report, "--codequality", quality)
    (run,) = read(report)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["unpinned", "behind", "failed"]
    assert [result["partialFingerprints"]["basewatch/v1"] for result in run["results"]] == [
        entry["fingerprint"] for entry in read(quality)
    ]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1


def test_sarif_takes_no_more_results_than_are_shown():
    (finding,) = found("FROM a:1\n")
    failed = replace(finding, rule="failed")
    (run,) = sarif([finding] * MOST_RESULTS + [failed])["runs"]
    assert [each["ruleId"] for each in run["results"]] == [
        *(["behind"] * (MOST_RESULTS - 1)), "failed",
    ]  # fmt: skip
    ((notice,),) = [each["toolExecutionNotifications"] for each in run["invocations"]]
    assert notice["message"]["text"].startswith("1 of 5,001 results, the least severe")
    (whole,) = sarif([finding] * MOST_RESULTS)["runs"]
    assert "invocations" not in whole


# ---------------------------------------------------------------- run


def test_a_run_leaves_its_report_summary_and_outputs(says, shop, operator, tmp_path):
    report, summary, told = (tmp_path / name for name in ("report.json", "summary.md", "outputs"))
    words = ["--report", report, "--summary", summary, "--outputs", told]
    code, _, _ = says("run", shop, "--config", operator, *words)
    document, values = read(report), outputs(told)
    created = [each for each in document["proposals"] if each["verb"] == "created"]
    assert code == 2
    assert values["changes"] == str(len(created)) != "0"
    assert values["failed"] == "1"
    assert values["pull-requests"] == "[]"  # branches on this machine have no address
    assert values["report"] == str(report)
    assert json.loads(values["counts"])["created"] == len(created)
    assert f"{len(created)} proposals: {len(created)} created." in summary.read_text("utf-8")


@pytest.mark.slow
def test_a_second_run_changes_nothing_and_says_so(says, shop, operator, tmp_path):
    says("run", shop, "--config", operator, "--report", tmp_path / "r", "--annotations", "github")
    says("run", shop, "--config", operator, "--outputs", tmp_path / "outputs")
    values = outputs(tmp_path / "outputs")
    assert values["changes"] == "0"
    assert json.loads(values["counts"])["unchanged"] > 0


def test_what_a_run_could_not_do_is_an_error_that_names_the_repository(says, shop, operator):
    _, out, err = says("run", shop, "--config", operator, "--annotations", "github")
    ((name, properties, text),) = commands(err)
    assert (name, properties) == ("error", {"title": "basewatch"})
    assert text.startswith("shop: ")
    assert "::" not in out


def test_in_the_repository_of_the_step_itself_the_line_is_marked(says, shop, operator, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "shop")
    _, _, err = says("run", shop, "--config", operator, "--annotations", "github")
    ((_, properties, _),) = commands(err)
    line = (shop / properties["file"]).read_text().splitlines()[int(properties["line"]) - 1]
    assert "FROM" in line


def test_no_token_of_a_pause_is_used_twice(says, within, operator):
    pauses = {
        says("check", "web", "--config", operator, "--annotations", "github")[2].splitlines()[0]
        for _ in range(2)
    }
    assert len(pauses) == 2
