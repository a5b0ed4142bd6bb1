"""The bot at a GitHub: the command line, a real registry, real git, and an emulator of the API."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from tests.servers import github_git
from tests.servers.github_emulator import APP, BOT, KIM, SLUG, TOKENS
from tests.servers.registry import push_image

pytestmark = pytest.mark.registry

ROOT = Path(__file__).parents[3]
NAMED = re.compile(r" (?:tip|on|heard)=[0-9a-f]+")
WISHES = "proposals: {labels: [docker]}\n"


@pytest.fixture
def hub(emulator, tmp_path, open_registry, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("BASEWATCH_TOKEN", TOKENS[BOT])
    with github_git.serve(emulator, tmp_path / "git") as server:
        yield server


@pytest.fixture
def configured(tmp_path, hub, open_registry):
    def write(slug):
        path = tmp_path / "operator.yaml"
        path.write_text(
            f"registries:\n  '{open_registry.host}': {{insecure: true}}\n"
            f"platform:\n  kind: github\n  url: {hub.url}\n  insecure: true\n"
            f"  pause_seconds: 0\n  repos: [{slug}]\n{WISHES}"
            "ledger: 'off'\nevidence: {enabled: false}\n"
        )
        return str(path)

    return write


@pytest.fixture
def as_the_app(configured, emulator, monkeypatch):
    """The operator's configuration for a repository, by which the bot is a GitHub App."""
    monkeypatch.delenv("BASEWATCH_TOKEN")
    monkeypatch.setenv("APP_ID", APP)
    monkeypatch.setenv("APP_KEY", emulator.key)

    def write(slug):
        path = Path(configured(slug))
        app = "  kind: github\n  app: {id_env: APP_ID, private_key_env: APP_KEY}\n"
        path.write_text(path.read_text().replace("  kind: github\n", app))
        return str(path)

    return write


@pytest.fixture
def bot(hub, configured, capsys):
    def run(slug):
        hub.written.clear()
        words = ["run", "--platform", "github", "--config", configured(slug), "--json"]
        code = main(words)
        said = capsys.readouterr()
        assert (code, said.err) == (0, "")
        return json.loads(said.out)

    return run


def image(server, name, *tags):
    for number, tag in enumerate(tags):
        push_image(server.base_url, name, tag, content=f"{number}")
    return f"{server.host}/{name}"


def verbs(report):
    return [each["verb"] for each in report["proposals"]]


def said_of(capsys, config):
    assert main(["run", "--config", config, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def pushes(emulator, who, slug, branch, text):
    path = f"/repos/{slug}/contents/Dockerfile"
    there = emulator.ask(f"{path}?ref={branch}")["sha"]
    person = {"name": who, "email": f"{who}@example.org"}
    said = {"message": "By hand", "content": base64.b64encode(text).decode(), "sha": there}
    emulator.tell(
        who, "PUT", path, {**said, "branch": branch, "author": person, "committer": person}
    )


def test_one_life_of_a_pull_request(emulator, hub, bot, open_registry):
    base = image(open_registry, "whole/life", "1.0.0", "1.1.0")
    slug, _ = emulator.repository({"Dockerfile": f"FROM {base}:1.0.0\n".encode()})
    emulator.let_in(KIM, slug)

    report = bot(slug)
    assert verbs(report) == ["created"]
    (pull,) = emulator.ask(f"/repos/{slug}/pulls?state=all")
    assert pull["title"] == f"Bump {base} 1.0.0 → 1.1.0"
    assert [label["name"] for label in pull["labels"]] == ["docker"]
    branch = pull["head"]["ref"]
    assert f"FROM {base}:1.1.0@sha256:".encode() in emulator.text(slug, "Dockerfile", branch)
    finding, dashboard = 1, 4  # the repository by its name; open issues, closed, a new one, open
    assert sum(report["calls"].values()) - finding - dashboard <= 7

    report = bot(slug)
    assert (verbs(report), report["calls"]["writes"], hub.written) == (["unchanged"], 0, [])
    assert report["calls"]["reads"] - finding <= 4

    push_image(open_registry.base_url, "whole/life", "1.2.0", content="newer")
    assert verbs(bot(slug)) == ["updated"]
    (pull,) = emulator.ask(f"/repos/{slug}/pulls?state=all")
    assert (pull["number"], pull["title"]) == (1, f"Bump {base} 1.0.0 → 1.2.0")
    assert f"FROM {base}:1.2.0@sha256:".encode() in emulator.text(slug, "Dockerfile", branch)
    assert verbs(bot(slug)) == ["unchanged"]

    pushes(emulator, KIM, slug, branch, b"FROM scratch\n")
    assert verbs(bot(slug)) == ["left"]
    assert verbs(bot(slug)) == ["left"]
    assert hub.written == []
    (said,) = emulator.ask(f"/repos/{slug}/issues/1/comments")
    assert "`/basewatch recreate`" in said["body"]
    assert emulator.text(slug, "Dockerfile", branch) == b"FROM scratch\n"

    emulator.tell(KIM, "PATCH", f"/repos/{slug}/pulls/1", {"state": "closed"})
    report = bot(slug)
    assert (verbs(report), report["proposals"][0]["detail"]) == (
        ["left"],
        "declined by a person, who closed #1",
    )
    bot(slug)
    assert hub.written == []
    assert len(emulator.ask(f"/repos/{slug}/pulls?state=all")) == 1


def test_a_github_app_reads_and_proposes_with_the_tokens_of_its_installation(
    emulator, hub, as_the_app, capsys, open_registry
):
    base = image(open_registry, "whole/app", "1.0.0", "1.1.0")
    slug, _ = emulator.repository({"Dockerfile": f"FROM {base}:1.0.0\n".encode()})
    assert verbs(said_of(capsys, as_the_app(slug))) == ["created"]
    (pull,) = emulator.ask(f"/repos/{slug}/pulls")
    assert pull["user"]["login"] == f"{SLUG}[bot]"
    hub.written.clear()
    assert verbs(said_of(capsys, as_the_app(slug))) == ["unchanged"]
    assert [each for each in hub.written if not each.endswith("/access_tokens")] == []


# ---------------------------------------------------------------- killed


def killed_at(hub, config, number=0, moment="after"):
    """A run of the program, which is killed at that write; its exit code."""
    hub.written.clear()
    hub.dies_at, hub.dies = number, moment
    command = [sys.executable, "-P", "-m", "bot", "run", "--config", config, "--json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as hub.victim:
        said = hub.victim.communicate(timeout=120)[1]
    hub.dies_at = 0
    assert b"Traceback" not in said
    return hub.victim.returncode


def seen(emulator, slug):
    """What people see, but for what differs from run to run."""
    path = f"/repos/{slug}"
    pulls = emulator.ask(f"{path}/pulls?state=all")
    issues = [
        each for each in emulator.ask(f"{path}/issues?state=all") if "pull_request" not in each
    ]
    branches = emulator.ask(f"{path}/branches?per_page=100")
    return {
        "pulls": sorted(
            (each["title"], each["state"], NAMED.sub("", each["body"]).replace(slug, "…"),
             [label["name"] for label in each["labels"]])
            for each in pulls
        ),
        "issues": [(each["title"], each["state"]) for each in issues],
        "branches": {
            each["name"]: emulator.text(slug, "Dockerfile", each["name"]) for each in branches
        },
        "said": [len(emulator.ask(f"{path}/issues/{each['number']}/comments")) for each in pulls],
    }  # fmt: skip


@pytest.fixture
def anew(emulator, open_registry):
    base = image(open_registry, "whole/kill", "1.0.0", "1.1.0")

    def repository():
        return emulator.repository({"Dockerfile": f"FROM {base}:1.0.0\n".encode()})[0]

    return repository


def whole(emulator, hub, configured, anew):
    """What an undisturbed run comes to, and how many writes that takes."""
    slug = anew()
    assert killed_at(hub, configured(slug)) == 0
    return seen(emulator, slug), len(hub.written)


def is_completed(emulator, hub, configured, slug, number, moment):
    config = configured(slug)
    assert killed_at(hub, config, number, moment) == -9
    assert killed_at(hub, config) == 0
    end = seen(emulator, slug)
    assert killed_at(hub, config) == 0
    assert hub.written == []
    return end


def test_a_run_that_is_killed_once_its_pull_request_is_open_is_completed(
    emulator, hub, configured, anew
):
    opening = 4  # tree, commit, branch, pull request; what is missing are label and dashboard
    end = is_completed(emulator, hub, configured, anew(), opening, "after")
    assert [(state, labels) for _, state, _, labels in end["pulls"]] == [("open", ["docker"])]
    assert [state for _, state in end["issues"]] == ["open"]
    assert len(end["branches"]) == 2


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_that_is_killed_at_any_write_ends_in_the_same_state(
    emulator, hub, configured, anew, moment
):
    end, writes = whole(emulator, hub, configured, anew)
    assert writes == 6  # tree, commit, branch, pull request, label, dashboard
    for number in range(1, writes + 1):
        found = is_completed(emulator, hub, configured, anew(), number, moment)
        assert found == end, f"killed {moment} write {number}"
