"""The GitHub Action: its steps as a runner runs them, and what its files promise."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.fakes.runner import Runner

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
EXAMPLES = (ROOT / "examples" / "workflows").glob("*.yml")
WORKFLOWS = sorted([*EXAMPLES, *(ROOT / ".github" / "workflows").glob("*.yml")])
STEPS = ACTION["runs"]["steps"]
PINNED = re.compile(r"uses: +[\w.-]+/[\w./-]+@[0-9a-f]{40} # (v\d+\.\d+\.\d+|the release you take)")
OURS = "example-org/basewatch@"


def named(name):
    (step,) = (step for step in STEPS if name in (step.get("name"), step.get("id")))
    return step


# ---------------------------------------------------------------- what others say of the files


def judged(*words):
    script = Path(sys.executable).with_name(words[0])
    ran = subprocess.run([script, *words[1:]], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_action_is_one_by_its_schema():
    judged("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")


def test_the_examples_are_workflows_by_their_schema():
    judged("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_zizmor_finds_nothing_to_say_of_them():
    judged("zizmor", "--offline", "--no-progress", "--quiet", "action.yml", *WORKFLOWS)


# ---------------------------------------------------------------- what the files promise


@pytest.mark.parametrize("path", [ROOT / "action.yml", *WORKFLOWS], ids=lambda path: path.name)
def test_whatever_is_used_is_pinned_to_a_commit_with_its_version(path):
    lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    loose = [line for line in lines if not PINNED.search(line) and "uses: ./ #" not in line]
    assert lines
    assert loose == []


def test_one_action_is_used_in_one_version_everywhere():
    seen = {}
    for path in (ROOT / "action.yml", *WORKFLOWS):
        for name, pin in re.findall(r"uses: +(\S+)@(\S+)", path.read_text("utf-8")):
            seen.setdefault("/".join(name.split("/")[:2]), set()).add(pin)
    assert {name: pins for name, pins in seen.items() if len(pins) > 1} == {}


def test_no_expression_stands_in_a_script():
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) == 3
    assert [script for script in scripts if "${{" in script] == []


def test_every_input_is_used_and_every_output_is_made():
    text = (ROOT / "action.yml").read_text("utf-8")
    assert {name for name in ACTION["inputs"] if f"inputs.{name}" not in text} == set()
    assert {output["value"] for output in ACTION["outputs"].values()} == {
        f"${{{{ steps.basewatch.outputs.{name} }}}}" for name in ACTION["outputs"]
    }


def test_what_is_restored_is_what_was_kept():
    restore, save = _caches()
    assert restore["with"]["path"] == save["with"]["path"]
    assert restore["with"]["key"] == save["with"]["key"]
    assert save["with"]["key"].startswith(restore["with"]["restore-keys"])
    assert "clones" not in save["with"]["path"]


def _caches():
    return [step for step in STEPS if step.get("uses", "").startswith("actions/cache/")]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_an_example_gives_inputs_that_the_action_has_and_no_rights_to_all(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    ours = [step for step in job["steps"] if step.get("uses", "").startswith((OURS, "./"))]
    assert len(ours) == 1
    assert set(ours[0].get("with", {})) <= set(ACTION["inputs"])
    assert "timeout-minutes" in job


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_who_proposes_with_the_workflows_token_may_write(path):
    (job,) = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    writes = {name for name, right in job["permissions"].items() if right == "write"}
    allowed = {
        "pull-requests.yml": {"contents", "pull-requests", "issues"},
        "code-scanning.yml": {"security-events"},
    }
    assert writes == allowed.get(path.name, set())


def test_the_page_tells_of_every_input_and_output():
    page = (ROOT / "docs" / "action.md").read_text("utf-8")
    told = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert told == set(ACTION["inputs"]) | set(ACTION["outputs"])


# ---------------------------------------------------------------- the steps, run


class Job:
    """A job on a runner of ours: a workspace, and the files that GitHub gives a step."""

    def __init__(self, workspace, temp):
        self.workspace, self.house = workspace, temp / "basewatch"
        self.output, self.summary = temp / "output", temp / "summary"
        self.house.mkdir(parents=True)
        # What the step before has installed: this very environment.
        (self.house / "python").symlink_to(sys.prefix)

    def run(self, name="basewatch", **inputs):
        step = named(name)
        defaults = {key: said["default"] for key, said in ACTION["inputs"].items()}
        given = {**defaults, "token": "of-the-workflow", **inputs}
        env = {key: self.filled(value, given) for key, value in step["env"].items()}
        script = self.house / "step.sh"
        script.write_text(step["run"])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace,
            env={**self.usual(), **env},
            capture_output=True,
            text=True,
        )

    def usual(self):
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.house),
            "DOCKER_CONFIG": str(self.house / "no-logins"),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_REPOSITORY": "example-org/shop",
        }

    def filled(self, value, inputs):
        """The few expressions that stand in `env:`."""
        known = {
            "runner.temp": str(self.house.parent),
            "github.action_path": str(ROOT),
            **{f"inputs.{name}": text for name, text in inputs.items()},
        }

        def replaced(match):
            if match[1] in known:
                return known[match[1]]
            condition, _, text = match[1].partition(" && ")
            assert condition == "inputs.command == 'run'"
            return inputs["token"] if inputs["command"] == "run" and "inputs.token" in text else ""

        return re.sub(r"\$\{\{ (.*?) \}\}", replaced, value)

    def outputs(self):
        return dict(line.split("=", 1) for line in self.output.read_text("utf-8").splitlines())


@pytest.fixture
def job(shop, tmp_path):
    return Job(shop, tmp_path / "temp")


def test_check_marks_lines_and_leaves_everything_behind(job, operator):
    ran = job.run(command="check", config=operator)
    assert (ran.returncode, ran.stderr) == (2, "")
    commands = Runner().read_all(ran.stdout)
    assert {name for name, *_ in commands} == {"error", "warning"}
    assert all((job.workspace / properties["file"]).is_file() for _, properties, _ in commands[:9])
    assert job.outputs()["changes"] == "10"
    assert job.summary.read_text("utf-8").startswith("## basewatch check\n")
    report = json.loads(Path(job.outputs()["report"]).read_text("utf-8"))
    assert report["schema"] == "basewatch.check/1"
    assert set(job.outputs()) <= set(ACTION["outputs"])


def test_run_proposes_and_leaves_everything_behind(job, operator):
    ran = job.run(path=".", config=operator)
    assert ran.returncode == 2  # one of the demo's images is nowhere
    assert "created" in ran.stdout
    assert set(job.outputs()) == set(ACTION["outputs"])
    assert int(job.outputs()["changes"]) > 0
    assert (job.house / "ledger" / "ledger.sqlite").is_file()


@pytest.mark.slow
def test_a_dry_run_does_nothing(job, operator):
    job.run(path=".", config=operator, **{"dry-run": "true"})
    refs = subprocess.run(
        ["git", "branch", "--list", "basewatch/*"], cwd=job.workspace, capture_output=True
    )
    assert refs.stdout == b""


def test_arguments_are_lines_and_no_words_of_a_shell(job, operator):
    (job.workspace / "odd $(touch pwned) 'name").mkdir()
    report = "odd $(touch pwned) 'name/a b.json"
    ran = job.run(
        command="check", path="web", config=operator, args=f"--exit-code\n\n--codequality\n{report}"
    )
    assert ran.returncode == 1
    assert json.loads((job.workspace / report).read_text("utf-8"))
    assert not (job.workspace / "pwned").exists()


def test_inputs_are_the_options_of_their_names(job, operator):
    options = {"exit-code": "true", "sarif": "--a.sarif"}
    ran = job.run(command="check", path="web", config=operator, **options)
    assert ran.returncode == 1
    assert json.loads((job.workspace / "--a.sarif").read_text("utf-8"))["version"] == "2.1.0"
    ran = job.run(path=".", config=operator, branch="--config", repo="a/b\n\nc/d")
    assert "--repo is of a forge" in ran.stdout
    ran = job.run(platform="local", branch="there/is/none", out="told")
    assert "has no commit on a branch there/is/none" in ran.stdout


@pytest.mark.parametrize(
    "path", ["--help", "-x", "$(touch pwned)", "`touch pwned`", "; touch pwned"]
)
def test_a_path_is_a_path_whatever_it_looks_like(job, operator, path):
    ran = job.run(command="check", path=path, config=operator)
    assert ran.returncode == 2
    assert "usage:" not in ran.stdout
    assert not (job.workspace / "pwned").exists()


def test_a_package_in_the_workspace_is_not_ours(job, operator):
    (job.workspace / "bot").mkdir()
    (job.workspace / "bot" / "__init__.py").write_text("raise SystemExit('hijacked')\n")
    (job.workspace / "yaml.py").write_text("raise SystemExit('hijacked')\n")
    ran = job.run(command="check", path="web", config=operator)
    assert "hijacked" not in ran.stdout
    assert ran.returncode == 0


def test_check_is_not_given_the_token(job):
    step = named("basewatch")["env"]
    assert job.filled(step["BASEWATCH_TOKEN"], {"command": "check", "token": "secret"}) == ""
    assert job.filled(step["BASEWATCH_TOKEN"], {"command": "run", "token": "secret"}) == "secret"


def test_run_looks_after_its_own_repository_where_no_configuration_says_otherwise(job):
    ran = job.run(token="")  # so that it ends before it asks anybody
    assert ran.returncode == 2
    assert "there is no token for github" in ran.stdout


def test_a_command_that_there_is_not_ends_in_an_error(job):
    ran = job.run(command="wipe")
    assert ran.returncode == 2
    assert "invalid choice: 'wipe'" in ran.stdout


def test_the_cache_is_kept_small_where_the_run_has_it(job):
    ran = job.run("Keep the cache small")
    assert ran.returncode == 0, ran.stderr
    assert "Removed 0 files" in ran.stdout
