"""`basewatch demo` shows what it says it shows, asks the loopback only, and leaves nothing behind."""

import contextlib
import importlib.util
import io
import json
import os
import re
import socket
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.text import out
from bot.config import operator_config
from bot.demo import run
from bot.demo.bundle import bundled
from bot.demo.images import load
from bot.demo.registry import DemoRegistry
from bot.demo.setting import HOSTS, OPERATOR, REPOSITORY, committed, configure, working_in
from bot.errors import PlatformError, RepoError
from bot.git import Git, branches

LOCAL = ("127.0.0.1",)
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def asked():
    """Where connections are opened to, or names looked up for; nothing but the loopback may be."""
    places = set()
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def watched(self, address):
        places.add(address[0] if isinstance(address, tuple) else address)
        return connect(self, address)

    def looked_up(host, *arguments, **options):
        places.add(host)
        return resolve(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", watched)
        patch.setattr(socket, "getaddrinfo", looked_up)
        yield places


@pytest.fixture(scope="module")
def shown(asked, tmp_path_factory):
    """What the demo prints, step by step; with surroundings that would lead it astray."""
    astray = tmp_path_factory.mktemp("astray")
    (astray / "config.json").write_text("{ this is no configuration")
    (astray / "operator.yaml").write_text("nor: this\n")
    before = Path.cwd()
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_CONFIG", str(astray))
        patch.setenv("BASEWATCH_CONFIG", str(astray / "operator.yaml"))
        patch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        patch.setenv("TMPDIR", str(astray))
        patch.setattr("tempfile.tempdir", None)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            assert main(["demo"]) == 0
        assert os.environ["DOCKER_CONFIG"] == str(astray)
    assert Path.cwd() == before
    assert sorted(path.name for path in astray.iterdir()) == ["config.json", "operator.yaml"]
    steps = re.split(r"\n── \d\. ", printed.getvalue())
    assert len(steps) == 8
    return steps


def test_nothing_but_the_loopback_is_asked(shown, asked):
    assert asked == set(LOCAL)
    assert re.search(r"\b\d+ requests, every one to 127\.0\.0\.1\.", shown[7])


def test_the_scan_tells_uses_and_what_only_looks_like_one(shown):
    assert "$ basewatch scan fernhill" in shown[2]
    assert "node:20.11.0-alpine" in shown[2]
    assert "${NODE_VERSION}" in shown[2]
    assert "variable-without-default" in shown[2]


def test_the_plan_has_every_outcome_and_a_major_apart(shown):
    for outcome in ("update", "pin", "current", "held", "skipped", "failed"):
        assert re.search(rf"^ +\d+:\d+ +{outcome} ", shown[3], re.MULTILINE), outcome
    assert "Exit code 2" in shown[3]
    assert re.search(r"apart +node:22\.12\.0-alpine +\(major\)", shown[3])


def test_the_first_run_creates_every_branch(shown):
    verbs = [verb for verb, _ in proposals(shown[4])]
    assert set(verbs) == {"created"}
    assert len(verbs) >= 8


def test_one_body_is_printed_whole(shown):
    assert "# Bump node 20.11.0-alpine → 20.18.1-alpine" in shown[5]
    assert "linux/s390x" in shown[5]
    assert "**Fixes 8 vulnerabilities (1 critical, 1 high), introduces none.**" in shown[5]
    assert "[CVE-2024-5535]" in shown[5]
    assert "<summary>Packages: 10 upgraded, 1 added, 1 removed</summary>" in shown[5]
    assert "alpine" in shown[5].partition("**Base image**")[2]
    assert "<!-- basewatch" in shown[5]


def test_the_readme_shows_the_proposal_that_the_demo_prints(shown):
    script = ROOT / "docs" / "show_proposal.py"
    spec = importlib.util.spec_from_file_location("show_proposal", script)
    showing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(showing)
    page = (ROOT / "README.md").read_text("utf-8")
    now = showing.with_proposal(page, showing.quoted(shown[5]))
    assert undated(page) == undated(now)
    assert page.count("> # Bump node 20.11.0-alpine") == 1


def undated(page):
    """The lines that are the same on another day, and in another version of basewatch."""
    lines = re.sub(r"OSV [0-9.]+[0-9]", "OSV", page).splitlines()
    return [line for line in lines if line.strip("> ") and "Node.js 20" not in line]


def test_the_readme_shows_the_plan_that_the_demo_prints(shown):
    plan = (ROOT / "README.md").read_text("utf-8").partition("```text\n")[2].partition("```")[0]
    assert [line for line in plan.splitlines() if line.strip() not in shown[3]] == []
    assert len(plan.splitlines()) > 10


def test_the_second_run_updates_the_one_branch_whose_tag_moved(shown):
    by_verb = proposals(shown[6])
    assert [title for verb, title in by_verb if verb == "updated"] != []
    (title,) = [title for verb, title in by_verb if verb != "unchanged"]
    assert "python 3.12-slim" in title
    assert re.search(r"went from [0-9a-f]{7} to [0-9a-f]{7},\n", shown[6])
    assert re.search(r"begins:\n\n1 use in 1 file\. \*\*Fixes 4 .*, introduces none\.", shown[6])


def test_the_third_run_finds_nothing_to_do(shown):
    assert proposals(shown[7]) == []
    first = len(proposals(shown[4]))
    assert f"fernhill: {first} proposals unchanged" in shown[7]
    assert f"0 done, {first} unchanged" in shown[7]


def proposals(step):
    words = "created|updated|rebased|unchanged|retired|left|failed"
    return re.findall(rf"^({words}) +(\S.*)$", step, re.MULTILINE)


# ------------------------------------------------------------------------------ the evidence


@pytest.fixture(scope="module")
def bodies(asked, tmp_path_factory):
    """The bodies of the first run, by the folder they lie in."""
    folder = tmp_path_factory.mktemp("bodies")
    with DemoRegistry(load(bundled() / "registry.yaml")) as registry, working_in(folder):
        committed(bundled() / "repository", folder)
        configure(folder, registry.url)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            main(["run", REPOSITORY, "--config", OPERATOR, "--out", "out"])
        assert (folder / "cache").is_dir()
    return {path.parent.name: path.read_text() for path in folder.glob("out/*/body.md")}


def test_another_folder_and_another_port_give_the_same_body_byte_for_byte(bodies, shown):
    (body,) = [b for folder, b in bodies.items() if folder.endswith("node-20.x.x-alpine")]
    assert body.rstrip() in shown[5]


def body_on(bodies, name):
    (body,) = [body for folder, body in bodies.items() if name in folder]
    return body


def test_what_is_introduced_is_told_apart_from_what_came_with_a_new_package(bodies):
    body = body_on(bodies, "etcd")
    assert "| introduced | – | – | 1 | – |" in body
    assert "| arrived with a new package | – | – | 1 | – |" in body
    assert "EXAMPLE-2024-0001" in body


def test_a_program_that_a_build_needs_and_the_new_image_lacks_is_warned_of(bodies):
    warning = body_on(bodies, "etcd").partition("\n\n|")[0]
    assert "`services/queue/Dockerfile` line 5" in warning
    assert "wget is no longer in the image" in warning


def test_what_is_published_with_an_image_is_told(bodies):
    assert "signed (cosign tag)" in body_on(bodies, "etcd")
    assert "attested (buildkit)" in body_on(bodies, "python")


def test_notes_come_from_recipes_and_pages(bodies):
    body = body_on(bodies, "python")
    assert "https://git.example.org/library/python/-/compare/" in body
    assert "**Recipe of debian**" in body
    assert "https://docs.python.org/3.12/whatsnew/changelog.html" in body


def test_an_image_without_packages_is_never_called_clean(bodies):
    body = body_on(bodies, "uv")
    assert "is not known" in body.partition("\n\n")[0]
    assert "Inconclusive" in body


def test_every_record_is_of_use():
    told = "".join(path.name for path in (bundled() / "records").glob("*.json"))
    assert told.count("CVE-") == 20
    assert sum(path.stat().st_size for path in (bundled() / "records").iterdir()) < 30_000


# ------------------------------------------------------------------------------ the repository


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """The plan for the bundled repository as it lies there."""
    folder = tmp_path_factory.mktemp("plan")
    printed = io.StringIO()
    with DemoRegistry(load(bundled() / "registry.yaml")) as registry, working_in(folder):
        configure(folder, registry.url)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            words = ["check", str(bundled() / "repository"), "--config", OPERATOR, "--json"]
            assert main(words) == 2
    return json.loads(printed.getvalue())


@pytest.mark.parametrize(
    ("file", "line", "outcome", "kind", "new"),
    [
        (".pipeline/blubber.yaml", 1, "update", "minor", "buildkit:v1.8.0"),
        (".pipeline/blubber.yaml", 3, "update", "date", "nodejs20-slim:0.0.1-20241208@"),
        ("jobs/backup/Dockerfile", 1, "current", None, ""),
        ("services/api/Dockerfile", 1, "pin", "pin", "docker/dockerfile:1@"),
        ("services/api/Dockerfile", 6, "update", "minor", "node:20.18.1-alpine@"),
        ("services/api/Dockerfile", 7, "update", "patch", "ghcr.io/astral-sh/uv:0.5.11@"),
        ("services/api/Dockerfile", 14, "update", "minor", "node:20.18.1-alpine@"),
        ("services/billing/Dockerfile", 2, "failed", None, ""),
        ("services/legacy/Dockerfile", 2, "held", None, ""),
        ("services/legacy/Dockerfile", 8, "skipped", None, ""),
        ("services/queue/Dockerfile", 2, "update", "patch", "bitnami/etcd:3.5.17-debian-12-r1@"),
        ("services/worker/Dockerfile", 2, "update", "digest", "python:3.12-slim@"),
        ("services/worker/Dockerfile", 4, "update", "patch", "ghcr.io/astral-sh/uv:0.5.11@"),
        ("web/Dockerfile", 2, "pin", "pin", "debian:bookworm-slim@"),
        ("web/Dockerfile", 5, "current", None, ""),
    ],
)
def test_each_use_comes_to_what_the_readme_says(plan, file, line, outcome, kind, new):
    (use,) = [use for use in plan["uses"] if (use["file"], use["line"]) == (file, line)]
    assert (use["outcome"], use["kind"]) == (outcome, kind)
    assert new in (use["new"] or "")


def test_there_is_no_other_use(plan):
    assert len(plan["uses"]) == 15


def test_what_is_no_image_is_told_with_its_reason(plan):
    told = {(skip["file"], skip["reason"]) for skip in plan["skips"]}
    assert {
        ("services/api/Dockerfile", "stage"),
        ("tools/report/Dockerfile", "variable-without-default"),
        (".pipeline/blubber.yaml", "variant"),
    } <= told


def test_the_repository_names_only_registries_that_the_demo_answers_for(plan):
    assert {use["registry"] for use in plan["uses"]} == set(HOSTS)


# ------------------------------------------------------------------------------ the setting


def test_every_registry_is_looked_up_at_the_loopback_and_no_other_is_allowed(tmp_path):
    configure(tmp_path, "http://127.0.0.1:5000")
    said = operator_config(str(tmp_path / OPERATOR))
    assert {host: s.lookup for host, s in said.registries.items()} == dict.fromkeys(
        HOSTS, "http://127.0.0.1:5000"
    )
    assert said.allow_hosts == HOSTS


def test_evidence_is_gathered_without_anybody_but_the_registries(tmp_path):
    configure(tmp_path, "http://127.0.0.1:5000")
    said = operator_config(str(tmp_path / OPERATOR)).evidence
    assert said.enabled
    assert said.scanners == ("osv",)
    assert [Path(records).name for records in said.osv.records] == ["records"]
    assert set(said.notes.sources) <= {"recipe", "pages"}
    assert said.cache == str(tmp_path / "cache")


def test_the_commit_is_the_same_whoever_makes_it(tmp_path, monkeypatch):
    (tmp_path / "gitconfig").write_text(
        "[user]\n\tname = Somebody\n[commit]\n\tgpgsign = true\n[core]\n\texcludesFile = ~/ignored\n"
        "[init]\n\tdefaultBranch = trunk\n"
    )
    (tmp_path / "ignored").write_text("*.yaml\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    one = committed(bundled() / "repository", tmp_path / "one")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    two = committed(bundled() / "repository", tmp_path / "two")
    assert branches(one)["main"].tip == branches(two)["main"].tip
    assert one.run("status", "--porcelain") == b""
    assert b".pipeline/blubber.yaml" in one.run("ls-files")


def test_docker_s_own_configuration_comes_back_or_stays_away(tmp_path, monkeypatch):
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    with working_in(tmp_path):
        assert Path(os.environ["DOCKER_CONFIG"]).parent == tmp_path
        assert Path.cwd() == tmp_path.resolve()
    assert "DOCKER_CONFIG" not in os.environ


def test_where_git_is_missing_one_line_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepoError, match="git is not installed"):
        run(out, main)


# ------------------------------------------------------------------------------ it never pretends


def bot_that(*runs):
    """A command whose runs leave the branches named, each at the commit of its number."""
    left = list(runs)

    def command(words):
        if words[0] == "run":
            git = Git(Path(REPOSITORY).resolve())
            for name, number in left.pop(0).items():
                env = {
                    f"GIT_{who}_{what}": value
                    for who in ("AUTHOR", "COMMITTER")
                    for what, value in (("NAME", "x"), ("EMAIL", "x@x"), ("DATE", "@0 +0000"))
                }
                commit = git.run("commit-tree", "-m", str(number), "HEAD^{tree}", env=env)
                git.run("update-ref", f"refs/heads/basewatch/{name}", commit.decode().strip())
        return 0

    return command


@pytest.mark.parametrize(
    ("runs", "complaint"),
    [
        ([{}], "first run proposed nothing"),
        ([{"a": 1, "b": 1}, {}], "second run moved 0 branches, not one"),
        ([{"a": 1, "b": 1}, {"a": 2, "b": 2}], "second run moved 2 branches, not one"),
        ([{"a": 1}, {"b": 1}], "second run moved 1 branches, not one"),
        ([{"a": 1}, {"a": 2}, {"a": 3}], "third run changed branches"),
    ],
)
def test_a_run_that_does_something_else_ends_the_demo(runs, complaint):
    with pytest.raises(PlatformError, match=complaint):
        run(lambda _line: None, bot_that(*runs))


def test_a_run_that_touches_the_working_tree_ends_the_demo():
    obedient = bot_that({"a": 1})

    def careless(words):
        Path(REPOSITORY, "left-over").touch()
        return obedient(words)

    with pytest.raises(PlatformError, match="touched the working tree"):
        run(lambda _line: None, careless)


def test_a_run_that_does_as_told_ends_well():
    assert run(lambda _line: None, bot_that({"a": 1, "b": 1}, {"a": 2}, {})) == 0
