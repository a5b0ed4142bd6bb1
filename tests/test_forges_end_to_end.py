"""The bot at a GitLab: the command line, a real registry, real git behind a fake of the API."""

import json

import pytest

from bot.cli import main
from tests.servers.registry import push_image

pytestmark = pytest.mark.registry

SLUG = "team/sub/app"
OWNERS = b"* @kim\n"


@pytest.fixture
def bot(tmp_path, capsys, there, open_registry):
    def run(*words, platform="", extra=""):
        config = tmp_path / "operator.yaml"
        config.write_text(
            f"registries:\n  '{open_registry.host}': {{insecure: true}}\n"
            f"platform:\n  kind: gitlab\n  url: {there.url}\n  insecure: true\n{platform}{extra}"
            "ledger: 'off'\nevidence: {enabled: false}\n"
        )
        there.forget()
        code = main(["run", *words, "--config", str(config), "--json"])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, json.loads(said.out), said.err

    return run


def image(server, name, *tags):
    for number, tag in enumerate(tags):
        push_image(server.base_url, name, tag, content=f"{number}")
    return f"{server.host}/{name}"


def verbs(report):
    return [p["verb"] for p in report["proposals"]]


ONE = f"  repos: [{SLUG}]\n"
GROUP = "  owners: [team]\n  exclude: [team/c]\n  onboarding: never\n"


def test_one_life_of_a_merge_request(there, bot, open_registry):
    base = image(open_registry, "forge/life", "1.0.0", "1.1.0")
    files = {"Dockerfile": f"FROM {base}:1.0.0\n".encode(), "CODEOWNERS": OWNERS}
    app = there.project(SLUG, files, {"basewatch": 40, "kim": 40})

    wishes = "proposals: {labels: [docker], codeowners: true}\n"
    code, report, err = bot(platform=ONE, extra=wishes)
    assert (code, err, verbs(report)) == (0, "", ["created"])
    (request,) = app.requests.values()
    assert request.title == f"Bump {base} 1.0.0 → 1.1.0"
    assert (request.labels, [user.username for user in request.reviewers]) == (["docker"], ["kim"])
    assert report["proposals"][0]["where"].endswith(f"/{SLUG}/-/merge_requests/1")
    assert f"{base}:1.1.0@sha256:".encode() in app.git.files(request.source)["Dockerfile"][1]

    code, report, _ = bot(platform=ONE, extra=wishes)
    assert (verbs(report), report["calls"]["writes"], there.writes()) == (["unchanged"], 0, [])
    (calls,) = report["calls_by_repository"]
    assert (calls["repository"], calls["writes"]) == (SLUG, 0)
    assert 0 < calls["reads"] < report["calls"]["reads"]

    app.push("main", {"README": b"hello\n"})
    _, report, _ = bot(platform=ONE, extra=wishes)
    assert verbs(report) == ["rebased"]

    push_image(open_registry.base_url, "forge/life", "1.2.0", content="newer")
    _, report, _ = bot(platform=ONE, extra=wishes)
    assert verbs(report) == ["updated"]
    assert request.title.endswith("1.0.0 → 1.2.0")

    app.push("main", {"Dockerfile": b"FROM scratch\n"})
    _, report, _ = bot(platform=ONE, extra=wishes)
    assert (verbs(report), request.state) == (["retired"], "closed")
    assert "nothing in the repository asks for it" in request.notes[-1]["body"]
    _, report, _ = bot(platform=ONE, extra=wishes)
    assert (report["proposals"], there.writes()) == ([], [])


@pytest.mark.slow
def test_an_unchanged_repository_with_three_open_ones_costs_four_reads_at_most(
    there, bot, open_registry
):
    names = [image(open_registry, f"forge/n{n}", "1.0.0", "1.1.0") for n in range(3)]
    text = "".join(f"FROM {name}:1.0.0\n" for name in names)
    there.project(SLUG, {"Dockerfile": text.encode()}, {"basewatch": 40})
    _, report, _ = bot(platform=ONE)
    assert verbs(report) == ["created"] * 3
    _, report, _ = bot(platform=ONE)
    assert verbs(report) == ["unchanged"] * 3
    listing_and_account = 2  # once a run, not for each repository
    assert report["calls"]["reads"] - listing_and_account <= 4
    assert report["calls"]["writes"] == 0


@pytest.mark.slow
def test_a_group_is_looked_after_and_what_is_passed_over_is_told(there, bot, open_registry):
    base = image(open_registry, "forge/group", "1.0.0", "1.1.0")
    for name, more in (("a", {}), ("b", {"archived": True}), ("c", {})):
        there.project(f"team/{name}", {"Dockerfile": f"FROM {base}:1.0.0\n".encode()},
                      {"basewatch": 40}, **more)  # fmt: skip
    code, report, err = bot(platform=GROUP)
    assert (code, err) == (0, "")
    assert [(p["repository"], p["verb"]) for p in report["proposals"]] == [("team/a", "created")]
    assert sorted((p["repository"], p["because"]) for p in report["passed"]) == [
        ("team/b", "archived"),
        ("team/c", "excluded by the configuration"),
    ]


@pytest.mark.slow
def test_one_repository_that_fails_leaves_the_others(there, bot, open_registry):
    base = image(open_registry, "forge/fails", "1.0.0", "1.1.0")
    there.project("team/a", {"Dockerfile": f"FROM {base}:1.0.0\n".encode()}, {"basewatch": 40})
    code, report, err = bot(platform="  repos: [team/gone, team/a]\n")
    assert (code, verbs(report)) == (2, ["created"])
    assert err.count("\n") == 1
    assert "team/gone" in err


def test_a_branch_that_not_all_have_is_passed_over_and_one_that_is_named_is_not(
    there, bot, open_registry
):
    base = image(open_registry, "forge/bases", "1.0.0")
    for name in ("a", "b"):
        there.project(f"team/{name}", {"Dockerfile": f"FROM {base}:1.0.0\n".encode()},
                      {"basewatch": 40})  # fmt: skip
    both = "  repos: [team/a, team/b]\n  branches: [main, release/1.0]\n"
    there.projects["team/a"].push("release/1.0", {"Dockerfile": b"FROM scratch\n"})
    code, report, err = bot("--dry-run", platform=both)
    assert (code, err) == (0, "")
    assert [(p["repository"], p["because"]) for p in report["passed"]] == [
        ("team/b", "for release/1.0, which it does not have")
    ]
    code, report, err = bot("--dry-run", "--branch", "release/1.0", platform=both)
    assert (code, report["passed"]) == (2, [])
    assert "there is no branch 'release/1.0'" in err


def test_a_dry_run_tells_and_writes_nothing(there, bot, open_registry):
    base = image(open_registry, "forge/dry", "1.0.0", "1.1.0")
    there.project(SLUG, {"Dockerfile": f"FROM {base}:1.0.0\n".encode()}, {"basewatch": 40})
    code, report, _ = bot("--dry-run", platform=ONE)
    assert (code, verbs(report), there.writes()) == (0, ["created"], [])
    (proposal,) = report["proposals"]
    assert proposal["detail"] == "dry run"
    assert f"    -FROM {base}:1.0.0" in proposal["writes"]
    assert any(line.startswith(f"open a pull request “Bump {base}") for line in proposal["writes"])


def test_a_bad_token_is_one_line_without_the_token(there, bot, monkeypatch):
    there.project(SLUG, {"Dockerfile": b"FROM node:20\n"}, {"basewatch": 40})
    monkeypatch.setenv("BASEWATCH_TOKEN", "glpat-wrong")
    code, report, err = bot(platform=ONE)
    assert (code, report["proposals"]) == (2, [])
    assert err.count("\n") == 1
    assert "BASEWATCH_TOKEN" in err or "token" in err
    assert "glpat-wrong" not in err


@pytest.mark.slow
def test_the_job_of_a_ci_names_its_own_repository(there, bot, open_registry, monkeypatch):
    base = image(open_registry, "forge/job", "1.0.0", "1.1.0")
    there.project(SLUG, {"Dockerfile": f"FROM {base}:1.0.0\n".encode()}, {"basewatch": 40})
    monkeypatch.setenv("CI_PROJECT_PATH", SLUG)
    _, report, _ = bot()
    assert verbs(report) == ["created"]
