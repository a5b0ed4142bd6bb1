"""The files of a folder on this machine."""

from __future__ import annotations

from pathlib import Path

from bot.git import WorkTree


def work_tree(path: str) -> WorkTree:
    """The files under a path as they lie there."""
    return WorkTree(Path(path))
