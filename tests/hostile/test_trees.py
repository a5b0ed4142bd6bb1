"""Trees of git that git would not make: names that lead out, pose as git's own, or never end."""

import contextlib
import json
import os
import subprocess

import pytest

from bot.errors import RepoError
from bot.git import Git
from tests.git.made import git, lay, repository, state
from tests.hostile import made

GOOD = b"FROM node:20.11.0-alpine\n"
EVIL = b"FROM node:20.11.0-alpine AS evil\n"

NAMES = {
    "up": b"..",
    "here": b".",
    "git": b".git",
    "git in capitals": b".GIT",
    "git as Windows has it": b"git~1",
    "git as macOS reads it": ".g\u200cit".encode(),
    "git with a dot": b".git.",
    "git with a stream": b".git::$INDEX_ALLOCATION",
    "two folders in one name": b"../../outside",
    "an absolute path": b"/outside",
    "a backslash": b"..\\..\\outside",
    "a newline": b"a\nb",
    "a tab": b"a\tb",
    "an escape": b"a\x1b[2Jb",
    "a bell": b"\x07",
    "a dash": b"-rf",
    "an option": b"--upload-pack=touch ran",
    "a colon": b":(exclude)*",
    "a glob": b"*",
    "a quote": b'"',
    "no UTF-8": b"\xff\xfe",
    "turned around": "\u202etxt.rekcod".encode(),
    "nothing to see": "\u200b\u2060".encode(),
    "a workflow command": b"::add-mask::x",
    "an old workflow command": b"##[add-mask]x",
    "markup": b"<img src=x onerror=alert(1)>",
    "a mention": b"@org/team closes #1",
    "very long": b"n" * 5000,
    "a space": b" ",
}
"""Names of a folder that has a Dockerfile."""


@pytest.fixture
def root(tmp_path):
    """A repository whose `main` has a good Dockerfile; what lies beside it is nobody's business."""
    lay(tmp_path, {"outside/Dockerfile": "FROM stolen.example/secret:1\n"})
    return repository(tmp_path / "repo", {"Dockerfile": GOOD})


def with_folder(root, name):
    blob = made.put(root, "blob", EVIL)
    good = made.put(root, "blob", GOOD)
    inner = made.tree(root, ("100644", b"Dockerfile", blob))
    return made.committed(
        root, made.tree(root, ("100644", b"Dockerfile", good), ("40000", name, inner))
    )


def untouched(folder):
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def quiet(text):
    """Whether a terminal only shows it: no escape, nothing unseen, no turn of direction."""
    return not set(text) & set("\x07\x1b\r\u200b\u200c\u202e\u2060")


def few(names, *everyday):
    """All of them, all but a few of them where there is time."""
    return [
        name if name in everyday else pytest.param(name, marks=pytest.mark.slow) for name in names
    ]


@pytest.mark.parametrize("name", few(NAMES, "up", "git", "an escape", "an option"))
def test_a_folder_of_any_name_leads_nowhere(name, root, says, operator, tmp_path):
    tip = with_folder(root, NAMES[name])
    before = untouched(tmp_path)
    code, out, err = says("run", root, "--config", operator)
    assert code in (0, 2)
    assert "Traceback" not in err
    assert "stolen" not in out + err
    assert quiet(out + err)
    assert untouched(tmp_path) == before
    assert git(root, "rev-parse", "main") == tip
    assert err.count("\n") <= 2
    if code == 0:  # then what was proposed has all else as it was
        branches = git(root, "for-each-ref", "--format=%(refname)", "refs/heads/basewatch").split()
        assert branches
        for branch in branches:
            changed = git(root, "diff-tree", "-r", "-z", "--name-only", tip, branch).split("\0")
            assert {each.rpartition("/")[2] for each in changed if each} == {"Dockerfile"}


@pytest.mark.parametrize(
    "name", [NAMES["a newline"], NAMES["an escape"], NAMES["no UTF-8"], NAMES["a workflow command"]]
)
def test_no_name_gets_out_of_its_place_in_json(name, root, says, operator):
    with_folder(root, name)
    code, out, _ = says("run", root, "--config", operator, "--json", "--dry-run")
    assert code == 0
    assert quiet(out)
    (found,) = json.loads(out)["repositories"]
    assert len({use["file"] for use in found["uses"]}) == 2


ODD = {
    "the same name twice": lambda root, blob, inner: made.tree(
        root, ("100644", b"Dockerfile", blob), ("100644", b"Dockerfile", made.put(root, "blob", GOOD))
    ),
    "a file and a folder of one name": lambda root, blob, inner: made.tree(
        root, ("100644", b"Dockerfile", blob), ("40000", b"Dockerfile", inner)
    ),
    "out of order": lambda root, blob, inner: made.tree(
        root, ("40000", b"z", inner), ("100644", b"Dockerfile", blob)
    ),
    "a mode that is none": lambda root, blob, inner: made.tree(root, ("777777", b"Dockerfile", blob)),
    "a device": lambda root, blob, inner: made.tree(root, ("020644", b"Dockerfile", blob)),
    "a folder that is a file": lambda root, blob, inner: made.tree(root, ("40000", b"d", blob)),
    "a file that is a folder": lambda root, blob, inner: made.tree(root, ("100644", b"Dockerfile", inner)),
    "a submodule that is a file": lambda root, blob, inner: made.tree(root, ("160000", b"Dockerfile", blob)),
    "a link that is a folder": lambda root, blob, inner: made.tree(root, ("120000", b"Dockerfile", inner)),
    "an empty name": lambda root, blob, inner: made.tree(root, ("100644", b"", blob)),
    "an object that is not there": lambda root, blob, inner: made.tree(root, ("100644", b"Dockerfile", "1" * 40)),
    "cut short": lambda root, blob, inner: made.put(root, "tree", b"100644 Dockerfile\0abc"),
    "no tree at all": lambda root, blob, inner: made.put(root, "tree", b"rubbish" * 50),
}  # fmt: skip


@pytest.mark.parametrize("kind", few(ODD, "the same name twice", "cut short", "an empty name"))
def test_a_tree_that_is_none_ends_in_a_line_or_in_what_can_be_read(kind, root, says, operator):
    blob = made.put(root, "blob", EVIL)
    inner = made.tree(root, ("100644", b"Dockerfile", blob))
    whole = ODD[kind](root, blob, inner)
    made.committed(root, whole)
    before = state(root)[0] if "not there" not in kind else None
    code, out, err = says("run", root, "--config", operator)
    assert code in (0, 2)
    assert "Traceback" not in err
    assert quiet(out + err)
    if code == 2 and before is not None:
        assert "basewatch" in err


def test_an_index_that_names_what_is_outside_shows_nothing_of_it(root, says, operator):
    blob = git(root, "rev-parse", "HEAD:Dockerfile")
    made.indexed(root, (b"../outside/Dockerfile", blob), (b"/outside/Dockerfile", blob),
                 (b".git/config", blob), (b"Dockerfile", blob))  # fmt: skip
    for command in ("check", "fix"):
        code, out, err = says(command, root, "--config", operator)
        assert code in (0, 2)
        assert "Traceback" not in err
        assert "stolen" not in out + err
    assert (root.parent / "outside/Dockerfile").read_text() == "FROM stolen.example/secret:1\n"
    assert "[core]" in (root / ".git/config").read_text()


def test_so_few_objects_that_are_so_many_files_end_within_their_bounds(root):
    """As the `git bomb`: a hundred million files in eight trees."""
    from bot.git.commits import CommitTree
    from bot.model import Repo, Snapshot

    commit = made.committed(root, made.bomb(root, made.put(root, "blob", GOOD)))
    bounded = Git(root, timeout=20, limit=1 << 20)
    with pytest.raises(RepoError, match="wrote more than 1 MiB"):
        CommitTree(bounded, Snapshot(Repo("r", ""), commit)).entries()


@pytest.mark.slow
def test_a_bomb_ends_a_run_in_one_line(root, says, operator):
    made.committed(root, made.bomb(root, made.put(root, "blob", GOOD)))
    code, _, err = says("run", root, "--config", operator)
    assert (code, err.count("\n")) == (2, 1)
    assert "wrote more than 256 MiB" in err


@pytest.mark.slow
def test_a_file_below_thousands_of_folders_is_no_trouble(root, says, operator):
    made.committed(root, made.nested(root, made.put(root, "blob", GOOD), 1200))
    code, out, err = says("run", root, "--config", operator, "--json")
    assert "Traceback" not in err
    assert code in (0, 2)
    assert out


# ---------------------------------------------------------------- the same from a host


@pytest.mark.parametrize(
    "name",
    few(
        ["up", "git", "git in capitals", "an absolute path", "a newline", "an option", "very long"],
        "up",
        "git",
    ),
)
def test_a_host_that_sends_such_a_tree_writes_nowhere_but_into_its_clone(
    name,
    root,
    git_server,
    clones,
    repo,
    tmp_path,
):
    with_folder(root, NAMES[name])
    published = git_server.root / f"evil-{list(NAMES).index(name)}.git"
    subprocess.run(["cp", "-r", root / ".git", published], check=True)
    git(published, "config", "core.bare", "true")
    git(published, "config", "uploadpack.allowFilter", "true")
    before = untouched(tmp_path / "outside")
    with contextlib.suppress(RepoError):
        tree = clones().tree(repo(git_server.url(published.name)))
        found = dict(tree.read([entry.path for entry in tree.entries()], limit=1 << 20))
        assert found["Dockerfile"] == GOOD
    assert untouched(tmp_path / "outside") == before
    for path in (tmp_path / "cache").rglob("*"):
        assert path.name != "Dockerfile"  # nothing is ever checked out
    assert not os.path.lexists(tmp_path / "ran")
