"""rpm databases of SQLite (`rpmdb.sqlite`): Red Hat 9, Fedora, Azure Linux, Amazon Linux 2023."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from bot.errors import EvidenceError

_MAGIC = b"SQLite format 3\0"
_STEPS = 10_000  # of SQLite's machine between two calls
_MOST_CALLS = 200  # two million steps: a row takes a handful, and no database has 100,000
_LONGEST_HEADER = 64 << 20
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}


def matches(database: bytes | bytearray) -> bool:
    """By its magic."""
    return database.startswith(_MAGIC)


def headers(database: bytes | bytearray) -> Iterator[bytes]:
    """
    The headers, as they lie in it. Raises `EvidenceError` where SQLite cannot read it.

    The database is of whoever made the image: it runs no code of its schema, may only be read,
    and only so many steps long (https://www.sqlite.org/security.html).
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_HEADER)
            connection.deserialize(_without_log(database))
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            _check_schema(connection)
            _bound(connection)
            for (blob,) in connection.execute("SELECT blob FROM Packages"):
                if isinstance(blob, bytes):
                    yield blob
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
            raise EvidenceError(f"SQLite cannot read it: {error}") from error


def _without_log(database: bytes | bytearray) -> bytearray:
    """Bytes 18 and 19 say "with a write-ahead log" (2), which a database in memory cannot have."""
    patched = database if isinstance(database, bytearray) else bytearray(database)
    patched[18:20] = b"\1\1"
    return patched


def _check_schema(connection: sqlite3.Connection) -> None:
    """A table that is stored: no view, nothing virtual, no column that is computed."""
    row = connection.execute(
        "SELECT type, rootpage > 1 FROM sqlite_master WHERE name = 'Packages' LIMIT 1"
    ).fetchone()
    if row != ("table", 1):
        raise EvidenceError("it has no table of packages")
    columns = connection.execute("SELECT hidden FROM pragma_table_xinfo('Packages')")
    if any(hidden for (hidden,) in columns):
        raise EvidenceError("its table of packages is computed")


def _bound(connection: sqlite3.Connection) -> None:
    calls = iter(range(_MOST_CALLS))
    connection.set_progress_handler(lambda: next(calls, None) is None, _STEPS)
    connection.set_authorizer(_only_reading)


def _only_reading(action: int, *_about: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY
