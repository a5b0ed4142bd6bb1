"""What the configuration builds."""

import asyncio
import datetime as dt
import subprocess

import pytest

from bot import wiring
from bot.errors import ConfigError, RegistryError, RepoError
from bot.git import CommitTree, Git
from bot.image import ImageRef
from bot.model import Repo, Snapshot
from bot.policy import ignored_file
from bot.steps.find import find
from bot.wiring.configurations import CONFIG_LIMIT

RULES = "rules:\n  - files: [services/**]\n    ignore: true\nignore: ['jobs/**']\n"


@pytest.fixture(autouse=True)
def nobody(tmp_path, monkeypatch):
    """No configuration and no logins but what a test makes."""
    monkeypatch.delenv("BASEWATCH_CONFIG", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    monkeypatch.setenv("BASEWATCH_LEDGER", "off")


@pytest.fixture
def repo(tmp_path):
    """A repository whose configuration speaks of folders in it."""
    root = tmp_path / "shop"
    for name in ("services/api", "jobs", "web"):
        (root / name).mkdir(parents=True)
        (root / name / "Dockerfile").write_text("FROM node:20\n")
    (root / "basewatch.yaml").write_text(RULES)
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def git(root, *words):
    who = ("-c", "user.name=t", "-c", "user.email=t@e")
    done = subprocess.run(["git", "-C", root, *who, *words], check=True, capture_output=True)
    return done.stdout.decode().strip()


def commit(root):
    git(root, "add", "--all")
    git(root, "commit", "-qm", "more")


def quiet(_text):
    raise AssertionError(_text)


def policy_at(path):
    return wiring.policies(None, quiet)(wiring.work_tree(str(path)))


def test_a_part_of_a_repository_is_judged_as_in_the_whole(repo):
    assert policy_at(repo).within == ""
    inner = policy_at(repo / "services/api")
    assert (inner.within, len(inner.rules)) == ("services/api/", 1)
    assert policy_at(repo / "services/api/Dockerfile") == inner
    assert ignored_file(policy_at(repo / "jobs"), "Dockerfile") == "jobs/**"
    assert ignored_file(policy_at(repo / "web"), "Dockerfile") is None


def test_a_file_that_the_repository_ignores_is_ignored_when_asked_for_alone(repo):
    tree = wiring.work_tree(str(repo / "jobs/Dockerfile"))
    (skip,) = find(tree, wiring.policies(None, quiet)(tree)).skips
    assert skip.reason == "ignored"


def test_the_closest_configuration_counts(repo):
    (repo / "web/basewatch.yaml").write_text("vendored: true\n")
    assert policy_at(repo / "web").vendored
    assert policy_at(repo / "web").rules == ()
    assert policy_at(repo / "web/Dockerfile").within == ""
    assert not policy_at(repo).vendored


def test_a_folder_in_no_repository_looks_no_further(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/basewatch.yaml").write_text("vendored: true\n")
    assert policy_at(tmp_path / "a").vendored
    assert not policy_at(tmp_path / "a/b").vendored


def test_a_configuration_that_was_deleted_or_moved_is_not_missed(repo):
    (repo / "basewatch.yaml").unlink()
    assert policy_at(repo).rules == ()
    (repo / ".github").mkdir()
    (repo / ".github/basewatch.yml").write_text(RULES)
    assert len(policy_at(repo).rules) == 1


def test_a_link_in_place_of_its_folder_is_no_configuration(repo):
    (repo / ".github").symlink_to("web")
    assert len(policy_at(repo).rules) == 1


def test_two_configurations_or_one_that_is_a_link_are_refused(repo):
    (repo / ".gitlab").mkdir()
    (repo / ".gitlab/basewatch.yaml").symlink_to("../basewatch.yaml")
    with pytest.raises(RepoError, match="there are 2 configurations; keep one"):
        policy_at(repo)
    (repo / "basewatch.yaml").unlink()
    with pytest.raises(RepoError, match=r"^\.gitlab/basewatch.yaml: is a symbolic link$"):
        policy_at(repo)


def test_one_that_is_too_large_is_refused(repo):
    (repo / "basewatch.yaml").write_bytes(b"#" * (CONFIG_LIMIT + 1))
    with pytest.raises(RepoError, match="is larger than 256 KiB"):
        policy_at(repo)


def test_a_commit_has_the_configuration_that_was_committed(repo):
    snapshot = Snapshot(Repo("shop", str(repo)), git(repo, "rev-parse", "HEAD"))
    (repo / "basewatch.yaml").unlink()
    policy = wiring.policies(None, quiet)(CommitTree(Git(repo), snapshot))
    assert (len(policy.rules), policy.within) == (1, "")


def test_today_is_today(repo):
    assert abs(policy_at(repo).today - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)


def test_what_is_asked_in_vain_is_told(repo, tmp_path):
    (repo / "basewatch.yaml").write_text("policy: {allow: [major]}\n")
    operator = tmp_path / "operator.yaml"
    operator.write_text("limit: [digest, pin]\n")
    told = []
    policy = wiring.policies(str(operator), told.append)(wiring.work_tree(str(repo / "web")))
    assert "asks for major" in told[0]
    assert policy.within == "web/"


def asked(config):
    async def ask():
        desk = wiring.desk(config, lambda *_: None, quiet)
        async with desk.registry() as registry:
            return await registry.digest(ImageRef.parse("r.example.org/a:1"))

    return asyncio.run(ask())


def test_only_hosts_that_the_operator_lets_be_asked_are(tmp_path):
    operator = tmp_path / "operator.yaml"
    operator.write_text("allow_hosts: ['*.example.com']\n")
    with pytest.raises(RegistryError, match="`allow_hosts` leaves out this host"):
        asked(str(operator))


def test_a_secret_that_is_not_there_is_named_and_no_other_is(tmp_path, monkeypatch):
    operator = tmp_path / "operator.yaml"
    operator.write_text("registries: {r.example.org: {username_env: BW_U, password_env: BW_P}}\n")
    monkeypatch.setenv("BW_U", "canary")
    with pytest.raises(ConfigError) as raised:
        asked(str(operator))
    assert str(raised.value) == "registries: r.example.org: $BW_P is not set"


def test_a_platform_is_what_the_command_line_says_else_the_configuration(repo, tmp_path):
    operator = tmp_path / "operator.yaml"
    operator.write_text(f"platform: {{path: {repo}, out: {tmp_path}/o, author: 'A B <a@b>'}}\n")
    (found,) = wiring.platform(str(operator), wiring.Place()).repos()
    assert found.location == str(repo)
    other = tmp_path / "other"
    git(tmp_path, "init", "-q", str(other))
    (found,) = wiring.platform(str(operator), wiring.Place(str(other)), dry=True).repos()
    assert found.location == str(other)
