"""
The repository as git knows it: read without running anything of it, written by branch.

What reads commits and other hosts is loaded when it is asked for: most commands do neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.git.branches import Branch, branches, complaint_about, contains, head_branch, move
from bot.git.files import BEHIND_LINK, Folder, absolute, put
from bot.git.program import Git, is_outside, printable
from bot.git.worktree import WorkTree
from bot.parts import names_of

if TYPE_CHECKING:
    from bot.git.commits import Commit, CommitTree, Person, commit_files, commits_of, set_aside
    from bot.git.remote import Clones, Credential, Limits, RemoteTree, Trust

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
    "absolute",
    "branches",
    "commit_files",
    "commits_of",
    "complaint_about",
    "contains",
    "head_branch",
    "is_outside",
    "move",
    "printable",
    "put",
    "set_aside",
]

_PARTS = {
    "commits": "Commit CommitTree Person commit_files commits_of set_aside",
    "remote": "Clones Credential Limits RemoteTree Trust",
}
__getattr__ = names_of(__name__, _PARTS)
