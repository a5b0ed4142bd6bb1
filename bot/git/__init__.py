"""The repository as git knows it: read without running anything of it, written by branch."""

from bot.git.branches import Branch, branches, complaint_about, contains, head_branch, move
from bot.git.commits import Commit, CommitTree, Person, commit_files, commits_of, set_aside
from bot.git.files import BEHIND_LINK, Folder, put
from bot.git.program import Git, printable
from bot.git.worktree import WorkTree

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
