"""What basewatch can be run by: its container image, GitLab's pipelines, cron, systemd, Kubernetes."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import dockerfile
import pytest
import yaml

from bot.cli import main
from bot.formats import uses_of
from bot.model import SourceFile
from tests.git.made import program, repository

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CONTAINERFILE = (ROOT / "Containerfile").read_text("utf-8")
PIPELINES = sorted((EXAMPLES / "gitlab").glob("*.yml"))
COMPONENTS = sorted((ROOT / "templates").glob("*.yml"))


def options(text):
    """Each `basewatch COMMAND …` of a script, as its command and the options that it names."""
    for command, rest in re.findall(r"\bbasewatch (run|check|cache prune)\b([^\n]*)", text):
        yield command, set(re.findall(r"(?<=\s)--[a-z-]+", rest))


def taken(command, capsys):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    return set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


RUNNABLE = [
    PIPELINES[1],
    *COMPONENTS,
    EXAMPLES / "cron/crontab",
    EXAMPLES / "cron/basewatch.service",
]


@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.name)
def test_every_command_that_is_shown_takes_its_options(path, capsys):
    shown = [*options(path.read_text("utf-8"))]
    assert shown
    for command, names in shown:
        assert names <= taken(command, capsys)


# ---------------------------------------------------------------- the container image


def test_our_own_image_is_built_on_one_base_that_is_pinned_to_a_digest():
    uses = uses_of(SourceFile("Containerfile", CONTAINERFILE))
    assert {str(use.image.repository) for use in uses} == {"docker.io/library/python"}
    assert len({use.image.digest for use in uses}) == 1
    assert all(use.image.digest for use in uses)
    assert all(use.image.tag for use in uses)


def test_a_newer_base_is_written_into_one_place():
    uses = uses_of(SourceFile("Containerfile", CONTAINERFILE))
    (pieces,) = {tuple(piece for piece in use.pieces if piece.variable) for use in uses}
    assert {piece.variable for piece in pieces} == {"PYTHON"}


def test_buildkit_reads_our_containerfile():
    commands = dockerfile.parse_string(CONTAINERFILE)
    last = {command.cmd.lower(): command.value for command in commands}
    assert last["user"] == ("10001:10001",)
    assert last["entrypoint"] == ("basewatch",)


def test_what_is_copied_is_there_and_is_sent():
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    commands = dockerfile.parse_string(CONTAINERFILE)
    copied = [c.value[0] for c in commands if c.cmd.lower() == "copy" and not c.flags]
    assert sent.count("*") == 1
    assert len(copied) == 5
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in sent


def test_in_our_image_a_repository_of_another_user_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "gitconfig"))
    (trusts,) = re.findall(r"&& (git config --system .*) \\$", CONTAINERFILE, re.MULTILINE)
    subprocess.run(shlex.split(trusts), check=True)
    repository(tmp_path / "r", {"Dockerfile": "FROM node:20"})
    # git's own way to try this: everything then seems to belong to somebody else.
    real = shutil.which("git")
    program(tmp_path / "bin", "git", f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    assert main(["scan", str(tmp_path / "r")]) == 0


# ---------------------------------------------------------------- GitLab


def valid_pipelines(folder, documents):
    paths = []
    for name, document in documents:
        paths.append(folder / f"{name}.yml")
        paths[-1].write_text(document)
    script = Path(sys.executable).with_name("check-jsonschema")
    words = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
    ran = subprocess.run([script, *words, *paths], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_pipelines_and_both_parts_of_each_component_are_so_by_their_schema(tmp_path):
    whole = [(path.stem, path.read_text("utf-8")) for path in PIPELINES]
    parts = [
        (f"{path.stem}-{number}", part)
        for path in COMPONENTS
        for number, part in enumerate(path.read_text("utf-8").split("\n---\n"))
    ]
    assert (len(whole), len(parts)) == (2, 4)
    valid_pipelines(tmp_path, [*whole, *parts])


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_a_component_uses_every_input_and_none_in_a_script(path):
    head, body = path.read_text("utf-8").split("\n---\n")
    inputs = set(yaml.safe_load(head)["spec"]["inputs"])
    assert set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", body)) == inputs
    (job,) = yaml.safe_load(body).values()
    assert "$[[" not in yaml.safe_dump(job["script"])


def test_the_example_gives_components_what_they_ask_for():
    example = yaml.safe_load((EXAMPLES / "gitlab/component.gitlab-ci.yml").read_text("utf-8"))
    for each in example["include"]:
        name = each["component"].rpartition("/")[2].partition("@")[0]
        head = (ROOT / "templates" / f"{name}.yml").read_text("utf-8").split("\n---\n")[0]
        inputs = yaml.safe_load(head)["spec"]["inputs"]
        needed = {key for key, said in inputs.items() if "default" not in (said or {})}
        assert needed <= set(each["inputs"]) <= set(inputs)


@pytest.mark.parametrize("path", [*PIPELINES, *COMPONENTS], ids=lambda path: path.name)
def test_no_pipeline_names_a_secret_or_keeps_clones(path):
    text = path.read_text("utf-8")
    assert not re.search(r"^\s*BASEWATCH_TOKEN:", text, re.MULTILINE)
    assert "clones\n" not in text


def test_the_script_of_a_component_passes_on_what_was_asked(tmp_path):
    """With a `basewatch` that tells its arguments, as a job's shell would call it."""
    body = (ROOT / "templates" / "check.yml").read_text("utf-8").split("\n---\n")[1]
    (job,) = yaml.safe_load(body).values()
    fake = tmp_path / "basewatch"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "BASEWATCH_AT": "a $(b) c"}
    lines = {}
    for strict in ("true", "false"):
        ran = subprocess.run(
            ["sh", "-eu", "-c", "\n".join(job["script"])],
            env={**env, "BASEWATCH_STRICT": strict},
            capture_output=True,
            text=True,
            check=True,
        )
        lines[strict] = ran.stdout.splitlines()
    assert lines["false"][0] == "check"
    assert lines["false"][-2:] == ["--", "a $(b) c"]
    assert set(lines["true"]) - set(lines["false"]) == {"--exit-code"}


# ---------------------------------------------------------------- cron, systemd, Kubernetes


def test_the_crontab_has_one_job_with_a_user_and_no_percent_sign():
    text = (EXAMPLES / "cron/crontab").read_text("utf-8")
    (job,) = [line for line in text.splitlines() if re.match(r"[0-9*]", line)]
    *when, user, command = job.split(None, 6)
    assert (len(when), user) == (5, "basewatch")
    assert "%" not in command  # cron would end the command there
    assert subprocess.run(["sh", "-n", "-c", command.partition("sh -c ")[2][1:-1]]).returncode == 0


def unit(name):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read_string((EXAMPLES / "cron" / name).read_text("utf-8"))
    return parser


def test_the_service_runs_once_as_nobody_in_particular():
    service = unit("basewatch.service")["Service"]
    assert service["Type"] == "oneshot"
    assert service["DynamicUser"] == service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert "Install" not in unit("basewatch.service")  # its timer starts it
    assert unit("basewatch.timer")["Timer"]["Persistent"] == "true"


def test_systemd_finds_no_fault_with_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not at hand")
    for name in ("basewatch.service", "basewatch.timer"):
        text = (EXAMPLES / "cron" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("/usr/local/bin/basewatch", "/bin/true"))
    ran = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "basewatch.timer", tmp_path / "basewatch.service"],
        capture_output=True,
        text=True,
    )
    assert [line for line in ran.stderr.splitlines() if "basewatch." in line] == []


def test_the_cron_job_of_kubernetes_is_not_root_and_may_write_to_its_own_folders_only():
    documents = [*yaml.safe_load_all((EXAMPLES / "cron/cronjob.yaml").read_text("utf-8"))]
    (job,) = [each["spec"] for each in documents if each["kind"] == "CronJob"]
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert job["concurrencyPolicy"] == "Forbid"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert f"USER {pod['securityContext']['runAsUser']}:" in CONTAINERFILE
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert set(mounts) == {volume["name"] for volume in pod["volumes"]}
    assert f"VOLUME {mounts['kept']}\n" in CONTAINERFILE
    claims = {each["metadata"]["name"] for each in documents if "Claim" in each["kind"]}
    assert {
        v["persistentVolumeClaim"]["claimName"]
        for v in pod["volumes"]
        if "persistentVolumeClaim" in v
    } == claims
