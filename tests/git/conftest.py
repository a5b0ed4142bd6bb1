"""Git over HTTP, once for all tests, and what is published there."""

import itertools
import shutil
from types import SimpleNamespace

import pytest

from bot.errors import RepoError
from bot.git import Clones, Limits, Trust
from bot.model import Repo
from tests.git.made import commit, git, repository
from tests.servers import git_http

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def git_server(tmp_path_factory):
    with git_http.serve(tmp_path_factory.mktemp("published")) as server:
        yield server


@pytest.fixture
def publish(git_server, tmp_path):
    """Publishes a repository with these files; gives its work tree, and how to push to it."""

    def published(files, *options, filters=True):
        number = next(_NUMBERS)
        work = repository(tmp_path / f"work{number}", files, *options)
        bare = git_server.root / f"{number}.git"
        shutil.copytree(work / ".git", bare)
        config = (work / ".git" / "config").read_text().replace("bare = false", "bare = true")
        asked = f"[uploadpack]\nallowFilter = {'true' if filters else 'false'}\n"
        (bare / "config").write_text(config + asked)
        git_server.asked()

        def push(files, branch="main"):
            made = commit(work, files)
            git(work, "push", "-q", "--force", bare, f"HEAD:refs/heads/{branch}")
            return made

        return SimpleNamespace(
            work=work, bare=bare, push=push,
            url=git_server.url(bare.name),
            at=lambda way: git_server.url(bare.name, way),
        )  # fmt: skip

    return published


@pytest.fixture
def clones(git_server, tmp_path):
    """Opens the cache of clones, as each run does."""

    def opened(folder=tmp_path / "cache", *, hosts=(), memory=1 << 29, heads="", **limits):
        trust = Trust(frozenset({git_server.host, *hosts}), memory=memory)
        return Clones(folder, Limits(**limits), trust, heads)

    return opened


@pytest.fixture
def refusal():
    """The one line that a person is told."""

    def told(ask):
        with pytest.raises(RepoError) as caught:
            ask()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return told


@pytest.fixture
def repo():
    return lambda url, branch=None: Repo("team/app", url, branch)
