"""
Find records in folders and zip files on this machine, such as the `all.zip` that OSV publishes.

https://google.github.io/osv.dev/data/#data-dumps. They are read as a stream, within bounds, and
what is about other packages is dropped at once.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import EvidenceError
from bot.scanners.osv import records
from bot.scanners.osv.records import RECORD_LIMIT, Record
from bot.scanners.reading import Json, at, loaded, mappings, text

MOST_RECORDS = 2_000_000
MOST_BYTES = 16 << 30
"""Of all records together, unpacked."""

_MOST_FILES = 2_000_000
_DEPTH = 6
_HEAD = 120  # characters of a path in a complaint


@dataclass(slots=True)
class Shelf:
    """
    The records on some packages, by ecosystem (without its release) and name.

    `ecosystems` are those that any record is about, with their release; `unread` is how many
    files could not be read; `newest` when the last of all records was modified.
    """

    records: dict[tuple[str, str], list[Record]] = field(default_factory=dict)
    ecosystems: set[str] = field(default_factory=set)
    unread: int = 0
    newest: str = ""


def identity(paths: Collection[Path]) -> str:
    """What changes when any of the files does; raises `EvidenceError`."""
    known = hashlib.sha256()
    for path in paths:
        try:
            for name, size, changed in _stamps(path):
                known.update(f"{name}\0{size}\0{changed}\0".encode("utf-8", "surrogateescape"))
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from error
    return known.hexdigest()[:16]


def shelf(paths: Collection[Path], wanted: Collection[tuple[str, str]]) -> Shelf:
    """
    All records about the packages that are wanted, as pairs of ecosystem and name.

    Raises `EvidenceError` where a file cannot be read or there is more than bounds allow.
    """
    found, total = Shelf(), 0
    for count, data in enumerate(body for path in paths for body in _bodies(path)):
        total += len(data or b"")
        if count >= MOST_RECORDS or total > MOST_BYTES:
            raise EvidenceError(f"there are more OSV records than {MOST_RECORDS:,}, or too large")
        if data is None:
            found.unread += 1
        else:
            _keep(found, data, wanted)
    return found


def bare(ecosystem: str) -> str:
    """An ecosystem without its release: `Debian` of `Debian:12`."""
    return ecosystem.partition(":")[0]


def _keep(found: Shelf, data: bytes, wanted: Collection[tuple[str, str]]) -> None:
    try:
        told = loaded(data)
        found.newest = max(found.newest, text(at(told, "modified"), 40))
        packages = set(_packages(told))
        found.ecosystems.update(ecosystem for ecosystem, _ in packages)
        about = {(bare(ecosystem), name) for ecosystem, name in packages}.intersection(wanted)
        if about:
            record = records.of(told)
            for key in about:
                found.records.setdefault(key, []).append(record)
    except ValueError:
        found.unread += 1


def _packages(told: Json) -> Iterator[tuple[str, str]]:
    """Plainly written, as it is done for each of some hundred thousand records."""
    for entry in mappings(at(told, "affected")):
        package = entry.get("package")
        if isinstance(package, dict):
            ecosystem, name = package.get("ecosystem"), package.get("name")
            if isinstance(ecosystem, str) and isinstance(name, str):
                yield ecosystem.removesuffix(":LTS"), name


# ---------------------------------------------------------------- files


def _bodies(path: Path) -> Iterator[bytes | None]:
    """The bytes of each record; None for one that is larger than any is."""
    try:
        for file in _files(path):
            if file.suffix.lower() == ".zip":
                yield from _zipped(file)
            else:
                with file.open("rb") as opened:
                    yield _within(opened.read(RECORD_LIMIT + 1))
    except (OSError, ValueError, RuntimeError, zlib.error, EOFError) as error:
        raise _unreadable(path, error) from error
    except zipfile.BadZipFile as error:
        raise EvidenceError(f"{_shown(path)} is no zip file of OSV records") from error


def _zipped(file: Path) -> Iterator[bytes | None]:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.filename.endswith(".json"):
                with archive.open(member) as opened:
                    yield _within(opened.read(RECORD_LIMIT + 1))


def _within(data: bytes) -> bytes | None:
    return data if len(data) <= RECORD_LIMIT else None


def _files(path: Path) -> Iterator[Path]:
    """The records and zip files that a path is or has below it, in order; no link is followed."""
    if not path.is_dir():
        yield path
        return
    count = 0
    for folder, folders, names in os.walk(path, onerror=_fail):
        depth = len(Path(folder).relative_to(path).parts)
        folders[:] = sorted(folders) if depth < _DEPTH else []
        for name in sorted(names):
            file = Path(folder, name)
            if name.lower().endswith((".json", ".zip")) and not file.is_symlink():
                count += 1
                if count > _MOST_FILES:
                    raise ValueError(f"it has more than {_MOST_FILES:,} files")
                yield file


def _fail(error: OSError) -> None:
    raise error


def _stamps(path: Path) -> Iterator[tuple[str, int, int]]:
    for file in _files(path):
        status = file.stat()
        yield str(file), status.st_size, status.st_mtime_ns


def _unreadable(path: Path, error: Exception) -> EvidenceError:
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return EvidenceError(f"{_shown(path)}: the OSV records cannot be read: {why}")


def _shown(path: Path) -> str:
    return str(path)[-_HEAD:]
