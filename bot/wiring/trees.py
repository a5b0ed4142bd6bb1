"""The files of a folder on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.git import WorkTree
from bot.model import Beside


def work_tree(path: str) -> WorkTree:
    """The files under a path as they lie there."""
    return WorkTree(Path(path))


def built_in_each(paths: Iterable[str]) -> tuple[Beside, ...]:
    """What is built in each of these checkouts, by its name. Raises `RepoError`."""
    from bot.steps.find import built_in  # few configurations name any

    return tuple(built_in(work_tree(path), Path(path).resolve().name) for path in paths)
