"""Every command as its user runs it, against a registry on the loopback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from bot import __version__
from bot.cli import main
from bot.formats import KINDS
from tests.canaries import canary, is_in

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def documents():
    for path in SCHEMAS.glob("*.schema.json"):
        schema = json.loads(path.read_text())
        yield schema["$id"], schema


@pytest.fixture(scope="module")
def valid():
    known = dict(documents())
    registry = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in known.items()
    )

    def check(document):
        name = document["schema"].partition(".")[2].partition("/")[0]
        Draft202012Validator(known[f"{name}.schema.json"], registry=registry).validate(document)
        return document

    return check


def test_scan_lists_every_use_and_what_is_left_alone(says, shop):
    code, out, err = says("scan", shop)
    assert (code, err) == (0, "")
    assert "6:6  from    node:20.11.0-alpine  (node:${NODE_VERSION}-alpine)" in out
    assert "variable-without-default: BASE has no default" in out
    assert "15 uses in 9 files, 2 of them pinned" in out


def test_scan_json_points_at_the_first_character_of_each_text(says, shop, valid):
    code, out, _ = says("scan", shop, "--json")
    document = valid(json.loads(out))
    assert code == 0
    for place in [*document["uses"], *document["skips"]]:
        line = (shop / place["file"]).read_text().split("\n")[place["line"] - 1]
        assert line[place["column"] - 1 :].startswith(place["text"].split("\n")[0])


def test_scan_names_every_skip_when_asked(says, shop):
    _, quiet, _ = says("scan", shop)
    _, loud, _ = says("scan", shop, "--skips")
    assert "(--skips lists them)" in quiet
    assert " stage: " not in quiet
    assert " stage: " in loud


def test_scan_lists_three_of_the_files_that_one_pattern_leaves_out(says, tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.Dockerfile").write_text("FROM node:20\n")
    (tmp_path / "basewatch.yaml").write_text("ignore: ['*.Dockerfile']\n")
    _, out, _ = says("scan", tmp_path)
    assert [line.split()[0] for line in out.splitlines() if "ignored:" in line] == [
        *(f"{number}.Dockerfile:1:1" for number in range(3)),
        "and",
    ]
    assert "and 2 more  ignored:" in out
    _, out, _ = says("scan", tmp_path, "--skips")
    assert out.count("Dockerfile:1:1") == 5


def test_scan_of_one_file_reads_that_file_only(says, shop):
    _, out, _ = says("scan", shop / "web/Dockerfile", "--json")
    assert {use["file"] for use in json.loads(out)["uses"]} == {"Dockerfile"}


def test_scan_of_nothing_ends_in_one_line(says, tmp_path):
    code, out, err = says("scan", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert err.startswith("basewatch: ")
    assert err.count("\n") == 1


def test_a_file_of_no_format_is_said_to_be_one(says, tmp_path, operator):
    (tmp_path / "notes.txt").write_text("FROM node:20\n")
    for words in (["scan"], ["check", "--config", operator]):
        code, _, err = says(*words, tmp_path / "notes.txt")
        assert code == 0
        assert f"is of none of the {len(KINDS)} formats that basewatch reads" in err


@pytest.mark.parametrize("at", ["Dockerfile", "nowhere"])
def test_a_link_that_is_named_is_said_to_be_one(says, tmp_path, operator, at):
    (tmp_path / "Dockerfile").write_text("FROM node:20\n")
    (tmp_path / "link").symlink_to(at)
    for words in (["scan"], ["check", "--config", operator]):
        code, _, err = says(*words, tmp_path / "link")
        assert (code, err.count("\n")) == (0, 1)
        assert err.endswith("/link is a symbolic link; name the file that it points at\n")


def test_classify_says_what_a_tag_is_and_why(says, valid):
    code, out, _ = says("classify", "bitnami/etcd:3.5.17", "debian:bookworm-20240904", "--json")
    tags = valid(json.loads(out))["tags"]
    assert code == 0
    assert [tag["mutability"] for tag in tags] == ["rolling", "immutable"]
    assert tags[0]["follows"] == "rebuilds of 3.5.17"
    assert tags[0]["rule"] == "bitnami"
    _, text, _ = says("classify", "bitnami/etcd:3.5.17")
    assert text.startswith("bitnami/etcd:3.5.17: rolling, follows rebuilds of 3.5.17\n")


def test_classify_says_until_when_what_is_inside_is_supported(says, valid):
    images = ["node:16-bullseye", "ubuntu:24.04", "busybox"]
    _, out, _ = says("classify", *images, "--json")
    node, ubuntu, busybox = (tag["life_cycle"] for tag in valid(json.loads(out))["tags"])
    assert [(c["subject"], c["until"], c["status"]) for c in node] == [
        ("Debian 11 (bullseye)", "2024-08-14", "ended"),
        ("Node.js 16", "2023-09-11", "ended"),
    ]
    assert ubuntu[0]["lts"]
    assert busybox == []
    _, text, _ = says("classify", "node:16-bullseye")
    assert "  Debian 11 (bullseye), ended 2024-08-14 (Debian LTS: until 2026-08-31)\n" in text
    assert "  Node.js 16 LTS, ended 2023-09-11\n" in text


def test_classify_of_what_is_no_reference_ends_in_one_line(says):
    code, _, err = says("classify", "Not A Reference")
    assert code == 2
    assert err == "basewatch: 'Not A Reference' is not an image reference\n"


def test_check_gives_every_use_one_outcome(says, shop, operator, valid):
    code, out, err = says("check", shop, "--config", operator, "--json")
    document = valid(json.loads(out))
    assert code == 2
    assert err.startswith("basewatch: services/billing/Dockerfile:2: ")
    _, scanned, _ = says("scan", shop, "--json")
    places = [(u["file"], u["line"], u["column"]) for u in document["uses"]]
    assert places == [(u["file"], u["line"], u["column"]) for u in json.loads(scanned)["uses"]]
    outcomes = {use["outcome"] for use in document["uses"]}
    assert outcomes == {"update", "pin", "current", "held", "skipped", "failed"}
    assert all(use["because"].endswith(".") for use in document["uses"])


def test_check_tells_what_is_no_longer_supported(says, tmp_path, operator, valid):
    (tmp_path / "Dockerfile").write_text("FROM node:16-bullseye # basewatch: ignore\n")
    words = ("check", tmp_path, "--config", operator)
    (use,) = valid(json.loads(says(*words, "--json")[1]))["uses"]
    assert [c["subject"] for c in use["life_cycle"]] == ["Debian 11 (bullseye)", "Node.js 16"]
    said = "since 2024-08-14; Debian LTS ended on 2026-08-31; Node.js 16 has had no security"
    assert said in says(*words)[1]


def test_check_prints_the_plan_for_people(says, shop, operator):
    _, out, _ = says("check", shop, "--config", operator)
    assert "node:20.11.0-alpine → node:20.18.1-alpine@sha256:" in out
    assert "apart    node:22.12.0-alpine  (major)" in out
    assert "1 held, 1 skipped, 1 failed." in out


def test_check_asks_for_each_image_once(says, shop, operator, registry):
    says("check", shop, "--config", operator)
    asked = [path for method, path in registry.requests]
    assert len(asked) == len(set(asked))


def test_exit_code_tells_whether_something_would_change(says, tmp_path, operator):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/Dockerfile").write_text("FROM node:20.11.0-alpine\n")
    assert says("check", tmp_path / "a", "--config", operator)[0] == 0
    assert says("check", tmp_path / "a", "--config", operator, "--exit-code")[0] == 1
    assert says("fix", tmp_path / "a", "--config", operator, "--exit-code")[0] == 1
    assert says("fix", tmp_path / "a", "--config", operator, "--exit-code")[0] == 0


def test_fix_writes_the_plan_once(says, shop, operator, valid):
    code, out, _ = says("fix", shop, "--config", operator)
    assert code == 2  # one image cannot be looked up, and that is said
    assert "Wrote .pipeline/blubber.yaml, " in out
    text = (shop / "services/api/Dockerfile").read_text()
    assert "NODE_VERSION=20.18.1" in text
    files = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    _, again, _ = says("fix", shop, "--config", operator, "--json")
    assert valid(json.loads(again))["written"] == []
    assert all(path.read_bytes() == data for path, data in files.items())
    _, third, _ = says("fix", shop, "--config", operator)
    assert "Nothing to write." in third


def test_run_makes_branches_and_a_second_run_none(says, shop, operator, tmp_path, valid):
    words = ["run", shop, "--config", operator, "--out", tmp_path / "out", "--json"]
    code, first, _ = says(*words)
    assert code == 2
    assert {p["verb"] for p in valid(json.loads(first))["proposals"]} == {"created"}
    _, second, _ = says(*words)
    assert {p["verb"] for p in json.loads(second)["proposals"]} == {"unchanged"}
    _, text, _ = says(*words[:-1])
    assert " proposals unchanged; 15 uses: " in text
    assert f"{len(json.loads(second)['proposals'])} unchanged, 0 left, 1 failed." in text


def test_a_dry_run_changes_nothing(says, shop, operator, tmp_path):
    words = ["run", shop, "--config", operator, "--out", tmp_path / "out", "--dry-run"]
    _, out, _ = says(*words)
    assert "created  shop        Bump node 20.11.0-alpine → 20.18.1-alpine\n" in out
    assert out.endswith("This was a dry run: nothing was written.\n")
    refs = subprocess.run(["git", "-C", shop, "branch"], capture_output=True, text=True)
    assert refs.stdout.split() == ["*", "main"]
    assert not (tmp_path / "out").exists()


def test_run_where_there_is_no_repository_ends_in_one_line(says, tmp_path, operator):
    (tmp_path / "empty").mkdir()
    code, _, err = says("run", tmp_path / "empty", "--config", operator)
    assert code == 2
    assert err.count("\n") == 1


def test_a_registry_that_is_down_fails_its_uses_in_one_line(says, tmp_path, operator, registry):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/Dockerfile").write_text("FROM node:20.11.0-alpine\nFROM node:latest\n")
    config = tmp_path / "down.yaml"
    config.write_text(
        "registries: {docker.io: {lookup: 'http://127.0.0.1:9', insecure: true}}\nhttp: {tries: 1}\n"
    )
    code, out, err = says("check", tmp_path / "a", "--config", config)
    assert code == 2
    assert out.count("failed") == 3
    assert err.count("\n") == 1
    assert "(and 1 more)" in err


def test_init_writes_a_configuration_that_check_reads(says, tmp_path):
    code, out, _ = says("init", tmp_path)
    assert code == 0
    assert out == f"Wrote {tmp_path}/basewatch.yaml. Next: basewatch check {tmp_path}\n"
    assert says("config", "check", tmp_path)[1] == "basewatch.yaml is well-formed.\n"
    code, _, err = says("init", tmp_path)
    assert code == 2
    assert "is there already" in err


def test_init_where_it_may_not_write_ends_in_one_line(says, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = says("init", tmp_path / "file")
    assert (code, err.count("\n")) == (2, 1)


def test_config_check_names_the_line_of_each_mistake(says, tmp_path):
    (tmp_path / "basewatch.yaml").write_text("policy:\n  allow: [ptach]\n")
    code, _, err = says("config", "check", tmp_path)
    assert code == 2
    assert "basewatch.yaml:2:11: policy.allow.0: 'ptach'" in err
    assert "did you mean 'patch'?" in err


def test_config_check_tells_what_is_asked_in_vain(says, tmp_path, operator):
    (tmp_path / "r").mkdir()
    (tmp_path / "r/basewatch.yaml").write_text("policy: {allow: [major]}\n")
    with Path(operator).open("a") as file:
        file.write("limit: [digest, pin, patch]\n")
    _, out, err = says("config", "check", tmp_path / "r", "--config", operator)
    assert "is well-formed" in out
    assert "asks for major, which the operator's `limit` leaves out" in err
    _, out, _ = says("config", "check", tmp_path / "r", "--config", operator, "--json")
    assert len(json.loads(out)["notices"]) == 1


WRONG_EXAMPLE = """\
tags:
  - publisher: Acme
    images: [registry.example.org/**]
    claims: [{when: {full: true}, mutability: immutable, because: We never push twice.}]
    examples:
      - {image: "registry.example.org/a:1.2.3", mutability: rolling}
"""


def test_config_check_tries_the_examples_of_rules_about_tags(says, tmp_path):
    (tmp_path / "basewatch.yaml").write_text(WRONG_EXAMPLE)
    code, out, err = says("config", "check", tmp_path)
    assert (code, out) == (2, "")
    assert err == (
        "basewatch: basewatch.yaml:6:9: tags.0.examples.0: registry.example.org/a:1.2.3"
        " is immutable by tags[0] of basewatch.yaml, not rolling\n"
    )
    (tmp_path / "basewatch.yaml").write_text(WRONG_EXAMPLE.replace(": rolling", ": immutable"))
    assert says("config", "check", tmp_path)[0] == 0


def test_config_check_without_any_says_so(says, tmp_path):
    assert says("config", "check", tmp_path)[1] == "There is no basewatch.yaml: defaults hold.\n"


def test_config_schema_prints_what_lies_in_docs(says):
    _, repository, _ = says("config", "schema")
    _, operators, _ = says("config", "schema", "--operator")
    assert json.loads(repository) == json.loads((SCHEMAS / "repository.schema.json").read_text())
    assert json.loads(operators) == json.loads((SCHEMAS / "config.schema.json").read_text())


def test_a_host_that_the_operator_leaves_out_is_not_asked(says, tmp_path, operator, registry):
    with Path(operator).open("a") as file:
        file.write("allow_hosts: [ghcr.io]\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/Dockerfile").write_text("FROM node:latest\nFROM ghcr.io/astral-sh/uv:0.5.4\n")
    _, out, _ = says("check", tmp_path / "a", "--config", operator, "--json")
    assert [use["outcome"] for use in json.loads(out)["uses"]] == ["failed", "update"]
    assert not any("library/node" in path for _, path in registry.requests)


def test_secrets_come_from_the_environment_and_a_missing_one_is_named(
    says, tmp_path, operator, monkeypatch
):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/Dockerfile").write_text("FROM quay.io/a/b:1\n")
    config = Path(operator)
    config.write_text(
        config.read_text().replace(
            "registries:\n",
            "registries:\n"
            "  quay.io: {username_env: BW_USER, password_env: BW_PASSWORD,\n"
            "            lookup: 'http://127.0.0.1:9', insecure: true}\n"
            "  gcr.io: {token_env: BW_TOKEN}\n",
        )
    )
    code, _, err = says("check", tmp_path / "a", "--config", operator)
    assert (code, "BW_USER is not set" in err) == (2, True)
    for name in ("BW_USER", "BW_PASSWORD", "BW_TOKEN"):
        monkeypatch.setenv(name, canary("registry-login"))
    code, out, err = says("check", tmp_path / "a", "--config", operator)
    assert code == 2
    assert not is_in(out + err)


def test_the_demo_shows_the_whole_job(says):
    code, out, _ = says("demo")
    assert code == 0
    assert "unchanged" in out
    assert "every one to 127.0.0.1" in out


def test_as_a_module_it_is_the_same_program():
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"basewatch {__version__}\n"


def test_help_loads_nothing_that_it_does_not_need():
    script = (
        "import sys, bot.cli\n"
        "try: bot.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'httpx', 'pydantic', 'yaml', 'asyncio', 'subprocess'} & set(sys.modules)\n"
        "print(heavy or 'light', file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr == "light\n"


def test_a_scan_knows_nothing_of_life_cycles(shop):
    script = f"import sys, bot.cli; bot.cli.main(['scan', {str(shop)!r}]); print({{m for m in sys.modules if m in ('bot.lifecycle', 'bot.rules')}} or 'light', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr == "light\n"


def test_a_wrong_word_exits_with_two(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["frobnicate"])
    assert stopped.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error(shop):
    command = f"{sys.executable} -m bot scan {shop} --json | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert done.stderr == ""


def test_an_interrupt_leaves_with_a_word(monkeypatch, says):
    def interrupted(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.wiring.work_tree", interrupted)
    assert says("scan", ".") == (130, "", "basewatch: interrupted\n")
