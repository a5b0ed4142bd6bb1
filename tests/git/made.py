"""Real repositories to test with, made in a moment and like nobody's own."""

import os
import stat
import subprocess
from pathlib import Path

PERSON = {
    "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
}  # fmt: skip
SURROUNDINGS = {
    "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
}  # fmt: skip


def git(root, *args, stdin=b"", **env):
    """What a person gets who runs git there."""
    done = subprocess.run(
        ["git", "-C", root, *args],
        input=stdin, capture_output=True, check=False, env=SURROUNDINGS | PERSON | env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return os.fsdecode(done.stdout).strip("\n")


def repository(root, files=None, *options):
    """A repository with these files committed on `main`; without any, one with no commit."""
    subprocess.run(
        ["git", "init", "-q", "--template=", "-b", "main", *options, root],
        check=True,
        env=SURROUNDINGS,
    )
    if files:
        commit(root, files)
    return root


def lay(root, files):
    for name, text in files.items():
        path = Path(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(root, files, message="work", date="1700000000 +0200"):
    """Commit the files, and all else that changed; the new commit."""
    lay(root, files)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message,
        GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)  # fmt: skip
    return git(root, "rev-parse", "HEAD")


def program(folder, name, script):
    """A program on the PATH, in place of the real one."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def state(root):
    """Every ref and every object of a repository."""
    refs = git(root, "for-each-ref", "--format=%(refname) %(objectname)")
    objects = git(root, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    return refs, objects
