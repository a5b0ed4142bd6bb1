import subprocess
import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import RepoError
from bot.git import Git, branches, complaint_about, contains, head_branch, move
from tests.git.made import commit, git, repository, state


@pytest.fixture
def three(tmp_path):
    """A repository with three commits in a row on `main`."""
    root = repository(tmp_path / "r")
    return Git(root), [commit(root, {"a": str(number)}) for number in range(3)]


# ---------------------------------------------------------------- names


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab/.-@{}~^:?*[\\ lock\x01\x7fäHEAD"), max_size=12))
@example("a.lock")
@example("a.lock/b")
@example("HEAD")
@example("@")
@example("-a")
@example("a/-b")
@example("a@{b")
def test_a_name_is_good_if_git_says_so(name):
    checked = subprocess.run(
        ["git", "check-ref-format", "--branch", name], capture_output=True, cwd="/", check=False
    )
    same = checked.stdout.decode().strip("\n") == name
    assert (complaint_about(name) is None) == (checked.returncode == 0 and same)


@pytest.mark.parametrize("name", ["basewatch/node-20.x.x-alpine", "main", "release/1.x", "ünï"])
def test_usual_names_are_good(name):
    assert complaint_about(name) is None


@pytest.mark.parametrize("name", ["", "a\nb", "a\0b", "\udcff", "a\u202eb", "a\u200bb"])
def test_a_name_with_unprintable_characters_is_refused(name):
    assert "is no name for a branch" in complaint_about(name)


def test_a_name_too_long_for_a_file_is_refused():
    assert complaint_about("a" * 200) is None
    assert "too long" in complaint_about("a" * 201)
    assert "too long" in complaint_about("ä" * 101)


# ---------------------------------------------------------------- reading


def test_branches_are_found_by_name_or_by_folder(three):
    at, (one, two, three_) = three
    for name, tip in {"x": one, "x-y": two, "f/a": one, "f/b/c": two, "g/a": three_}.items():
        git(at.root, "branch", name, tip)
    tips = {name: branch.tip for name, branch in branches(at).items()}
    assert tips == {"main": three_, "x": one, "x-y": two, "f/a": one, "f/b/c": two, "g/a": three_}
    assert list(branches(at, "f/")) == ["f/a", "f/b/c"]
    assert list(branches(at, "x")) == ["x"]
    assert list(branches(at, "f")) == []
    assert list(branches(at, "none")) == []


def test_a_branch_tells_where_it_is_checked_out(three, tmp_path):
    at, (one, *_) = three
    linked = tmp_path / "two\nlines"
    git(at.root, "branch", "free")
    git(at.root, "worktree", "add", "-q", "-b", "linked", linked, one)
    found = branches(at)
    assert {name: branch.checked_out for name, branch in found.items()} == {
        "free": None, "linked": str(linked), "main": str(at.root),
    }  # fmt: skip


def test_a_branch_that_only_points_at_another_is_told(three):
    at, _ = three
    git(at.root, "symbolic-ref", "refs/heads/other", "refs/heads/main")
    assert {name: branch.symbolic for name, branch in branches(at).items()} == {
        "main": False, "other": True,
    }  # fmt: skip


def test_the_branch_that_a_repository_is_on_may_have_no_commit(tmp_path):
    assert head_branch(Git(repository(tmp_path))) == "main"


def test_a_detached_head_is_on_no_branch(three):
    at, (one, *_) = three
    git(at.root, "checkout", "-q", one)
    assert head_branch(at) is None


def test_a_commit_contains_itself_and_what_it_is_built_on(three):
    at, (one, two, _) = three
    assert contains(at, two, one)
    assert contains(at, two, two)
    assert not contains(at, one, two)
    with pytest.raises(RepoError, match="`git merge-base` failed"):
        contains(at, one, "0" * 40)


# ---------------------------------------------------------------- moving


def test_a_branch_is_made_moved_and_deleted(three):
    at, (one, two, _) = three
    assert move(at, "x/y", one, None)
    assert branches(at, "x/y")["x/y"].tip == one
    assert move(at, "x/y", two, one)
    assert branches(at, "x/y")["x/y"].tip == two
    assert move(at, "x/y", None, two)
    assert branches(at, "x/y") == {}


def test_a_branch_that_is_elsewhere_than_thought_is_left(three):
    at, (one, two, three_) = three
    move(at, "x", one, None)
    before = state(at.root)
    assert not move(at, "x", three_, None)
    assert not move(at, "x", three_, two)
    assert not move(at, "x", None, two)
    assert not move(at, "gone", three_, two)
    assert not move(at, "gone", None, two)
    assert state(at.root) == before


def test_a_branch_that_points_at_another_does_not_move_that_one(three):
    at, (one, _, three_) = three
    git(at.root, "symbolic-ref", "refs/heads/x", "refs/heads/main")
    assert move(at, "x", one, three_)
    assert git(at.root, "rev-parse", "main") == three_


def test_branches_packed_away_are_moved_and_deleted_too(three):
    at, (one, two, _) = three
    move(at, "x", one, None)
    move(at, "y", one, None)
    git(at.root, "pack-refs", "--all")
    assert move(at, "x", two, one)
    assert move(at, "y", None, one)
    assert {name: branch.tip for name, branch in branches(at).items() if name != "main"} == {
        "x": two
    }


def test_a_branch_in_the_way_of_a_folder_is_an_error(three):
    at, (one, *_) = three
    move(at, "x", one, None)
    with pytest.raises(RepoError, match=r"`git update-ref` failed: .*refs/heads/x' exists"):
        move(at, "x/y", one, None)


def test_of_many_that_move_a_branch_at_once_one_does(three):
    at, (one, two, three_) = three
    move(at, "x", one, None)
    moved = []
    threads = [
        threading.Thread(target=lambda to=to: moved.append(move(at, "x", to, one)))
        for to in (two, three_) * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Those that wanted the same as the first find it done, and say that it moved.
    assert moved.count(True) == 1
