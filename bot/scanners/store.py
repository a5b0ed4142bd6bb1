"""
Results and records that hold for ever, kept on disk within bounds.

A cache that cannot be used is no cache: nothing is found there, and nothing fails.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

MIB = 1 << 20
_BODY_LIMIT = 64 * MIB
_PATIENCE = 5.0  # seconds that another run may hold the file
_AT_ONCE = 500  # SQLite takes so many parameters, and more
_TABLE = """
CREATE TABLE IF NOT EXISTS kept (
  kind TEXT NOT NULL, name TEXT NOT NULL, used INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (kind, name)
)"""
_OLDEST = "DELETE FROM kept WHERE rowid IN (SELECT rowid FROM kept ORDER BY used, rowid LIMIT ?)"


class Store:
    """
    Bytes by kind and name, in one SQLite file of at most `most` bytes or so.

    What was longest unused goes first; `today` is a number that grows by one each day. Without a
    path nothing is kept.
    """

    def __init__(self, path: Path | None, today: int, most: int = 256 * MIB) -> None:
        self._path = path
        self._today = today
        self._most = most

    def read(self, kind: str, names: Collection[str]) -> dict[str, bytes]:
        """What there is of these names."""
        found: dict[str, bytes] = {}
        if not (self._path and names and self._path.exists()):
            return found
        with self._forgiving(), self._opened() as database:
            for some in _by(list(names)):
                found.update(self._some(database, kind, some))
        return found

    def write(self, kind: str, bodies: Mapping[str, bytes]) -> None:
        """Keep these, in place of what had the names."""
        if not (self._path and bodies):
            return
        with self._forgiving(), self._opened() as database:
            rows = [(kind, name, self._today, zlib.compress(b, 1)) for name, b in bodies.items()]
            database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)
            database.commit()
            self._shrink(database)

    def _some(
        self, database: sqlite3.Connection, kind: str, names: list[str]
    ) -> Iterator[tuple[str, bytes]]:
        marks = ", ".join("?" * len(names))
        where = f"kind = ? AND name IN ({marks})"
        rows = database.execute(f"SELECT name, body FROM kept WHERE {where}", (kind, *names))  # noqa: S608 -- only marks
        for name, body in rows.fetchall():
            if (whole := _inflated(body)) is not None:
                yield str(name), whole
        stale = f"UPDATE kept SET used = ? WHERE used <> ? AND {where}"  # noqa: S608 -- only marks
        database.execute(stale, (self._today, self._today, kind, *names))
        database.commit()

    def _shrink(self, database: sqlite3.Connection) -> None:
        while self._size(database) > self._most:
            (count,) = database.execute("SELECT count(*) FROM kept").fetchone()
            database.execute(_OLDEST, (count // 4 + 1,))
            database.commit()

    @staticmethod
    def _size(database: sqlite3.Connection) -> int:
        """Of what is in use; pages that were freed are filled again before the file grows."""
        pages, free, size = (
            int(database.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        assert self._path
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=_PATIENCE)
        with contextlib.closing(database):
            database.execute(_TABLE)
            yield database

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        assert self._path
        try:
            yield
        except (sqlite3.OperationalError, OSError):
            return  # it is held, write-protected or full
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError):
                self._path.unlink()  # it is damaged, and can be made anew


def _by(names: list[str]) -> Iterator[list[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))


def _inflated(body: object) -> bytes | None:
    if not isinstance(body, bytes):
        return None
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(body, _BODY_LIMIT)
    except zlib.error:
        return None
    return whole if unpacking.eof else None
