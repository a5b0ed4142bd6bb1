"""
The ledger's file: an SQLite database that two runs may use at once.

It keeps a rollback journal and not a write-ahead log, which network file systems and read-only
folders cannot hold (https://www.sqlite.org/wal.html); a transaction lasts for one batch.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from bot.errors import LedgerError
from bot.image import ImageRef, Repository
from bot.ledger.outlines import keep, kept
from bot.ledger.points import Point, history, thinned
from bot.model import History, Outline

VERSION = 1
MOST_POINTS = 100_000
"""How many points are kept of all references: some 20 MB."""

_MARK = 0x62776C67  # "bwlg", by which the file is known (https://www.sqlite.org/pragma.html)
_PATIENCE = 10.0  # seconds that another run may hold the file
_REFERENCES = """
CREATE TABLE reference (
  id INTEGER PRIMARY KEY,
  registry TEXT NOT NULL, repository TEXT NOT NULL, tag TEXT NOT NULL,
  UNIQUE (registry, repository, tag)
)"""
_POINTS = """
CREATE TABLE point (
  reference INTEGER NOT NULL, at INTEGER NOT NULL, digest TEXT NOT NULL,
  PRIMARY KEY (reference, at, digest)
) WITHOUT ROWID"""
_MARKED = (f"PRAGMA application_id = {_MARK}", f"PRAGMA user_version = {VERSION}")
_LEAST_IMPORTANT_FIRST = (
    "SELECT id, count(*) FROM reference JOIN point ON reference = id GROUP BY id"
    # Pins before tags, what never moved before what did, and the longest unseen first.
    " ORDER BY instr(tag, '@') = 0, count(DISTINCT digest) > 1, max(at), id"
)


_TROUBLE = (OSError, sqlite3.Error, ValueError, OverflowError, TypeError, RecursionError)


class LedgerFile:
    """
    What was seen, in a file that is made when there is something to write: mode 0600.

    Every method raises `LedgerError` where the file cannot be used.
    """

    def __init__(self, path: Path, most: int = MOST_POINTS) -> None:
        self.path = path
        self._most = most

    @property
    def dates(self) -> Path:
        """The file beside it that keeps what was learned of life cycles."""
        return self.path.with_name("lifecycle.json")

    def histories(
        self, repositories: Collection[Repository] | None = None
    ) -> dict[ImageRef, History]:
        """Where each reference was seen to point; those of some repositories, or all."""
        if not self._is_there():
            return {}
        with self._opened() as database:
            if not _has_tables(database):
                return {}
            rows = _all_rows(database) if repositories is None else _rows(database, repositories)
            return _by_reference(rows)

    def record(self, seen: Mapping[ImageRef, str], now: dt.datetime) -> None:
        """Add what references point at now; what tells nothing new is dropped, as is the oldest."""
        if not seen:
            return
        with self._writing() as database:
            at = int(now.timestamp())
            for image, digest in seen.items():
                reference, is_new = _reference(database, image)
                point = Point(at, digest)
                if is_new:
                    database.execute(_INSERT, (reference, *point))
                else:
                    _add(database, reference, point)
            _shrink(database, self._most)

    def outlines(self, repositories: Iterable[Repository]) -> dict[ImageRef, Outline]:
        """What was read of images of some repositories, by digest."""
        if not self._is_there():
            return {}
        with self._opened() as database:
            return kept(database, repositories) if _has_tables(database) else {}

    def keep(self, outlines: Mapping[ImageRef, Outline]) -> None:
        """Add what was read of images, each named by its digest alone."""
        if outlines:
            with self._writing() as database:
                keep(database, outlines)

    def prune(self, before: dt.datetime) -> int:
        """Forget the references that nobody has seen since; how many there were."""
        if not self._is_there():
            return 0
        with self._writing() as database:
            stale = database.execute(
                "SELECT reference FROM point GROUP BY reference HAVING max(at) < ?",
                (int(before.timestamp()),),
            ).fetchall()
            _forget(database, (row[0] for row in stale))
        return len(stale)

    # ------------------------------------------------------------ the file

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._in_words():
            self._made()
        with self._opened() as database:
            # At once a writer: a reader that becomes one may find another before it, and fail.
            database.execute("BEGIN IMMEDIATE")
            try:
                if not _has_tables(database):
                    for statement in (_REFERENCES, _POINTS, *_MARKED):
                        database.execute(statement)
                yield database
                database.execute("COMMIT")
            finally:
                if database.in_transaction:
                    database.execute("ROLLBACK")

    def _is_there(self) -> bool:
        with self._in_words():
            return self.path.exists()

    def _made(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._in_words():
            # To read takes writing too, where a run died and left its journal. SQLite makes do
            # with less where the file is write-protected.
            where = f"{self.path.absolute().as_uri()}?mode=rw"
            database = sqlite3.connect(where, timeout=_PATIENCE, isolation_level=None, uri=True)
            with contextlib.closing(database):
                yield database

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except _TROUBLE as error:
            # All but the first two: what is in the file was not written by us.
            why = getattr(error, "strerror", None) or error
            raise LedgerError(f"{self.path}: the ledger cannot be used: {why}") from error


def _has_tables(database: sqlite3.Connection) -> bool:
    """Whether it is a ledger already; `ValueError` where it is something else, or of tomorrow."""
    mark, version = (
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version")
    )
    if mark == _MARK and version > VERSION:
        raise ValueError(
            f"a newer basewatch wrote it (version {version}; this one knows {VERSION})"
        )
    if mark != _MARK and database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise ValueError("it is another program's database")
    return bool(mark == _MARK)


# ---------------------------------------------------------------- reading

_SELECT = "SELECT registry, repository, tag, at, digest FROM reference JOIN point ON reference = id"
_ORDER = "ORDER BY registry, repository, tag, at"
_Row = tuple[str, str, str, int, str]


def _all_rows(database: sqlite3.Connection) -> Iterator[_Row]:
    yield from database.execute(f"{_SELECT} {_ORDER}")


def _rows(database: sqlite3.Connection, repositories: Iterable[Repository]) -> Iterator[_Row]:
    for repository in repositories:
        yield from database.execute(
            f"{_SELECT} WHERE registry = ? AND repository = ? {_ORDER}", repository
        )


def _by_reference(rows: Iterable[_Row]) -> dict[ImageRef, History]:
    points: dict[tuple[str, str, str], list[Point]] = {}
    for registry, repository, tag, at, digest in rows:
        points.setdefault((registry, repository, tag), []).append(Point(at, digest))
    return {_image(*key): history(found) for key, found in points.items()}


def _image(registry: str, repository: str, tag: str) -> ImageRef:
    name, at, digest = tag.partition("@")
    return ImageRef(f"{registry}/{repository}", name, digest if at else None)


# ---------------------------------------------------------------- writing


_INSERT = "INSERT INTO point (reference, at, digest) VALUES (?, ?, ?)"


def _reference(database: sqlite3.Connection, image: ImageRef) -> tuple[int, bool]:
    """The number of a reference, and whether it had none before."""
    tag = f"{image.effective_tag}@{image.digest}" if image.digest else image.effective_tag
    key = (*image.repository, tag)
    made = database.execute(
        "INSERT OR IGNORE INTO reference (registry, repository, tag) VALUES (?, ?, ?)", key
    )
    if made.rowcount:
        assert made.lastrowid is not None
        return made.lastrowid, True
    (found,) = database.execute(
        "SELECT id FROM reference WHERE registry = ? AND repository = ? AND tag = ?", key
    ).fetchone()
    return int(found), False


def _add(database: sqlite3.Connection, reference: int, point: Point) -> None:
    rows = database.execute("SELECT at, digest FROM point WHERE reference = ?", (reference,))
    before = {Point(*row) for row in rows}
    after = set(thinned(before | {point}))
    database.executemany(
        "DELETE FROM point WHERE reference = ? AND at = ? AND digest = ?",
        [(reference, *old) for old in before - after],
    )
    database.executemany(_INSERT, [(reference, *new) for new in after - before])


def _shrink(database: sqlite3.Connection, most: int) -> None:
    """Forget what matters least, down to nine tenths: then it is not for every run to do."""
    (points,) = database.execute("SELECT count(*) FROM point").fetchone()
    if points <= most:
        return
    stale: list[int] = []
    for reference, count in database.execute(_LEAST_IMPORTANT_FIRST):
        if points <= most * 9 // 10:
            break
        stale.append(reference)
        points -= count
    _forget(database, stale)


def _forget(database: sqlite3.Connection, references: Iterable[int]) -> None:
    keys = [(reference,) for reference in references]
    database.executemany("DELETE FROM point WHERE reference = ?", keys)
    database.executemany("DELETE FROM reference WHERE id = ?", keys)
