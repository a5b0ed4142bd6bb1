"""Repositories that try to lead out, to stall or to run something: by the real command line and git."""

import contextlib
import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

from bot.errors import RepoError
from bot.git import Git, WorkTree
from tests.git.made import SURROUNDINGS, commit, git, lay, program, repository, state

SECRET = "stolen.example/secret"
GOOD = "FROM node:20.11.0-alpine\n"


@pytest.fixture
def outside(tmp_path):
    """What lies beside the repository, and is nobody's business in it."""
    folder = tmp_path / "outside"
    lay(folder, {
        "Dockerfile": f"FROM {SECRET}:1.0.0\n",
        "sub/Dockerfile": f"FROM {SECRET}:2.0.0\n",
        "basewatch.yaml": "policy: {default: {ignore: true}}\n",
    })  # fmt: skip
    return folder


def links(root, outside):
    """Every way that a link has to lead somewhere, each by a name that is looked at."""
    ways = {
        "Dockerfile": outside / "Dockerfile",  # absolute
        "relative/Dockerfile": "../../outside/Dockerfile",
        "folder": outside,
        "folder.docker": "../outside/sub",
        "chain/Dockerfile": "../hop/Dockerfile",
        "hop/Dockerfile": "../relative/Dockerfile",
        "loop/Dockerfile": "Dockerfile",
        "loops/a.Dockerfile": "b.Dockerfile",
        "loops/b.Dockerfile": "a.Dockerfile",
        "self": ".",
        "up": "..",
        "root": "/",
        "proc/Dockerfile": "/proc/self/environ",
        "zero/Dockerfile": "/dev/zero",
        "gone/Dockerfile": "nowhere",
        "within/Dockerfile": "../good/Dockerfile",
        "compose.yaml": outside / "Dockerfile",
        "deep/a/b": outside,
    }
    for name, target in ways.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    lay(root, {"good/Dockerfile": GOOD})
    return sorted(name for name in ways if name.endswith("ockerfile"))


@pytest.mark.parametrize("how", ["a folder", "a work tree", "a commit"])
def test_no_link_is_followed_wherever_it_leads(how, says, operator, outside, tmp_path):
    root = tmp_path / "repo"
    if how != "a folder":
        repository(root)
    root.mkdir(exist_ok=True)
    names = links(root, outside)
    if how != "a folder":
        commit(root, {})
    words = ("run", "--dry-run") if how == "a commit" else ("check",)
    code, out, err = says(*words, root, "--config", operator, "--json")
    assert (code, err) == (0, "")
    assert "stolen" not in out
    found = json.loads(out)
    (plan,) = found.get("repositories", [found])
    assert [use["file"] for use in plan["uses"]] == ["good/Dockerfile"]
    skips = json.loads(says("scan", root, "--json")[1])["skips"]
    assert sorted(skip["file"] for skip in skips if skip["reason"] == "symlink") == names


def test_nothing_is_written_where_a_link_leads(says, operator, outside, tmp_path):
    root = tmp_path / "repo"
    repository(root)
    links(root, outside)
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    code, _, _ = says("fix", root, "--config", operator)
    assert code == 0
    assert "@sha256" in (root / "good/Dockerfile").read_text()
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before
    assert (root / "within/Dockerfile").readlink() == Path("../good/Dockerfile")


@pytest.mark.parametrize("leads", ["out", "to itself", "to a device"])
def test_a_configuration_that_is_a_link_is_refused(leads, says, operator, outside, tmp_path):
    target = {
        "out": outside / "basewatch.yaml",
        "to itself": "basewatch.yaml",
        "to a device": "/dev/zero",
    }
    root = repository(tmp_path / "repo", {"Dockerfile": GOOD})
    (root / "basewatch.yaml").symlink_to(target[leads])
    commit(root, {})
    for words in (("check",), ("run", "--dry-run")):
        code, out, err = says(*words, root, "--config", operator)
        assert code == 2
        assert "basewatch.yaml" in out + err
        assert "Traceback" not in err


def test_a_submodule_is_not_entered_and_nothing_is_fetched_for_it(says, operator, tmp_path):
    inner = repository(tmp_path / "inner", {"Dockerfile": f"FROM {SECRET}:1\n"})
    root = repository(tmp_path / "repo", {"Dockerfile": GOOD})
    mark = tmp_path / "ran"
    git(
        root,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        str(inner),
        "vendored",
    )
    evil = f'[submodule "x"]\n\tpath = vendored\n\turl = --upload-pack=touch {mark}\n\tupdate = !touch {mark}\n'
    commit(root, {".gitmodules": evil})
    git(root, "config", "submodule.x.update", f"!touch {mark}")
    git(root, "config", "submodule.recurse", "true")
    for words in (("check",), ("run",)):
        code, out, err = says(*words, root, "--config", operator, "--json")
        assert (code, err) == (0, "")
        assert "stolen" not in out
    skips = json.loads(says("scan", root, "--json")[1])["skips"]
    assert [skip["file"] for skip in skips if skip["reason"] == "submodule"] == ["vendored"]
    assert not mark.exists()


def test_names_that_differ_in_case_alone_are_three_files(says, operator, tmp_path):
    files = dict.fromkeys(("Dockerfile", "dockerfile", "DOCKERFILE"), GOOD)
    root = repository(tmp_path / "repo", files)
    code, out, _ = says("run", root, "--config", operator, "--json")
    (plan,) = json.loads(out)["repositories"]
    assert {use["file"] for use in plan["uses"]} <= set(files)
    branch = next(p["branch"] for p in json.loads(out)["proposals"] if p["verb"] == "created")
    changed = git(root, "diff", "--name-only", "main", branch).split()
    assert sorted(changed) == sorted({use["file"] for use in plan["uses"]})
    assert code == 0


@pytest.mark.parametrize("how", ["a folder", "a work tree"])
def test_what_is_no_file_is_neither_read_nor_waited_for(how, says, operator, tmp_path, monkeypatch):
    root = tmp_path / "repo"
    if how == "a work tree":
        repository(root)
    for name in ("good", "pipe", "socket", "device"):
        (root / name).mkdir(parents=True)
    lay(root, {"good/Dockerfile": GOOD})
    os.mkfifo(root / "pipe/Dockerfile")
    with contextlib.suppress(PermissionError):  # only root makes devices
        os.mknod(root / "device/Dockerfile", 0o020644, os.makedev(1, 5))  # as /dev/zero
    monkeypatch.chdir(root / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("Dockerfile")
        code, out, err = says("check", root, "--config", operator, "--json")
    assert (code, err) == (0, "")
    assert [use["file"] for use in json.loads(out)["uses"]] == ["good/Dockerfile"]


def test_a_configuration_that_is_a_pipe_is_not_waited_for(says, operator, tmp_path):
    lay(tmp_path / "repo", {"Dockerfile": GOOD})
    os.mkfifo(tmp_path / "repo/basewatch.yaml")
    code, _, err = says("check", tmp_path / "repo", "--config", operator)
    assert "Traceback" not in err
    assert code in (0, 2)


def test_a_pipe_in_the_place_of_what_git_reads_ends_in_time(tmp_path):
    """Git itself waits for it; so `timeout` is what ends that, two minutes as people run it."""
    root = repository(tmp_path / "repo", {"Dockerfile": GOOD})
    os.mkfifo(root / ".gitignore")
    with pytest.raises(RepoError, match=r"took longer than 0\.3 seconds"):
        WorkTree(root, timeout=0.3).entries()


# ---------------------------------------------------------------- what a repository would have run


KEYS = [
    "core.fsmonitor",
    "core.sshCommand",
    "core.gitProxy",
    "core.editor",
    "core.pager",
    "core.askPass",
    "core.alternateRefsCommand",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "merge.evil.driver",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "gpg.program",
    "gpg.ssh.program",
    "gpg.x509.program",
    "credential.helper",
    "sequence.editor",
    "web.browser",
    "uploadpack.packObjectsHook",
    "receive.procReceiveRefs",
    "interactive.diffFilter",
    "difftool.evil.cmd",
    "mergetool.evil.cmd",
    "trailer.evil.command",
    "trailer.evil.cmd",
    "man.evil.cmd",
    "help.browser",
    "pager.ls-files",
    "pager.cat-file",
    "alias.ls-files",
    "alias.cat-file",
    "alias.ls-tree",
    "alias.update-ref",
    "init.templateDir",
    "imap.tunnel",
    "sendemail.smtpServer",
    "remote.origin.vcs",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
    "ssh.variant",
]
HOOKS = [
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-commit",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-merge",
    "pre-push",
    "pre-receive",
    "update",
    "proc-receive",
    "post-receive",
    "post-update",
    "reference-transaction",
    "push-to-checkout",
    "pre-auto-gc",
    "post-rewrite",
    "sendemail-validate",
    "fsmonitor-watchman",
    "post-index-change",
]
ATTRIBUTES = "* filter=evil diff=evil merge=evil ident text eol=crlf export-subst\n"


def armed(root, mark, bin_):
    """Have everything that git could run for a repository leave a mark."""
    evil = program(bin_, "evil", f"echo $0 $@ >> {mark}; cat >/dev/null; exit 1")
    for key in KEYS:
        git(root, "config", key, str(evil))
    for key, value in {
        "core.hooksPath": str(bin_), "commit.gpgSign": "true", "log.showSignature": "true", "tag.gpgSign": "true",
        "core.autocrlf": "true", "core.attributesFile": str(root / ".gitattributes"), "gc.auto": "1",
        "include.path": "../.gitconfig", "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{evil} %S", "protocol.allow": "always", "core.worktree": "",
    }.items():  # fmt: skip
        if value:
            git(root, "config", key, value)
    for hook in HOOKS:
        program(root / ".git/hooks", hook, f"echo {hook} >> {mark}; exit 1")
        program(bin_, hook, f"echo {hook} >> {mark}; exit 1")
    return evil


@pytest.mark.parametrize(
    "command", ["scan", "run", *(pytest.param(c, marks=pytest.mark.slow) for c in ("check", "fix"))]
)
def test_nothing_runs_that_a_repository_names(command, says, operator, tmp_path):
    mark = tmp_path / "ran"
    files = {"Dockerfile": GOOD, ".gitattributes": ATTRIBUTES, ".git-blame-ignore-revs": "x",
             ".gitconfig": f"[core]\n\tfsmonitor = touch {mark}\n", ".lfsconfig": f"[lfs]\n\turl = file://{mark}\n"}  # fmt: skip
    root = repository(tmp_path / "repo", files)
    armed(root, mark, tmp_path / "bin")
    config = () if command == "scan" else ("--config", operator)
    code, out, err = says(command, root, *config, "--json")
    assert (code, err) == (0, "")
    assert not mark.exists(), mark.read_text()
    if command == "fix":
        assert (root / "Dockerfile").read_bytes().startswith(b"FROM node:20.")
    if command == "run":
        branch = next(p["branch"] for p in json.loads(out)["proposals"] if p["verb"] == "created")
        shown = subprocess.run(
            ["git", "-C", root, "cat-file", "blob", f"{branch}:Dockerfile"],
            env={**SURROUNDINGS, "GIT_NO_LAZY_FETCH": "1"}, capture_output=True, check=True,
        ).stdout  # fmt: skip
        assert b"\r" not in shown
        assert shown.startswith(b"FROM node:20.")


@pytest.mark.parametrize("kind", ["gitdir", "worktree"])
def test_a_repository_that_says_it_lies_elsewhere_shows_nothing_of_there(
    kind, says, outside, tmp_path
):
    """By a `.git` file that names another's folder, or by `core.worktree`."""
    repository(outside)
    commit(outside, {})
    root = tmp_path / "repo"
    if kind == "gitdir":
        lay(root, {".git": f"gitdir: {outside}/.git\n", "good/Dockerfile": GOOD})
    else:
        repository(root, {"good/Dockerfile": GOOD})
        git(root, "config", "core.worktree", str(outside))
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    _, out, err = says("scan", root, "--json")
    assert "stolen" not in out + err
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before


# ---------------------------------------------------------------- branches


BRANCHES = ["--upload-pack=touch", "-x", "a..b", "@{u}", "@", "HEAD", "refs/heads/main", "a b", "a\nb", "a:b",
            "x.lock", "é\u202etxt", "x" * 300, "a~1", "main^{tree}", ":/x", "../../config", "--output=x"]  # fmt: skip


@pytest.mark.parametrize(
    "name", [*BRANCHES[:3], *(pytest.param(n, marks=pytest.mark.slow) for n in BRANCHES[3:])]
)
def test_a_branch_to_propose_against_is_a_name_and_nothing_else(name, says, operator, tmp_path):
    root = repository(tmp_path / "repo", {"Dockerfile": GOOD})
    before = state(root)
    config = (root / ".git/config").read_bytes()
    code, out, err = says("run", root, f"--branch={name}", "--config", operator, "--dry-run")
    assert "Traceback" not in err
    assert code in (0, 2)
    assert state(root) == before
    assert (root / ".git/config").read_bytes() == config
    assert not set(out + err) & set("\u202e\x1b")
    if code == 0:
        assert name in ("", "HEAD", "@", "refs/heads/main", "main^{tree}") or "no such" in out


def raw_branch(root, name):
    """A branch of a name that git would not make."""
    path = Path(os.fsdecode(os.fsencode(root / ".git/refs/heads") + b"/" + name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(git(root, "rev-parse", "HEAD") + "\n")


def test_branches_of_evil_names_that_are_there_are_no_trouble(says, operator, tmp_path):
    root = repository(tmp_path / "repo", {"Dockerfile": GOOD})
    for name in (b"--upload-pack=touch", b"-d", b"a..b", b"@{u}", b"bad\xffbyte", "\u202eltr".encode(),
                 b"basewatch/--output=x", b"x" * 240, b"a\x1b[31m"):  # fmt: skip
        raw_branch(root, name)
    code, out, err = says("run", root, "--config", operator)
    assert code == 0, err
    assert "created" in out
    assert not set(out + err) & set("\u202e\x1b")
    assert Git(root).run("rev-parse", "main")
