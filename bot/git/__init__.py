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
else:

    def __getattr__(name: str) -> object:
        """What reads and writes commits, once it is asked for: most commands read files alone."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module("bot.git.commits"), name)


__all__ = [
    "BEHIND_LINK",
    "Branch",
    "Commit",
    "CommitTree",
    "Folder",
    "Git",
    "Person",
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
