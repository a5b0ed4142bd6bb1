"""The repository that a CI job has checked out already: it need not be cloned again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.errors import RepoError
from bot.git import CommitTree, Git
from bot.model import Repo, Snapshot

Heads: TypeAlias = Callable[[], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True)
class Workspace:
    """
    A checkout of the repository `slug`. Only what is committed is read of it.

    `branch`: what the commit that is checked out is the tip of; empty where that is not known.
    """

    slug: str
    path: Path
    branch: str = ""

    def tree(self, repo: Repo, heads: Heads = lambda: None) -> CommitTree | None:
        """
        The files of the commit that is checked out, if they are those that are asked for.

        `heads` is asked then where our branches end, for the snapshot.
        """
        if repo.slug != self.slug or not repo.branch or repo.branch != self.branch:
            return None
        git = Git(self.path)
        try:
            commit = git.run("rev-parse", "--verify", "HEAD^{commit}").decode("ascii").strip()
        except RepoError:  # no checkout, or a damaged one: it is cloned
            return None
        tree = CommitTree.at(git, Snapshot(repo, commit, heads()))
        return tree if tree.snapshot.tree else None


def workspace(
    said: str | None, repos: tuple[str, ...], environ: Mapping[str, str]
) -> Workspace | None:
    """Where the configuration says, else where an Action or a GitLab job was checked out."""
    if len(repos) != 1:
        return None
    slug = repos[0]
    if environ.get("GITHUB_REPOSITORY") == slug and environ.get("GITHUB_REF_TYPE") == "branch":
        path, branch = environ.get("GITHUB_WORKSPACE"), environ.get("GITHUB_REF_NAME", "")
    elif environ.get("CI_PROJECT_PATH") == slug:
        path, branch = environ.get("CI_PROJECT_DIR"), environ.get("CI_COMMIT_BRANCH", "")
    else:
        path, branch = None, ""
    place = said or path
    return Workspace(slug, Path(place), branch) if place and branch else None
