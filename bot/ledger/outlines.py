"""What was read of images by their digests, which never changes: rows of the ledger's file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from bot.image import ImageRef, Repository
from bot.model import Outline

MOST = 20_000
"""How many are kept, those of the last runs: some 20 MB."""

_LARGEST = 64 << 10  # characters of one; an index of more children than that is asked for again
_TABLE = """
CREATE TABLE IF NOT EXISTS outline (
  id INTEGER PRIMARY KEY,
  registry TEXT NOT NULL, repository TEXT NOT NULL, digest TEXT NOT NULL, said TEXT NOT NULL,
  UNIQUE (registry, repository, digest)
)"""
_HAS_TABLE = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'outline'"
_SELECT = "SELECT digest, said FROM outline WHERE registry = ? AND repository = ?"
_INSERT = "INSERT OR IGNORE INTO outline (registry, repository, digest, said) VALUES (?, ?, ?, ?)"
_SHRINK = "DELETE FROM outline WHERE id <= (SELECT max(id) FROM outline) - ?"


def kept(
    database: sqlite3.Connection, repositories: Iterable[Repository]
) -> dict[ImageRef, Outline]:
    """What is known of the images of repositories, each by its digest; `ValueError`."""
    if not database.execute(_HAS_TABLE).fetchone()[0]:
        return {}
    return {
        ImageRef(str(repository), None, digest): _read(digest, said)
        for repository in repositories
        for digest, said in database.execute(_SELECT, repository)
    }


def keep(database: sqlite3.Connection, outlines: Mapping[ImageRef, Outline]) -> None:
    """Add what is known of images, each by its digest."""
    rows = ((*i.repository, i.digest, _written(outline)) for i, outline in outlines.items())
    database.execute(_TABLE)
    database.executemany(_INSERT, (row for row in rows if len(row[-1]) <= _LARGEST))
    database.execute(_SHRINK, (MOST,))


def _written(outline: Outline) -> str:
    return json.dumps(outline[1:], separators=(",", ":"))


def _read(digest: str, said: str) -> Outline:
    media_type, platforms, children, size = json.loads(said)
    pairs = tuple((str(platform), str(child)) for platform, child in children)
    return Outline(digest, str(media_type), tuple(map(str, platforms)), pairs, int(size))
