import os
import shutil
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import EditError, RepoError
from bot.git import WorkTree
from bot.model import Entry
from tests.git.made import commit, git, lay, program, repository

LIMIT = 1 << 20


def paths(tree):
    return [entry.path for entry in tree.entries()]


def names_in(folder):
    return [path.name for path in folder.iterdir()]


def read(tree, *names, limit=LIMIT):
    return dict(tree.read(names, limit=limit))


# ---------------------------------------------------------------- what is listed


def test_a_repository_has_what_git_tracks_and_what_it_would_add(tmp_path):
    repository(tmp_path, {"b/Dockerfile": "x", ".gitignore": "ignored\n"})
    lay(tmp_path, {"ignored": "x", "a new one": "x", "b/ignored": "x"})
    assert paths(WorkTree(tmp_path)) == [".gitignore", "a new one", "b/Dockerfile"]


def test_a_repository_without_any_commit_has_its_untracked_files(tmp_path):
    repository(tmp_path)
    lay(tmp_path, {"b": "x", "a": "x"})
    assert paths(WorkTree(tmp_path)) == ["a", "b"]


def test_an_empty_repository_has_no_files(tmp_path):
    assert paths(WorkTree(repository(tmp_path))) == []


def test_a_folder_in_a_repository_has_only_its_own_files(tmp_path):
    repository(tmp_path, {"a/b/Dockerfile": "x", "a/c": "x", "d": "x"})
    lay(tmp_path, {"a/new": "x", "other/new": "x"})
    assert paths(WorkTree(tmp_path / "a")) == ["b/Dockerfile", "c", "new"]


def test_a_linked_worktree_is_a_repository(tmp_path):
    main = repository(tmp_path / "main", {"Dockerfile": "x"})
    git(main, "worktree", "add", "-q", tmp_path / "linked")
    assert paths(WorkTree(tmp_path / "linked")) == ["Dockerfile"]


def test_modes_and_kinds_are_gits(tmp_path):
    repository(tmp_path, {"plain": "x", "run": "x"})
    (tmp_path / "run").chmod(0o755)
    (tmp_path / "link").symlink_to("plain")
    inner = repository(tmp_path / "inner", {"Dockerfile": "x"})
    git(tmp_path, "add", "run", "link")
    git(
        tmp_path,
        "update-index",
        "--add",
        "--cacheinfo",
        f"160000,{git(inner, 'rev-parse', 'HEAD')},inner",
    )
    assert WorkTree(tmp_path).entries() == [
        Entry("inner", "submodule", "160000"),
        Entry("link", "symlink", "120000"),
        Entry("plain", "file", "100644"),
        Entry("run", "file", "100755"),
    ]


def test_untracked_links_programs_and_repositories_are_told_apart(tmp_path):
    repository(tmp_path, {"tracked": "x"})
    lay(tmp_path, {"run": "x"})
    (tmp_path / "run").chmod(0o755)
    (tmp_path / "link").symlink_to("/etc")
    repository(tmp_path / "inner", {"Dockerfile": "x"})
    assert WorkTree(tmp_path).entries() == [
        Entry("inner", "submodule", "160000"),
        Entry("link", "symlink", "120000"),
        Entry("run", "file", "100755"),
        Entry("tracked", "file", "100644"),
    ]


def test_a_file_in_conflict_is_listed_once(tmp_path):
    repository(tmp_path, {"a": "1", "z": "1"})
    git(tmp_path, "checkout", "-qb", "other")
    commit(tmp_path, {"a": "2"})
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, {"a": "3"})
    subprocess.run(
        ["git", "-C", tmp_path, "merge", "-q", "other"], capture_output=True, check=False
    )
    assert "a" in git(tmp_path, "ls-files", "-u")
    assert paths(WorkTree(tmp_path)) == ["a", "z"]


def test_a_name_cannot_pose_as_another_entry(tmp_path):
    repository(tmp_path, {"a": "x"})
    poser = f"H 120000 {'0' * 40} 0\tDockerfile"
    lay(tmp_path, {poser: "x", "two\nlines": "x", "? b": "x"})
    assert paths(WorkTree(tmp_path)) == sorted([poser, "two\nlines", "? b", "a"])


def test_a_sha256_repository_is_read_alike(tmp_path):
    repository(tmp_path, {"a": "x", "b c": "y"}, "--object-format=sha256")
    assert paths(WorkTree(tmp_path)) == ["a", "b c"]


def test_a_folder_outside_every_repository_is_walked(tmp_path):
    lay(tmp_path, {"b/Dockerfile": "x", "a": "x", "b/c/d": "x"})
    (tmp_path / "b/link").symlink_to("/etc")
    (tmp_path / "up").symlink_to(tmp_path)
    assert WorkTree(tmp_path).entries() == [
        Entry("a"),
        Entry("b/Dockerfile"),
        Entry("b/c/d"),
        Entry("b/link", "symlink", "120000"),
        Entry("up", "symlink", "120000"),
    ]


def test_a_walk_enters_no_repository_and_lists_no_pipes_or_sockets(tmp_path):
    lay(tmp_path, {"a": "x", "linked/.git": "gitdir: elsewhere", "linked/Dockerfile": "x"})
    repository(tmp_path / "inner", {"Dockerfile": "x"})
    os.mkfifo(tmp_path / "Dockerfile")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "sock"))
        assert WorkTree(tmp_path).entries() == [
            Entry("a"),
            Entry("inner", "submodule", "160000"),
            Entry("linked", "submodule", "160000"),
        ]


def test_an_empty_git_folder_makes_no_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    lay(tmp_path, {"Dockerfile": "x", ".git/config": "x"})
    assert paths(WorkTree(tmp_path)) == ["Dockerfile"]


def test_a_folder_that_git_ignores_is_walked_when_asked_for(tmp_path):
    repository(tmp_path, {".gitignore": "build/\n*.log\n"})
    lay(tmp_path, {"build/Dockerfile": "x", "logs/a.log": "x"})
    assert paths(WorkTree(tmp_path / "build")) == ["Dockerfile"]
    assert paths(WorkTree(tmp_path / "logs")) == []


def test_a_folder_that_cannot_be_opened_is_told(tmp_path):
    lay(tmp_path, {"a": "x", "deep/b": "x"})
    deep = "d" * 200
    folder = tmp_path
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(25):  # deeper than any path may be long
        os.mkdir(deep, dir_fd=handle)
        inner = os.open(deep, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    try:
        first, closed, last = WorkTree(tmp_path).entries()
        assert (first.path, last.path) == ("a", "deep/b")
        assert set(closed.path.split("/")) == {deep}
        assert (closed.kind, closed.mode) == ("closed", "040000")
    finally:
        subprocess.run(["rm", "-rf", tmp_path / deep], check=True)


def refusing(monkeypatch, *names):
    """As if the system did not let anybody into folders of these names; root may enter any."""
    real = os.scandir

    def scandir(path):
        if Path(os.fsdecode(path)).name in names:
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)


def git_warning(tmp_path, monkeypatch, *lines):
    """A git that says these lines besides what the real one does."""
    real, said = shutil.which("git"), tmp_path / "said"
    said.write_text("".join(f"warning: could not open directory '{line}\n" for line in lines))
    program(tmp_path / "bin", "git", f'cat {said} >&2; exec {real} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")


def test_folders_that_may_not_be_opened_are_walked_around(tmp_path, monkeypatch):
    lay(tmp_path, {"a": "x", "b/shut/c": "x", "b/d": "x"})
    refusing(monkeypatch, "shut")
    assert WorkTree(tmp_path).entries() == [
        Entry("a"), Entry("b/d"), Entry("b/shut", "closed", "040000"),
    ]  # fmt: skip


def test_a_folder_that_is_gone_while_it_is_walked_is_not_there(tmp_path, monkeypatch):
    lay(tmp_path, {"a": "x", "b/c": "x"})
    real = os.scandir

    def scandir(path):
        if os.fsdecode(path).endswith("b/"):
            raise FileNotFoundError(2, "No such file or directory", path)
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)
    assert paths(WorkTree(tmp_path)) == ["a"]


def test_git_names_folders_that_may_not_be_opened_from_its_top(tmp_path, monkeypatch):
    root = repository(tmp_path / "r", {"a": "x"})
    lay(root, {"sub/shut/c": "x", "shut/d": "x", "sub/e": "x"})
    git_warning(
        tmp_path,
        monkeypatch,
        "sub/shut/': Permission denied",
        "sub/shut/': Permission denied",
        "shut/': Permission denied",
        "sub/gone/': No such file or directory",
        "sub/e/': a name that poses as a warning",
        "sub/': and one that can be opened",
    )
    refusing(monkeypatch, "shut")
    below = [entry for entry in WorkTree(root / "sub").entries() if entry.kind == "closed"]
    assert below == [Entry("shut", "closed", "040000")]
    closed = [entry.path for entry in WorkTree(root).entries() if entry.kind == "closed"]
    assert closed == ["shut", "sub/shut"]


def test_a_file_in_a_folder_that_may_only_be_listed_is_left_for_who_reads_it(tmp_path, monkeypatch):
    root = repository(tmp_path, {"a": "x"})
    lay(root, {"b/c": "x"})
    real = os.lstat

    def lstat(path, **options):
        if os.fsdecode(path).endswith("b/c"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, **options)

    monkeypatch.setattr("os.lstat", lstat)
    assert paths(WorkTree(root)) == ["a", "b/c"]


def test_one_file_is_a_tree_of_one(tmp_path):
    lay(tmp_path, {"a/Dockerfile": "FROM x", "a/other": "y"})
    tree = WorkTree(tmp_path / "a/Dockerfile")
    assert tree.entries() == [Entry("Dockerfile")]
    assert read(tree, "Dockerfile") == {"Dockerfile": b"FROM x"}


def test_one_file_is_read_even_if_git_ignores_it(tmp_path):
    repository(tmp_path, {".gitignore": "*"})
    lay(tmp_path, {"Dockerfile": "x"})
    assert paths(WorkTree(tmp_path / "Dockerfile")) == ["Dockerfile"]


def test_one_link_stays_a_link(tmp_path):
    lay(tmp_path, {"Dockerfile": "x"})
    (tmp_path / "link").symlink_to("Dockerfile")
    assert WorkTree(tmp_path / "link").entries() == [Entry("link", "symlink", "120000")]


def test_a_link_to_a_folder_leads_to_it(tmp_path):
    lay(tmp_path, {"folder/Dockerfile": "x"})
    (tmp_path / "link").symlink_to("folder")
    tree = WorkTree(tmp_path / "link")
    assert paths(tree) == ["Dockerfile"]
    assert read(tree, "Dockerfile") == {"Dockerfile": b"x"}


def test_the_snapshot_is_the_folder_at_no_commit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    snapshot = WorkTree(Path()).snapshot
    assert snapshot.commit is None
    assert (snapshot.repo.slug, snapshot.repo.location) == (tmp_path.name, str(tmp_path))


# ---------------------------------------------------------------- what cannot be listed


@pytest.mark.parametrize("name", ["missing", "missing/too", "nul\0byte"])
def test_a_path_that_is_not_there_is_an_error(tmp_path, name):
    with pytest.raises(RepoError, match=r"No such file|null (byte|character)"):
        WorkTree(tmp_path / name).entries()


def test_a_path_too_long_is_an_error(tmp_path):
    with pytest.raises(RepoError, match="File name too long"):
        WorkTree(tmp_path / ("x" * 300)).entries()


def test_a_folder_that_is_gone_since_is_an_error(tmp_path):
    (tmp_path / "gone").mkdir()
    tree = WorkTree(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(RepoError, match="gone could not be opened: No such file"):
        tree.entries()


def test_a_present_folder_that_is_gone_is_said_to_be(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(RepoError, match=r"^web: the present folder is gone .*: change to one"):
        WorkTree(Path("web"))
    assert WorkTree(tmp_path).entries() == []


def test_a_file_that_is_gone_since_git_listed_it_is_not_there(tmp_path, monkeypatch):
    root = repository(tmp_path / "r", {"a": "x"})
    lay(root, {"b": "x", "c": "x"})
    real = shutil.which("git")
    program(tmp_path / "bin", "git", f'{real} "$@"; rm {root / "b"}')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert paths(WorkTree(root)) == ["a", "c"]


def test_a_pipe_is_no_tree(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RepoError, match="neither a folder nor a regular file"):
        WorkTree(tmp_path / "pipe").entries()


def test_a_bare_repository_has_no_files_to_look_at(tmp_path):
    repository(tmp_path / "x.git", None, "--bare")
    with pytest.raises(RepoError, match="bare repository"):
        WorkTree(tmp_path / "x.git").entries()


def test_a_damaged_index_is_one_line(tmp_path):
    repository(tmp_path, {"a": "x"})
    (tmp_path / ".git/index").write_bytes(b"DIRC\0\0\0\2 rubbish")
    with pytest.raises(RepoError) as caught:
        WorkTree(tmp_path).entries()
    assert "`git ls-files` failed: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_worktree_whose_repository_is_gone_is_an_error(tmp_path):
    lay(tmp_path, {".git": "gitdir: /nowhere\n", "Dockerfile": "x"})
    with pytest.raises(RepoError, match="not a git repository: /nowhere"):
        WorkTree(tmp_path).entries()


# ---------------------------------------------------------------- reading


def test_files_are_read_in_the_order_asked_for(tmp_path):
    lay(tmp_path, {"a": "1", "b": b"\xff\r\n", "c": ""})
    asked = ["c", "a", "b", "a"]
    assert list(WorkTree(tmp_path).read(asked, limit=LIMIT)) == [
        ("c", b""), ("a", b"1"), ("b", b"\xff\r\n"), ("a", b"1"),
    ]  # fmt: skip


def test_files_and_folders_that_were_deleted_are_simply_not_there(tmp_path):
    repository(tmp_path, {"a": "1", "b": "2", "folder/c": "3", "other/d": "4"})
    (tmp_path / "a").unlink()
    (tmp_path / "folder/c").unlink()
    (tmp_path / "folder").rmdir()
    (tmp_path / "other/d").unlink()
    (tmp_path / "other").rmdir()
    lay(tmp_path, {"other": "now a file"})
    tree = WorkTree(tmp_path)
    assert read(tree, *paths(tree)) == {"b": b"2", "other": b"now a file"}


@pytest.mark.parametrize(
    ("limit", "words"), [(3, "3 bytes"), (1024, "1 KiB"), (1 << 20, "1 MiB"), (1 << 30, "1 GiB")]
)
def test_a_file_larger_than_the_limit_is_told_of(tmp_path, limit, words):
    with (tmp_path / "big").open("wb") as file:
        file.truncate(limit + 1)
    assert read(WorkTree(tmp_path), "big", limit=limit) == {"big": f"is larger than {words}"}


def test_a_file_of_just_the_limit_is_read(tmp_path):
    lay(tmp_path, {"a": "123"})
    assert read(WorkTree(tmp_path), "a", limit=3) == {"a": b"123"}


def test_a_file_that_hides_its_size_is_read_up_to_the_limit():
    tree = WorkTree(Path("/proc/self"))
    assert read(tree, "stat")["stat"].startswith(b"%d " % os.getpid())
    assert read(tree, "stat", limit=2) == {"stat": "is larger than 2 bytes"}


def test_links_are_not_followed(tmp_path):
    lay(tmp_path / "outside", {"secret": "s"})
    root = tmp_path / "root"
    lay(root, {"a": "x", "real/b": "x"})
    (root / "link").symlink_to("a")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "real/out").symlink_to(tmp_path / "outside/secret")
    asked = ["link", "out/secret", "real/out", "real/b", "../outside/secret", "./a", "/etc/passwd"]
    assert read(WorkTree(root), *asked) == {
        "link": "is a symbolic link",
        "out/secret": "is behind a symbolic link",
        "real/out": "is a symbolic link",
        "real/b": b"x",
        "../outside/secret": "is behind a symbolic link",
        "./a": "is behind a symbolic link",
        "/etc/passwd": "is behind a symbolic link",
    }


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert read(WorkTree(tmp_path), "pipe", "folder", "nul\0", "n" * 300) == {
        "pipe": "is not a regular file",
        "folder": "is not a regular file",
        "nul\0": "has a name that no file can have",
        "n" * 300: "could not be opened: File name too long",
    }


def test_a_file_that_the_system_will_not_give_is_told_of():
    assert (
        read(WorkTree(Path("/proc/self")), "mem")["mem"] == "could not be read: Input/output error"
    )


names = st.binary(min_size=1, max_size=40).filter(
    lambda raw: not set(raw) & set(b"/\0") and raw not in (b".", b"..", b".git")
)


@settings(max_examples=25, deadline=None)
@given(st.sets(names, min_size=1, max_size=6), st.booleans())
def test_every_name_is_listed_and_read_alike_by_git_and_by_walking(tmp_path_factory, raw, add):
    root = tmp_path_factory.mktemp("names")
    # git leaves out names that some system would take for its own folder.
    raw = {name for name in raw if not name.lower().startswith((b".git", b"git~"))}
    for name in raw:
        (root / os.fsdecode(name)).write_bytes(name)
    walked = WorkTree(root).entries()
    repository(root)
    if add:
        git(root, "-c", "core.autocrlf=true", "add", "-A")
    listed = WorkTree(root).entries()
    wanted = sorted(name.decode("utf-8", "surrogateescape") for name in raw)
    assert [entry.path for entry in walked] == wanted
    assert listed == walked
    found = WorkTree(root).read(wanted, limit=LIMIT)
    assert {path.encode("utf-8", "surrogateescape"): data for path, data in found} == {
        name: name for name in raw
    }


def test_a_folder_that_may_not_be_opened_is_told_as_a_whole(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("os.scandir", refuse)  # the tests may run as root, who may open anything
    with pytest.raises(RepoError, match=r"may not be opened: Permission denied$"):
        next(WorkTree(tmp_path).around())


# ---------------------------------------------------------------- writing


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600])
def test_a_file_is_given_other_bytes_and_keeps_its_mode(tmp_path, mode):
    lay(tmp_path, {"a/Dockerfile": "old"})
    (tmp_path / "a/Dockerfile").chmod(mode)
    WorkTree(tmp_path).write("a/Dockerfile", b"new\r\n", b"old")
    assert (tmp_path / "a/Dockerfile").read_bytes() == b"new\r\n"
    assert stat.S_IMODE((tmp_path / "a/Dockerfile").stat().st_mode) == mode
    assert names_in(tmp_path / "a") == ["Dockerfile"]


def test_one_file_can_be_written_too(tmp_path):
    lay(tmp_path, {"Dockerfile": "old"})
    WorkTree(tmp_path / "Dockerfile").write("Dockerfile", b"new", b"old")
    assert (tmp_path / "Dockerfile").read_bytes() == b"new"


@pytest.mark.parametrize("now", ["mine", "older", "", None])
def test_a_file_that_changed_since_is_left_alone(tmp_path, now):
    if now is not None:
        lay(tmp_path, {"a": now})
    with pytest.raises(EditError, match="a changed since it was read"):
        WorkTree(tmp_path).write("a", b"new", b"old")
    assert names_in(tmp_path) == ([] if now is None else ["a"])
    assert now is None or (tmp_path / "a").read_text() == now


def test_nothing_is_written_through_a_link(tmp_path):
    lay(tmp_path / "outside", {"a": "old"})
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").symlink_to(tmp_path / "outside/a")
    (root / "out").symlink_to(tmp_path / "outside")
    for path in ("a", "out/a", "../outside/a"):
        with pytest.raises(EditError):
            WorkTree(root).write(path, b"new", b"old")
    assert (tmp_path / "outside/a").read_bytes() == b"old"
    assert (root / "a").is_symlink()


def test_a_folder_that_nothing_can_be_added_to_is_an_error():
    status = Path("/proc/self/comm").read_bytes()
    with pytest.raises(EditError, match="comm could not be written: "):
        WorkTree(Path("/proc/self")).write("comm", b"new", status)


def test_a_link_that_takes_the_files_place_is_not_replaced(tmp_path):
    from bot.git import Folder

    lay(tmp_path, {"a": "old", "real/b": "old"})
    folder = Folder(os.fsencode(tmp_path))
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "linked").symlink_to("real")
    with pytest.raises(OSError, match="not a regular file"):
        folder.replace("link", b"new")
    with pytest.raises(OSError, match="behind a symbolic link"):
        folder.replace("linked/b", b"new")


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")
def test_the_file_keeps_its_owner(tmp_path):
    lay(tmp_path, {"a": "old"})
    os.chown(tmp_path / "a", 12345, 54321)
    WorkTree(tmp_path).write("a", b"new", b"old")
    assert ((tmp_path / "a").stat().st_uid, (tmp_path / "a").stat().st_gid) == (12345, 54321)
