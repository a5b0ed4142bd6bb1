"""
Answers kept from run to run, so that what did not change need not be told again.

A file that cannot be used is as if it were not there: nothing is found in it, and nothing fails.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import re
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

MIB = 1 << 20
_LARGEST = MIB  # of an answer as it is kept, packed
_LONGEST = 8 * MIB  # of one as it is read; a page of a hundred pull requests has two or three
_OVERHEAD = 200  # bytes of a row besides its body, or so
_PATIENCE = 2.0  # seconds that another run may hold the file
_RESTING = 600  # seconds within which it is not noted again that an answer was used
_ETAG = re.compile(r'(?:W/)?"[!#-~]{1,200}"')
"""https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3, but for bytes that are no ASCII."""
_BELOW = "/repos/"  # not who we are, what we may see, or how we sign in
_SECRET = re.compile(r'"temp_clone_token"\s*:\s*"[^"]')
"""What a repository may have with it: it lets its holder clone."""

_TABLE = """
CREATE TABLE IF NOT EXISTS answer (
  name BLOB PRIMARY KEY, used INTEGER NOT NULL, size INTEGER NOT NULL,
  etag TEXT NOT NULL, link TEXT NOT NULL, body BLOB NOT NULL
)"""
_INDEX = "CREATE INDEX IF NOT EXISTS answer_use ON answer (used, size)"
_OLDEST = (
    "DELETE FROM answer WHERE rowid IN (SELECT rowid FROM answer ORDER BY used, rowid LIMIT ?)"
)


class Kept(NamedTuple):
    """What was answered, with the `ETag` and the `Link` of it."""

    etag: str
    link: str
    text: str

    def is_meant(self, etag: str) -> bool:
        """Whether this `ETag` stands for the same answer, as `If-None-Match` compares them."""
        return self.etag.removeprefix("W/") == etag.removeprefix("W/")

    @property
    def is_fit(self) -> bool:
        """Whether it can be kept: it has an `ETag`, and no secret."""
        return bool(_ETAG.fullmatch(self.etag)) and not _SECRET.search(self.text)


class Answers:
    """
    Answers by names, in one SQLite file (mode 0600) that runs share; without a path there are none.

    At most so many, of so many bytes in all: what was longest unused goes first. `clock` tells the
    time as `time.time` does.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        most: int = 5_000,
        most_bytes: int = 64 * MIB,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._most = most
        self._most_bytes = most_bytes
        self._clock = clock

    def find(self, name: bytes) -> Kept | None:
        """The answer of this name; it is used now."""
        if not self._is_there:
            return None
        row = None
        with self._forgiving(), self._opened() as database:
            row = database.execute(
                "SELECT etag, link, body FROM answer WHERE name = ? AND length(body) <= ?",
                (name, _LARGEST),
            ).fetchone()
            now = int(self._clock())
            database.execute(
                "UPDATE answer SET used = ? WHERE name = ? AND used < ?",
                (now, name, now - _RESTING),
            )
        return _read(*row) if row else None

    def keep(self, name: bytes, kept: Kept) -> None:
        """Keep an answer in place of the one before; one that is too large is none."""
        if not self._path:
            return
        whole = kept.text.encode()
        body = zlib.compress(whole, 1)
        if len(whole) > _LONGEST or len(body) > _LARGEST:
            self.forget(name)
            return
        size = len(body) + len(kept.link) + _OVERHEAD
        with self._forgiving(), self._opened(make=True) as database:
            database.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
                (name, int(self._clock()), size, kept.etag, kept.link, body),
            )
            self._shrink(database)

    def forget(self, name: bytes) -> None:
        """Have no answer of this name."""
        if self._is_there:
            with self._forgiving(), self._opened() as database:
                database.execute("DELETE FROM answer WHERE name = ?", (name,))

    def _shrink(self, database: sqlite3.Connection) -> None:
        while True:
            count, size = database.execute("SELECT count(*), sum(size) FROM answer").fetchone()
            if count <= self._most and (size or 0) <= self._most_bytes:
                return
            database.execute(_OLDEST, (max(count - self._most, count // 10, 1),))

    @property
    def _is_there(self) -> bool:
        try:
            return self._path is not None and self._path.exists()
        except OSError:  # nobody lets us look
            return False

    @contextlib.contextmanager
    def _opened(self, *, make: bool = False) -> Iterator[sqlite3.Connection]:
        assert self._path
        if make:
            _make(self._path)
        where = f"{self._path.absolute().as_uri()}?mode=rw"
        # No transaction is left open: each statement is one.
        database = sqlite3.connect(where, timeout=_PATIENCE, isolation_level=None, uri=True)
        with contextlib.closing(database):
            database.text_factory = lambda told: told.decode("utf-8", "replace")
            # To wait for the disk is not worth it: what is lost is asked for again.
            for statement in ("PRAGMA synchronous = OFF", _TABLE, _INDEX):
                database.execute(statement)
            yield database

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        assert self._path
        try:
            yield
        except (sqlite3.OperationalError, OSError):
            self._path = None  # held, write-protected or full: it is not tried again
        except sqlite3.DatabaseError:
            _remove(self._path)  # damaged: it can be made anew


class Memory:
    """What one token was told by one API; no other token finds it, nor is it kept anywhere."""

    def __init__(self, answers: Answers, api: str, token: str) -> None:
        self._answers = answers
        self._api = api
        self._token = token

    def of(self, url: str) -> Kept | None:
        """What is known of a path with its parameters."""
        return self._answers.find(self._name(url)) if url.startswith(_BELOW) else None

    def keep(self, url: str, kept: Kept) -> None:
        """Keep what was answered, where that can be kept; what was known of it is so no more."""
        if url.startswith(_BELOW) and kept.is_fit:
            self._answers.keep(self._name(url), kept)
        else:
            self.forget(url)

    def forget(self, url: str) -> None:
        """Know nothing of it."""
        if url.startswith(_BELOW):
            self._answers.forget(self._name(url))

    def _name(self, url: str) -> bytes:
        """Nobody tells a token from it, and only who has the token can tell the name."""
        return hmac.digest(self._token.encode(), f"{self._api} {url}".encode(), "sha256")


def _read(etag: object, link: object, body: object) -> Kept | None:
    """A row as it was written; nothing where another hand was at it."""
    if not (isinstance(etag, str) and isinstance(link, str) and isinstance(body, bytes)):
        return None
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(body, _LONGEST + 1).decode()
    except (zlib.error, UnicodeDecodeError):
        return None
    kept = Kept(etag, link, whole)
    return kept if unpacking.eof and kept.is_fit else None


def _make(path: Path) -> None:
    """The file, for nobody else to read: there may be private repositories in it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(opened, 0o600)
    finally:
        os.close(opened)


def _remove(path: Path) -> None:
    """With its journal, which would be played back into the next file of this name."""
    for each in (path, path.with_name(f"{path.name}-journal")):
        with contextlib.suppress(OSError):
            each.unlink()
