"""What the demo works on: a repository with a commit, and a configuration for the loopback."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot import clock
from bot.demo.bundle import bundled
from bot.git import Git

REPOSITORY = "fernhill"
OPERATOR = "operator.yaml"
HOSTS = ("docker.io", "ghcr.io", "docker-registry.wikimedia.org")
"""The registries that the repository names."""

DAY = dt.datetime(2025, 2, 21, 9, tzinfo=dt.UTC)
"""The day of the demo: the one after that of its records, so that what it shows stays true."""

_WHO = {
    "GIT_AUTHOR_NAME": "Demo",
    "GIT_AUTHOR_EMAIL": "demo@example.org",
    "GIT_AUTHOR_DATE": "2025-01-06T09:00:00Z",
    "GIT_COMMITTER_NAME": "Demo",
    "GIT_COMMITTER_EMAIL": "demo@example.org",
    "GIT_COMMITTER_DATE": "2025-01-06T09:00:00Z",
}


def committed(source: Path, folder: Path) -> Git:
    """A copy of a folder as a repository with a commit; raises `RepoError` where git is missing."""
    git = Git(folder / REPOSITORY)
    shutil.copytree(source, git.root)
    # Neither what this user ignores everywhere nor a key they sign with is to count here.
    git.run("init", "--quiet", "--initial-branch=main", "--template=")
    git.run("add", "--force", "--all")
    git.run("commit", "--quiet", "--no-gpg-sign", "--message=The product", env=_WHO)
    return git


def configure(folder: Path, url: str) -> None:
    """
    Write `OPERATOR`, by which every registry is looked up at `url` and no other is asked.

    What is asked about vulnerabilities are the bundled records; about release notes, nobody. What
    was fetched of images is kept in the folder.
    """
    evidence = {
        "cache": str(folder / "cache"),
        "scanners": ["osv"],
        "osv": {"records": [str(bundled() / "records")]},
        "notes": {"sources": ["recipe", "pages"]},
    }
    said = {
        "registries": {host: {"lookup": url, "insecure": True} for host in HOSTS},
        "allow_hosts": HOSTS,
        "evidence": evidence,
    }
    # JSON is YAML, and takes any path as it is.
    (folder / OPERATOR).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """
    Work in a folder, without this user's logins for registries, and with a ledger there.

    It is `DAY` there, whatever day it is.
    """
    ours = {"DOCKER_CONFIG": folder / "no-logins", "BASEWATCH_LEDGER": folder / "ledger.sqlite"}
    usual = {name: os.environ.get(name) for name in ours}
    os.environ.update({name: str(path) for name, path in ours.items()})
    try:
        with contextlib.chdir(folder), clock.stopped(DAY):
            yield
    finally:
        for name, value in usual.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
