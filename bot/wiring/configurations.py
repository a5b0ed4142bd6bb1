"""Find the configuration that a repository keeps of itself, as text."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from bot.errors import ConfigError
from bot.policy import REPOSITORY_CONFIG_PATHS, config_path

if TYPE_CHECKING:
    from bot.ports import Tree

CONFIG_LIMIT = 1 << 18
"""Bytes; a repository's configuration that is larger is refused."""


class Configuration(NamedTuple):
    """
    What a repository says of itself: the file, if there is one, and its text.

    `within` is where the tree that was asked about lies in the repository, as `services/api/`.
    """

    path: str | None = None
    text: str | None = None
    within: str = ""


def read_once() -> Callable[[Tree], Configuration]:
    """Reads the configuration of a tree, and for the last that a thread read no second time."""
    last = threading.local()

    def read(tree: Tree) -> Configuration:
        if getattr(last, "tree", None) is not tree:
            last.said = configuration(tree)
            last.tree = tree
        said: Configuration = last.said
        return said

    return read


def configuration(tree: Tree) -> Configuration:
    """
    The configuration that holds in a tree.

    Of a folder within a repository it is that of the closest folder around that has one. Raises
    `ConfigError` where there are several in one place, or where it cannot be read.
    """
    from bot.git import WorkTree

    within = ""
    for home, within in tree.around() if isinstance(tree, WorkTree) else [(tree, "")]:
        if text := _configuration(home):
            return Configuration(*text, within)
    return Configuration(within=within)


def _configuration(tree: Tree) -> tuple[str, str] | None:
    from bot.git import BEHIND_LINK

    read = tree.read(REPOSITORY_CONFIG_PATHS, limit=CONFIG_LIMIT)
    # Where `.github` is a link, nobody says that there is a configuration behind it.
    found = {path: data for path, data in read if data != BEHIND_LINK}
    path = config_path(found)
    if path is None:
        return None
    data = found[path]
    if isinstance(data, str):
        raise ConfigError(f"{path}: {data}")
    return path, data.decode("utf-8", "surrogateescape")
