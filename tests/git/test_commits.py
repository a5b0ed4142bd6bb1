import os
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import RepoError
from bot.git import CommitTree, Git, Person, commit_files, commits_of, set_aside
from bot.model import Entry, NewFile, Repo, Snapshot
from tests.git.made import SURROUNDINGS, commit, git, lay, program, repository, state

BOT = Person("bot", "bot@localhost")
LIMIT = 1 << 20


def tree_of(root, name="HEAD"):
    return CommitTree(Git(root), Snapshot(Repo("r", str(root)), git(root, "rev-parse", name)))


def made(root, files, message="m", author=BOT, base="HEAD"):
    base = git(root, "rev-parse", base)
    new = {path: NewFile(data, "100644") for path, data in files.items()}
    return commit_files(Git(root), base, new, message, author)


# ---------------------------------------------------------------- reading


def test_a_commit_has_its_files_whatever_lies_in_the_folder(tmp_path):
    repository(tmp_path, {"b/Dockerfile": "FROM a\r\n", "a": "x"})
    tree = tree_of(tmp_path)
    lay(tmp_path, {"b/Dockerfile": "other", "new": "x"})
    assert [entry.path for entry in tree.entries()] == ["a", "b/Dockerfile"]
    assert list(tree.read(["b/Dockerfile", "a"], limit=LIMIT)) == [
        ("b/Dockerfile", b"FROM a\r\n"),
        ("a", b"x"),
    ]


@pytest.mark.parametrize("options", [("--bare",), ("--bare", "--object-format=sha256")])
def test_a_bare_repository_is_read_alike(tmp_path, options):
    root = repository(tmp_path / "r", {"a": "x"}, *options[1:])
    bare = tmp_path / "r.git"
    subprocess.run(["git", "clone", "-q", "--bare", root, bare], check=True, env=SURROUNDINGS)
    assert dict(tree_of(bare).read(["a"], limit=LIMIT)) == {"a": b"x"}


def test_modes_and_kinds_are_gits(tmp_path):
    repository(tmp_path, {"plain": "x", "run": "x"})
    (tmp_path / "run").chmod(0o755)
    (tmp_path / "link").symlink_to("plain")
    head = commit(tmp_path, {})
    git(tmp_path, "update-index", "--add", "--cacheinfo", f"160000,{head},inner")
    git(tmp_path, "commit", "-qm", "x")
    tree = tree_of(tmp_path)
    assert tree.entries() == [
        Entry("inner", "submodule", "160000"),
        Entry("link", "symlink", "120000"),
        Entry("plain", "file", "100644"),
        Entry("run", "file", "100755"),
    ]
    assert dict(tree.read(["inner", "link", "run", "none"], limit=LIMIT)) == {
        "inner": "is a submodule",
        "link": "is a symbolic link",
        "run": b"x",
    }


def test_a_mode_of_old_is_a_plain_file(tmp_path):
    repository(tmp_path)
    blob = bytes.fromhex(git(tmp_path, "hash-object", "-w", "--stdin", stdin=b"x"))
    tree = git(
        tmp_path,
        "hash-object",
        "-w",
        "-t",
        "tree",
        "--literally",
        "--stdin",
        stdin=b"100664 a\0" + blob,
    )
    head = git(tmp_path, "commit-tree", "-m", "old", tree)
    assert tree_of(tmp_path, head).entries() == [Entry("a", "file", "100644")]


def test_what_is_too_large_is_told_of_and_the_rest_is_read(tmp_path):
    repository(tmp_path, {"a": "1234", "b": "123", "c": "12345678"})
    assert list(tree_of(tmp_path).read(["a", "b", "c", "b"], limit=3)) == [
        ("a", "is larger than 3 bytes"),
        ("b", b"123"),
        ("c", "is larger than 3 bytes"),
        ("b", b"123"),
    ]
    assert list(tree_of(tmp_path).read(["a"], limit=3)) == [("a", "is larger than 3 bytes")]


def test_much_content_is_read_in_parts(tmp_path):
    files = {name: name.encode() * (9 << 20) for name in "ab"}
    repository(tmp_path, files)
    assert dict(tree_of(tmp_path).read(sorted(files), limit=9 << 20)) == files


def test_no_paths_are_no_work(tmp_path):
    repository(tmp_path, {"a": "x"})
    assert list(tree_of(tmp_path).read([], limit=LIMIT)) == []
    assert list(tree_of(tmp_path).read(["none"], limit=LIMIT)) == []
    assert commits_of(Git(tmp_path), []) == []


def test_a_commit_without_files_is_an_empty_tree(tmp_path):
    repository(tmp_path)
    commit(tmp_path, {})
    assert tree_of(tmp_path).entries() == []


def test_a_partial_clone_is_told_of_and_nothing_is_fetched(tmp_path):
    root = repository(tmp_path / "r", {"a": "1"})
    git(root, "config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    subprocess.run(
        ["git", "clone", "-q", "--bare", "--filter=blob:none", f"file://{root}", partial],
        check=True, env=SURROUNDINGS,
    )  # fmt: skip
    with pytest.raises(RepoError, match="is a partial clone that lacks files: clone it whole"):
        list(tree_of(partial).read(["a"], limit=LIMIT))


def test_a_file_that_a_damaged_repository_lacks_is_told_of(tmp_path):
    repository(tmp_path, {"a": "1", "b": "2"})
    blob = git(tmp_path, "rev-parse", "HEAD:a")
    (tmp_path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert list(tree_of(tmp_path).read(["a", "b"], limit=LIMIT)) == [
        ("a", "is missing from the repository, which is damaged"),
        ("b", b"2"),
    ]


def test_a_replaced_object_is_not_what_the_commit_says(tmp_path):
    first = commit(repository(tmp_path), {"a": "true"})
    second = commit(tmp_path, {"a": "false"})
    git(tmp_path, "replace", first, second)
    assert dict(tree_of(tmp_path, first).read(["a"], limit=LIMIT)) == {"a": b"true"}


@pytest.mark.parametrize("date", ["1790000000 +0200", "99999999999999 +0000", "7 +0000", "", "x y"])
def test_a_snapshot_knows_its_tree_and_when_it_was_committed(tmp_path, date):
    first = commit(repository(tmp_path), {"a": "1"})
    raw = git(tmp_path, "cat-file", "commit", first).replace("1700000000 +0200", date)
    said = ("hash-object", "-t", "commit", "-w", "--literally", "--stdin")
    snapshot = Snapshot(Repo("r", ""), git(tmp_path, *said, stdin=raw.encode()))
    known = CommitTree.at(Git(tmp_path), snapshot).snapshot
    assert known.tree == git(tmp_path, "rev-parse", f"{first}^{{tree}}")
    assert (known.made and known.made.timestamp()) == (1790000000 if date[:2] == "17" else None)
    gone = Snapshot(Repo("r", ""), "0" * 40)
    assert CommitTree.at(Git(tmp_path), gone).snapshot.tree == ""


def test_an_unknown_commit_is_one_line(tmp_path):
    repository(tmp_path, {"a": "x"})
    tree = CommitTree(Git(tmp_path), Snapshot(Repo("r", ""), "0" * 40))
    with pytest.raises(RepoError, match="`git ls-tree` failed: "):
        tree.entries()
    with pytest.raises(RepoError, match="`git ls-tree` failed: "):
        list(tree.read(["a"], limit=LIMIT))


def test_a_git_that_answers_too_little_is_an_error(tmp_path, monkeypatch):
    root = repository(tmp_path / "r", {"a": "x"})
    tree = tree_of(root)
    tree.entries()
    program(tmp_path / "bin", "git", "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(RepoError, match="answered 0 of 1 times"):
        list(tree.read(["a"], limit=LIMIT))


def test_what_a_commit_says_is_known(tmp_path):
    first = commit(repository(tmp_path), {"a": "1"}, "one\n\ntwo\n", "1700000001 +0200")
    second = commit(tmp_path, {"a": "2"}, "später")
    one, two, none, below = commits_of(Git(tmp_path), [first, second, f"{first}^1", f"{second}^1"])
    assert none is None
    assert below == one
    assert (one.parents, two.parents) == ((), (first,))
    assert one.tree == git(tmp_path, "rev-parse", f"{first}^{{tree}}")
    assert (one.author, one.committer) == ("Ada <ada@example.org>",) * 2
    assert (one.authored, one.committed) == (1700000001,) * 2
    assert (one.message, two.message) == ("one\n\ntwo\n", "später\n")


@pytest.mark.parametrize("date", ["99999999999999 +0000", "-5 +0000", "", "x y"])
def test_a_commit_with_a_senseless_date_is_dated_at_the_start(tmp_path, date):
    first = commit(repository(tmp_path), {"a": "1"})
    raw = git(tmp_path, "cat-file", "commit", first).replace("1700000000 +0200", date)
    odd = git(
        tmp_path, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=raw.encode()
    )
    (said,) = commits_of(Git(tmp_path), [odd])
    assert (said.authored, said.committed) == (0, 0)
    new, _ = made(tmp_path, {"a": b"2"}, base=odd)
    assert git(tmp_path, "log", "-1", "--format=%ct %at", new) == "0 0"


# ---------------------------------------------------------------- writing


def test_a_commit_holds_the_new_files_and_all_else(tmp_path):
    base = commit(repository(tmp_path), {"a": "1", "b/c": "2", "run": "x"})
    files = {"b/c": NewFile(b"new\r\n\xff", "100644"), "run": NewFile(b"y", "100755")}
    new, tree = commit_files(Git(tmp_path), base, files, "title\n\nbody\n", BOT)
    assert dict(tree_of(tmp_path, new).read(["a", "b/c", "run"], limit=LIMIT)) == {
        "a": b"1", "b/c": b"new\r\n\xff", "run": b"y",
    }  # fmt: skip
    assert [e.mode for e in tree_of(tmp_path, new).entries()] == ["100644", "100644", "100755"]
    assert git(tmp_path, "rev-parse", f"{new}^", f"{new}^{{tree}}") == f"{base}\n{tree}"
    assert git(tmp_path, "log", "-1", "--format=%B|%an %ae %cn %ce", new) == (
        "title\n\nbody\n|bot bot@localhost bot bot@localhost"
    )


def test_a_commit_is_dated_as_its_base_so_that_it_is_the_same_every_time(tmp_path):
    commit(repository(tmp_path), {"a": "1"}, date="1600000000 -0730")
    new, tree = made(tmp_path, {"a": b"2"})
    before = state(tmp_path)
    assert made(tmp_path, {"a": b"2"}) == (new, tree)
    assert state(tmp_path) == before
    assert git(tmp_path, "log", "-1", "--format=%at %ct", new) == "1600000000 1600000000"


def test_only_objects_are_written(tmp_path):
    repository(tmp_path, {"a": "1", "b": "1"})
    git(tmp_path, "config", "core.splitIndex", "true")
    lay(tmp_path, {"a": "staged"})
    git(tmp_path, "add", "a")
    lay(tmp_path, {"b": "dirty", "c": "new"})
    status = git(tmp_path, "status", "--porcelain=v2")
    apart = [tmp_path / ".git/objects"]

    def files():
        return {
            path: (path.read_bytes(), path.stat().st_mtime_ns)
            for path in tmp_path.rglob("*")
            if path.is_file() and apart[0] not in path.parents
        }

    before = files()
    made(tmp_path, {"a": b"2", "b": b"2"})
    assert files() == before
    assert git(tmp_path, "status", "--porcelain=v2") == status


def test_neither_configuration_nor_attributes_change_what_is_committed(tmp_path):
    root = repository(tmp_path / "r", {"a": "1\n", ".gitattributes": "* text=auto eol=crlf\n"})
    mark = tmp_path / "ran"
    evil = program(tmp_path / "bin", "evil", f"touch {mark}; exit 1")
    hooks = tmp_path / "hooks"
    for hook in ("pre-commit", "commit-msg", "post-index-change", "reference-transaction"):
        program(hooks, hook, f"touch {mark}; exit 1")
        program(root / ".git/hooks", hook, f"touch {mark}; exit 1")
    for key, value in {
        "core.autocrlf": "true", "core.safecrlf": "true", "commit.gpgsign": "true",
        "gpg.program": str(evil), "core.hooksPath": str(hooks), "user.useConfigOnly": "true",
        "i18n.commitEncoding": "latin-1", "core.fsmonitor": str(evil),
    }.items():  # fmt: skip
        git(root, "config", key, value)
    new, _ = made(root, {"a": b"x\r\ny\n"}, "tïtle")
    assert dict(tree_of(root, new).read(["a"], limit=LIMIT)) == {"a": b"x\r\ny\n"}
    raw = subprocess.check_output(["git", "-C", root, "cat-file", "commit", new])
    assert raw.endswith("\n\ntïtle".encode())
    assert b"encoding" not in raw
    assert b"gpgsig" not in raw
    assert not mark.exists()


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
def test_commits_are_made_in_bare_repositories_and_worktrees_alike(tmp_path, options):
    root = repository(tmp_path / "r", {"a": "1"}, *options)
    bare, linked = tmp_path / "r.git", tmp_path / "linked"
    subprocess.run(["git", "clone", "-q", "--bare", root, bare], check=True, env=SURROUNDINGS)
    git(root, "worktree", "add", "-q", "--detach", linked)
    commits = {made(place, {"a": b"2"}) for place in (root, bare, linked)}
    assert len(commits) == 1


def test_no_identity_and_no_home_are_needed(tmp_path, monkeypatch):
    repository(tmp_path, {"a": "1"})
    monkeypatch.delenv("HOME")
    monkeypatch.delenv("EMAIL", raising=False)
    assert made(tmp_path, {"a": b"2"})


def test_what_is_set_aside_leaves_no_trace(tmp_path):
    root = tmp_path / 'with: "colon" \\ and more'
    base = commit(repository(root), {"a": "1"})
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", "--detach", linked)
    before = state(root)
    files = {"a": NewFile(b"2", "100644")}
    for place in (root, linked):
        with set_aside(Git(place)) as aside:
            foreseen = commit_files(aside, base, files, "m", BOT)
            assert commits_of(aside, [foreseen[0]]) != [None]
        assert state(root) == before
        assert commits_of(Git(place), [foreseen[0]]) == [None]
    assert commit_files(Git(root), base, files, "m", BOT) == foreseen


def test_a_change_that_changes_nothing_is_refused(tmp_path):
    repository(tmp_path, {"a": "1"})
    with pytest.raises(RepoError, match="nothing would change"):
        made(tmp_path, {"a": b"1"})


def test_a_base_that_is_not_there_is_refused(tmp_path):
    repository(tmp_path, {"a": "1"})
    with pytest.raises(RepoError, match="there is no commit 00000"):
        commit_files(Git(tmp_path), "0" * 40, {}, "m", BOT)


@pytest.mark.parametrize("path", ["../a", "/a", ".git/config", "a/../b", "", "nul\0", "a//b"])
def test_a_path_that_git_would_not_have_is_refused(tmp_path, path):
    repository(tmp_path, {"a": "1"})
    with pytest.raises(RepoError) as caught:
        made(tmp_path, {path: b"2"})
    assert "\n" not in str(caught.value)


def test_only_plain_files_and_programs_are_committed(tmp_path):
    base = commit(repository(tmp_path), {"a": "1"})
    with pytest.raises(RepoError, match="'a' cannot be a file of mode 120000"):
        commit_files(Git(tmp_path), base, {"a": NewFile(b"/etc", "120000")}, "m", BOT)


def test_a_file_may_take_the_place_of_a_folder(tmp_path):
    repository(tmp_path, {"a/b": "1"})
    new, _ = made(tmp_path, {"a": b"2"})
    assert tree_of(tmp_path, new).entries() == [Entry("a")]


parts = st.binary(min_size=1, max_size=30).filter(
    lambda raw: (
        not set(raw) & set(b"/\0")
        and raw not in (b".", b"..")
        and not raw.lower().startswith((b".git", b"git~"))
    )
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return repository(tmp_path_factory.mktemp("paths"), {"quite another": "x"})


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(parts, min_size=1, max_size=3).map(b"/".join), st.binary(max_size=200))
def test_every_path_and_every_byte_comes_through(root, raw, data):
    path = raw.decode("utf-8", "surrogateescape")
    new, _ = made(root, {path: data})
    tree = tree_of(root, new)
    assert path in [entry.path for entry in tree.entries()]
    assert list(tree.read([path], limit=LIMIT)) == [(path, data)]
