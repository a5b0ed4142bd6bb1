"""The repository as git knows it: read without running anything of it, written by branch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from bot.git.branches import Branch, branches, complaint_about, contains, head_branch, move
from bot.git.files import BEHIND_LINK, Folder, put
from bot.git.program import Git, printable
from bot.git.worktree import WorkTree

if TYPE_CHECKING:
    from bot.git.commits import Commit, CommitTree, Person, commit_files, commits_of, set_aside
    from bot.git.remote import Clones, Credential, Limits, RemoteTree, Trust
else:
    _REMOTE = {"Clones", "Credential", "Limits", "RemoteTree", "Trust"}

    def __getattr__(name: str) -> object:
        """What reads commits and other hosts, once it is asked for: most commands do neither."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = "bot.git.remote" if name in _REMOTE else "bot.git.commits"
        return getattr(import_module(home), name)


__all__ = [
    "BEHIND_LINK",
    "Branch",
    "Clones",
    "Commit",
    "CommitTree",
    "Credential",
    "Folder",
    "Git",
    "Limits",
    "Person",
    "RemoteTree",
    "Trust",
    "WorkTree",
    "branches",
    "commit_files",
    "commits_of",
    "complaint_about",
    "contains",
    "head_branch",
    "move",
    "printable",
    "put",
    "set_aside",
]
