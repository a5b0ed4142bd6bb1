"""Which hosts may be asked, and which file of a repository is its configuration."""

from __future__ import annotations

from collections.abc import Iterable

from bot.errors import ConfigError
from bot.policy.globs import glob

_FOLDERS = ("", ".github/", ".gitlab/")
REPOSITORY_CONFIG_PATHS: tuple[str, ...] = tuple(
    f"{folder}basewatch.{ending}" for folder in _FOLDERS for ending in ("yaml", "yml")
)
"""Where a repository may keep its configuration; it may have one of them only."""


def host_allowed(patterns: Iterable[str], host: str) -> bool:
    """Whether one of the patterns covers a registry's host; one without port covers every port."""
    host = host.lower()
    bare = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return any(glob(p).matches(host) or glob(p).matches(bare) for p in patterns)


def config_path(paths: Iterable[str]) -> str | None:
    """Which of a repository's files is its configuration; raises `ConfigError` if several are."""
    found = sorted(set(paths) & set(REPOSITORY_CONFIG_PATHS), key=REPOSITORY_CONFIG_PATHS.index)
    if len(found) > 1:
        raise ConfigError(f"{' and '.join(found)}: there are {len(found)} configurations; keep one")
    return found[0] if found else None
