"""Which forge, whose token, which repositories: as the operator says, or the CI job."""

import subprocess
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.forges.platform import Hosted
from bot.git import CommitTree
from bot.model import Repo
from bot.platforms import DryRun, Local
from bot.wiring import Place, platform
from bot.wiring.workspace import workspace
from tests.canaries import canary
from tests.servers import github_scripted
from tests.servers.github_scripted import Reply

VARIABLES = (
    "BASEWATCH_TOKEN", "BASEWATCH_CONFIG", "GITHUB_TOKEN", "GITLAB_TOKEN", "GITHUB_REPOSITORY",
    "GITHUB_SERVER_URL", "GITHUB_API_URL", "GITHUB_WORKSPACE", "GITHUB_REF_NAME",
    "GITHUB_REF_TYPE", "CI_SERVER_URL", "CI_PROJECT_PATH", "CI_PROJECT_DIR", "CI_COMMIT_BRANCH",
    "SSL_CERT_FILE", "XDG_CACHE_HOME",
)  # fmt: skip


@pytest.fixture(autouse=True)
def environ(monkeypatch, tmp_path):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BASEWATCH_TOKEN", canary("forge-token"))
    return monkeypatch


@pytest.fixture
def made(tmp_path):
    def make(text, **place):
        config = tmp_path / "operator.yaml"
        config.write_text(f"platform:\n  {text}\n")
        return platform(str(config), Place(**place))

    return make


def test_a_forge_is_a_platform_of_its_own(made):
    hosted = made("{kind: gitlab, repos: [team/app], exclude: [team/x], topics: [docker]}")
    assert isinstance(hosted, Hosted)
    assert hosted.forge.NAME == "gitlab"
    assert hosted.wanted.repos == ("team/app",)
    assert (hosted.wanted.exclude, hosted.wanted.topics) == (("team/x",), {"docker"})


def test_the_command_line_names_a_forge_where_nothing_else_does():
    found = platform(None, Place(kind="github", repos=("team/app",), branch="next"), dry=True)
    assert isinstance(found, DryRun)
    assert found.real.forge.NAME == "github"
    assert (found.real.wanted.repos, found.real.wanted.only) == (("team/app",), "next")
    assert isinstance(platform(None, Place()), Local)


def test_what_the_command_line_names_is_all_that_is_looked_after(made):
    text = "{kind: github, repos: [a/b], owners: [c], all_reachable: true}"
    wanted = made(text, repos=("team/app",)).wanted
    assert (wanted.repos, wanted.owners, wanted.all_reachable) == (("team/app",), (), False)
    wanted = made(text).wanted
    assert (wanted.repos, wanted.owners, wanted.all_reachable) == (("a/b",), ("c",), True)


@pytest.mark.parametrize(
    ("kind", "variable"), [("github", "GITHUB_REPOSITORY"), ("gitlab", "CI_PROJECT_PATH")]
)
def test_a_ci_job_looks_after_its_own_repository(made, environ, kind, variable):
    with pytest.raises(ConfigError, match="no repository is named"):
        made(f"{{kind: {kind}}}")
    environ.setenv(variable, "team/app")
    assert made(f"{{kind: {kind}}}").wanted.repos == ("team/app",)
    assert made(f"{{kind: {kind}, owners: [team]}}").wanted.repos == ()


@pytest.mark.parametrize(
    ("text", "variables", "api"),
    [
        ("kind: github", {}, "https://api.github.com"),
        ("kind: github, url: 'https://ghe.test'", {}, "https://ghe.test/api/v3"),
        ("kind: github, url: 'https://x.ghe.com'", {}, "https://api.x.ghe.com"),
        ("kind: github", {"GITHUB_SERVER_URL": "https://ghe.test"}, "https://ghe.test/api/v3"),
        (
            "kind: github",
            {"GITHUB_SERVER_URL": "https://x.ghe.com", "GITHUB_API_URL": "https://api.x.ghe.com"},
            "https://api.x.ghe.com",
        ),
        (
            "kind: github, url: 'https://github.com'",
            {"GITHUB_SERVER_URL": "https://ghe.test", "GITHUB_API_URL": "https://ghe.test/api/v3"},
            "https://api.github.com",
        ),
    ],
)
def test_an_enterprise_has_an_api_of_its_own(made, environ, text, variables, api):
    for name, value in variables.items():
        environ.setenv(name, value)
    assert made(f"{{{text}, repos: [a/b]}}").forge._address.api == api


@pytest.mark.parametrize(
    ("said", "api", "clone"),
    [
        ("https://api.github.com", "https://api.github.com", "https://github.com"),
        ("https://ghe.test/api/v3/", "https://ghe.test/api/v3", "https://ghe.test"),
        ("https://api.x.ghe.com", "https://api.x.ghe.com", "https://x.ghe.com"),
    ],
)
def test_the_address_of_a_githubs_api_is_taken_for_its_own(made, said, api, clone):
    address = made(f"{{kind: github, url: '{said}', repos: [a/b]}}").forge._address
    assert address.api == api
    assert address.clone("a/b") == f"{clone}/a/b.git"


@pytest.mark.parametrize(
    ("kind", "said", "variables", "token"),
    [
        ("github", "", {"BASEWATCH_TOKEN": "ours", "GITHUB_TOKEN": "theirs"}, "ours"),
        ("github", "", {"BASEWATCH_TOKEN": "", "GITHUB_TOKEN": "theirs"}, "theirs"),
        ("gitlab", "", {"BASEWATCH_TOKEN": "", "GITLAB_TOKEN": "theirs"}, "theirs"),
        ("gitlab", ", token_env: MINE", {"BASEWATCH_TOKEN": "ours", "MINE": "said"}, "said"),
    ],
)
def test_our_own_variable_comes_before_the_forges(made, environ, kind, said, variables, token):
    for name, value in variables.items():
        environ.setenv(name, value)
    forge = made(f"{{kind: {kind}, repos: [a/b]{said}}}").forge
    assert token in forge.credential("a/b").secrets
    assert token not in repr(forge.credential("a/b"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{kind: github, repos: [a/b]}", "put it into $BASEWATCH_TOKEN or $GITHUB_TOKEN"),
        ("{kind: gitlab, repos: [a/b], token_env: MINE}", "put it into $MINE"),
        ("{kind: gitlab, repos: [a/b], token_env: a1B2}", "the variable that `token_env` names"),
        (
            "{kind: github, repos: [a/b], app: {id_env: ID, private_key_env: KEY}}",
            "platform.app: $KEY is not set",
        ),
    ],
)
def test_a_token_that_is_not_there_is_told_with_its_place(made, environ, text, complaint):
    environ.setenv("BASEWATCH_TOKEN", "")
    with pytest.raises(ConfigError) as caught:
        made(text)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "complaint"),
    [
        (
            "{kind: github, repos: [a/b]}",
            {"path": "."},
            "a path and --out are for `platform.kind: local`",
        ),
        (
            "{kind: gitlab, repos: [a/b]}",
            {"out": "x"},
            "a path and --out are for `platform.kind: local`",
        ),
        ("{kind: local}", {"repos": ("a/b",)}, "--repo is of a forge"),
        ("{kind: gitlab, repos: [a/b]}", {"kind": "github"}, "the configuration's `platform` is"),
        ("{kind: local, repos: [a/b]}", {}, "it is of a forge, and `kind` is `local`"),
        ("{kind: gitlab, out: x}", {}, "it is of `local`, and `kind` is `gitlab`"),
        ("{kind: gitlab, merge_method: squash}", {}, "it is of GitHub"),
        ("{kind: gitlab, app: {id_env: A, private_key_env: B}}", {}, "it is of GitHub, in place"),
        ("{kind: gitlab, url: 'http://x.test'}", {}, "plain HTTP takes `insecure: true`"),
        ("{kind: gitlab, repos: [app]}", {}, "write it as the forge does"),
        ("{kind: gitlab, repos: ['*/app']}", {}, "its first part is to be a name"),
        ("{kind: gitlab, owners: ['te*m']}", {}, "write the name of a user"),
        ("{kind: gitlab, exclude: ['a b']}", {}, "write it as the forge does"),
    ],
)
def test_what_does_not_go_together_is_refused(made, text, place, complaint):
    with pytest.raises(ConfigError) as caught:
        made(text, **place)
    assert complaint in str(caught.value)


def test_without_a_home_clones_need_a_folder(made, environ):
    environ.setenv("HOME", "")
    environ.setattr("bot.wiring.forges.cache_folder", lambda *_: None)
    with pytest.raises(ConfigError, match="say `clones` in `platform`"):
        made("{kind: gitlab, repos: [a/b]}")
    assert made("{kind: gitlab, repos: [a/b], clones: /tmp/x}")


# ---------------------------------------------------------------- what is checked out already


@pytest.fixture
def checkout(tmp_path):
    root = tmp_path / "work"
    subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
    (root / "Dockerfile").write_text("FROM node:20\n")
    for words in (["add", "."], ["-c", "user.name=t", "-c", "user.email=t@e", "commit", "-qm1"]):
        subprocess.run(["git", "-C", root, *words], check=True)
    return root


ACTION = {"GITHUB_REPOSITORY": "team/app", "GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "main"}
JOB = {"CI_PROJECT_PATH": "team/app", "CI_COMMIT_BRANCH": "main"}


@pytest.mark.parametrize(("job", "folder"), [(ACTION, "GITHUB_WORKSPACE"), (JOB, "CI_PROJECT_DIR")])
def test_what_a_job_checked_out_is_read_where_it_lies(checkout, job, folder):
    there = workspace(None, ("team/app",), {**job, folder: str(checkout)})
    tree = there.tree(Repo("team/app", "https://x.test/team/app.git", "main"))
    assert isinstance(tree, CommitTree)
    assert [entry.path for entry in tree.entries()] == ["Dockerfile"]
    again = there.tree(tree.snapshot.repo, lambda: {"basewatch/node": "c1"})
    assert (tree.snapshot.heads, again.snapshot.heads) == (None, {"basewatch/node": "c1"})
    assert there.tree(Repo("team/app", "https://x.test/team/app.git", "next")) is None
    assert there.tree(Repo("team/web", "https://x.test/team/web.git", "main")) is None


def test_the_configuration_may_say_where_it_is_checked_out(checkout):
    assert workspace(str(checkout), ("team/app",), ACTION).path == checkout


@pytest.mark.parametrize(
    ("repos", "environ"),
    [
        (("team/app", "team/web"), {**ACTION, "GITHUB_WORKSPACE": "/x"}),
        (("team/web",), {**ACTION, "GITHUB_WORKSPACE": "/x"}),
        (("team/app",), {**ACTION, "GITHUB_REF_TYPE": "tag", "GITHUB_WORKSPACE": "/x"}),
        (("team/app",), ACTION),
        (("team/app",), {}),
    ],
)
def test_another_repository_or_no_branch_is_cloned(repos, environ):
    assert workspace(None, repos, environ) is None


def test_a_folder_that_is_no_checkout_is_cloned(tmp_path):
    there = workspace(None, ("team/app",), {**ACTION, "GITHUB_WORKSPACE": str(tmp_path / "none")})
    assert there.path == Path(tmp_path / "none")
    assert there.tree(Repo("team/app", "x", "main")) is None


def test_what_github_answers_is_kept_in_the_cache_folder(made, environ, tmp_path):
    environ.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with github_scripted.serve() as server:
        server.says(Reply([], headers={"ETag": '"1"'}))
        text = f"{{kind: github, url: {server.url}, insecure: true, repos: [team/app]}}"
        for _ in range(2):
            made(text).forge.branches("team/app", "basewatch/")
    assert [each.headers.get("if-none-match") for each in server.asked] == [None, '"1"']
    kept = tmp_path / "cache" / "basewatch" / "answers.sqlite"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
