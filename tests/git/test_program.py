import os
import shutil

import pytest

from bot.errors import RepoError
from bot.git import CommitTree, Git, WorkTree, branches, head_branch
from bot.model import Repo, Snapshot
from tests.git.made import git, lay, program, repository


def complaint(ask):
    with pytest.raises(RepoError) as caught:
        ask()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_git_is_one_line_that_says_what_to_do(tmp_path, monkeypatch):
    repository(tmp_path, {"a": "x"})
    monkeypatch.setenv("PATH", "/nonexistent")
    told = complaint(WorkTree(tmp_path).entries)
    assert told == f"{tmp_path}: git is not installed: install it"


def test_a_folder_outside_every_repository_needs_no_git(tmp_path, monkeypatch):
    lay(tmp_path, {"a": "x"})
    monkeypatch.setenv("PATH", "/nonexistent")
    assert [entry.path for entry in WorkTree(tmp_path).entries()] == ["a"]


def test_a_git_that_may_not_be_run_is_one_line(tmp_path, monkeypatch):
    repository(tmp_path / "r", {"a": "x"})
    program(tmp_path / "bin", "git", "").write_bytes(b"\x7fELF rubbish")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    told = complaint(WorkTree(tmp_path / "r").entries)
    assert told == f"{tmp_path / 'r'}: git: Exec format error"


def test_a_git_that_hangs_is_ended(tmp_path, monkeypatch):
    repository(tmp_path / "r", {"a": "x"})
    program(tmp_path / "bin", "git", "exec sleep 60")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    told = complaint(WorkTree(tmp_path / "r", timeout=0.2).entries)
    assert told == f"{tmp_path / 'r'}: `git ls-files` took longer than 0.2 seconds"


def test_a_repository_of_another_user_is_refused_with_what_to_do(tmp_path, monkeypatch):
    repository(tmp_path / "r", {"a": "x"})
    real = shutil.which("git")
    # git's own way to try this: everything then seems to belong to somebody else.
    program(tmp_path / "bin", "git", f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    root = tmp_path / "r"
    told = complaint(WorkTree(root).entries)
    assert told == (
        f"{root} belongs to another user; "
        f"if you trust it: git config --global --add safe.directory {root}"
    )


@pytest.mark.parametrize(
    "ask",
    [
        head_branch,
        branches,
        lambda at: CommitTree(at, Snapshot(Repo("r", ""), "HEAD")).entries(),
    ],
)
def test_a_folder_without_a_repository_is_told_as_such(tmp_path, ask):
    assert complaint(lambda: ask(Git(tmp_path))) == f"{tmp_path} is not in a git repository"


def test_an_error_says_what_git_said_without_its_hints(tmp_path, monkeypatch):
    said = "warning: odd\\nhint: try\\nfatal: no \\033[31mred\\033[0m today\\nusage: git"
    program(tmp_path / "bin", "git", f"printf '{said}' >&2; exit 128")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    told = complaint(lambda: Git(tmp_path).run("status"))
    assert told == f"{tmp_path}: `git status` failed: no \ufffd[31mred\ufffd[0m today"


def test_a_command_that_says_nothing_is_told_by_its_code(tmp_path):
    repository(tmp_path)
    told = complaint(lambda: Git(tmp_path).run("rev-parse", "-q", "--verify", "nothing"))
    assert told == f"{tmp_path}: `git rev-parse` failed: exit code 1"


def test_what_a_calling_hook_left_in_the_environment_does_not_lead_git_astray(
    tmp_path, monkeypatch
):
    other = repository(tmp_path / "other", {"stranger": "x"})
    mine = repository(tmp_path / "mine", {"mine": "x"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git/objects"))
    assert [entry.path for entry in WorkTree(mine).entries()] == ["mine"]
    assert list(CommitTree(Git(mine), Snapshot(Repo("r", ""), "HEAD")).read(["mine"], limit=9)) == [
        ("mine", b"x")
    ]


def test_what_a_user_set_to_be_trusted_goes_on_to_count(tmp_path, monkeypatch):
    repository(tmp_path, {"a": "x"})
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "basewatch.heard")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "yes")
    assert Git(tmp_path).run("config", "basewatch.heard") == b"yes\n"


def test_nothing_that_a_repository_configures_runs(tmp_path):
    root = repository(tmp_path / "r", {"a": "x", ".gitattributes": "* filter=evil diff=evil\n"})
    mark = tmp_path / "ran"
    evil = program(tmp_path / "bin", "evil", f"touch {mark}")
    for key in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process",
                "diff.evil.textconv", "diff.evil.command", "core.pager", "gpg.program"):  # fmt: skip
        git(root, "config", key, str(evil))
    git(root, "config", "log.showSignature", "true")
    lay(root, {"b": "y"})
    assert [e.path for e in WorkTree(root).entries()] == [".gitattributes", "a", "b"]
    tree = CommitTree(Git(root), Snapshot(Repo("r", ""), "HEAD"))
    assert [e.path for e in tree.entries()] == [".gitattributes", "a"]
    assert dict(tree.read(["a"], limit=9)) == {"a": b"x"}
    assert not mark.exists()
