"""The bot as it is run: the command line, a real registry, real git, one life of a repository."""

import json
import subprocess

import pytest

from bot.cli import main
from tests.servers.registry import PASSWORD, USER, push_image

pytestmark = pytest.mark.registry

BOTH = ("linux/amd64", "linux/arm64")


def git(root, *words):
    command = ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@e", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def bot(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))

    def run(server, *words, extra=""):
        config = tmp_path / "operator.yaml"
        config.write_text(f"registries:\n  '{server.host}':\n    insecure: true\n{extra}")
        code = main([*map(str, words), "--config", str(config), "--json"])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, json.loads(said.out), said.err

    return run


@pytest.fixture
def repo(tmp_path):
    def make(text):
        root = tmp_path / "repo"
        root.mkdir()
        (root / "Dockerfile").write_text(text)
        git(root, "init", "-q", "-b", "main")
        git(root, "add", ".")
        git(root, "commit", "-qm", "first")
        return root

    return make


def test_one_life_of_a_repository(open_registry, bot, repo):
    base, name = open_registry.base_url, "life/app"
    image = f"{open_registry.host}/{name}"
    push_image(base, name, "1.0.0-slim", platforms=BOTH, content="old")
    newest = push_image(base, name, "1.1.0-slim", platforms=BOTH, content="new")
    push_image(base, name, "2.0.0-slim", platforms=BOTH, content="next")
    rolling = push_image(base, name, "stable", platforms=BOTH, content="old")
    root = repo(
        f"ARG V=1.0.0\nFROM {image}:${{V}}-slim AS build\nFROM {image}:stable\n"
        "COPY --from=build /a /a\n"
    )

    code, plan, _ = bot(open_registry, "check", root)
    assert code == 0
    assert [(use["outcome"], use["kind"], use["new"]) for use in plan["uses"]] == [
        ("update", "minor", f"{image}:1.1.0-slim@{newest}"),
        ("pin", "pin", f"{image}:stable@{rolling}"),
    ]
    assert plan["uses"][0]["apart"][0]["new"].startswith(f"{image}:2.0.0-slim")

    _, report, _ = bot(open_registry, "run", root)
    made = {p["branch"]: p["verb"] for p in report["proposals"]}
    assert sorted(made.values()) == ["created"] * 3
    minor = next(branch for branch in made if branch.endswith("1.x.x-slim"))
    stable = next(branch for branch in made if branch.endswith("stable"))
    assert git(root, "show", f"{minor}:Dockerfile").split("\n")[:2] == [
        "ARG V=1.1.0",
        f"FROM {image}:${{V}}-slim@{newest} AS build",
    ]

    _, report, _ = bot(open_registry, "run", root)
    assert {p["verb"] for p in report["proposals"]} == {"unchanged"}

    moved = push_image(base, name, "stable", platforms=BOTH, content="rebuilt")
    assert moved != rolling
    _, report, _ = bot(open_registry, "run", root)
    verbs = {p["branch"]: p["verb"] for p in report["proposals"]}
    assert verbs.pop(stable) == "updated"
    assert set(verbs.values()) == {"unchanged"}
    assert moved in git(root, "show", f"{stable}:Dockerfile")

    git(root, "merge", "-q", "--no-edit", stable)
    _, report, _ = bot(open_registry, "run", root)
    verbs = {p["branch"]: p["verb"] for p in report["proposals"]}
    assert verbs.pop(stable) == "retired"
    assert set(verbs.values()) == {"rebased"}

    bot(open_registry, "fix", root)
    before = (root / "Dockerfile").read_bytes()
    _, plan, _ = bot(open_registry, "fix", root)
    assert plan["written"] == []
    assert (root / "Dockerfile").read_bytes() == before
    assert {use["outcome"] for use in plan["uses"]} == {"current"}


@pytest.mark.parametrize("kind", ["password", "token"])
def test_a_private_registry_is_asked_with_the_operators_credentials(
    kind, request, bot, repo, monkeypatch
):
    server = request.getfixturevalue(f"{kind}_registry")
    push = server.issuer.push("private/app") if server.issuer else server.push
    digest = push_image(server.base_url, "private/app", "1.0", headers=push)
    root = repo(f"FROM {server.host}/private/app:1.0\n")

    code, plan, err = bot(server, "check", root)
    assert (code, plan["uses"][0]["outcome"]) == (2, "failed")
    assert err.count("\n") == 1

    monkeypatch.setenv("PRIVATE_USER", USER)
    monkeypatch.setenv("PRIVATE_PASSWORD", PASSWORD)
    logins = "    username_env: PRIVATE_USER\n    password_env: PRIVATE_PASSWORD\n"
    code, plan, err = bot(server, "check", root, extra=logins)
    assert (code, plan["uses"][0]["new"]) == (0, f"{server.host}/private/app:1.0@{digest}")
    assert PASSWORD not in json.dumps(plan) + err


def test_a_repository_that_is_not_there_fails_and_the_others_go_on(open_registry, bot, repo):
    push_image(open_registry.base_url, "here/app", "1.0")
    root = repo(f"FROM {open_registry.host}/gone/app:1.0\nFROM {open_registry.host}/here/app:1.0\n")
    code, plan, err = bot(open_registry, "check", root)
    assert code == 2
    assert [use["outcome"] for use in plan["uses"]] == ["failed", "pin"]
    assert "gone/app" in err
