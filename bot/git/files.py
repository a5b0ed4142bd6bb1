"""Read and replace files below a folder, never following a symbolic link out of it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import RepoError

BEHIND_LINK = "is behind a symbolic link"

# Without O_NONBLOCK, opening a named pipe that took a file's place would wait for ever.
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def name_of(raw: bytes) -> str:
    """The text of a file name; bytes that are no UTF-8 survive as surrogates."""
    return raw.decode("utf-8", "surrogateescape")


def raw_of(path: str) -> bytes:
    """The file name of a text: the reverse of `name_of`, whatever the locale."""
    return path.encode("utf-8", "surrogateescape")


def in_words(size: int) -> str:
    """A size in bytes as a person would say it: `1 MiB`."""
    for unit in ("bytes", "KiB", "MiB"):
        if size % 1024 or not size:
            return f"{size} {unit}"
        size //= 1024
    return f"{size} GiB"


def absolute(path: Path) -> Path:
    """A path from the root on, no link followed; raises `RepoError` where that cannot be told."""
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100 - a link to a file is to stay one
    except FileNotFoundError as error:
        why = "the present folder is gone (deleted, or moved): change to one that is there"
        raise RepoError(f"{path}: {why}") from error


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder and what lies in it; paths are relative to it, with `/` between their parts."""

    root: bytes
    _straight: dict[bytes, bool] = field(default_factory=dict)

    def read(self, path: str, limit: int) -> bytes | str | None:
        """A regular file's bytes, a reason why they are not to be had, or `None`: not there."""
        raw = raw_of(path)
        if not self._leads_straight(raw.rpartition(b"/")[0]):
            return BEHIND_LINK
        try:
            handle = os.open(b"%s/%s" % (self.root, raw), _READ)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            return _why_closed(error)
        try:
            return _content(handle, limit)
        except OSError as error:
            return f"could not be read: {error.strerror}"
        finally:
            os.close(handle)

    def replace(self, path: str, data: bytes) -> None:
        """
        Give an existing regular file other bytes in one step, keeping its mode and owner.

        Raises `OSError`, also where the path leads through a symbolic link.
        """
        raw = raw_of(path)
        if not self._leads_straight(raw.rpartition(b"/")[0]):
            raise OSError(errno.ELOOP, "it is behind a symbolic link")
        whole = b"%s/%s" % (self.root, raw)
        was = os.lstat(whole)
        if not stat.S_ISREG(was.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        put(Path(os.fsdecode(whole)), data, stat.S_IMODE(was.st_mode), (was.st_uid, was.st_gid))

    def _leads_straight(self, folder: bytes) -> bool:
        """Whether the way to a folder stays below the root: through no link and no `..`."""
        known = self._straight.get(folder)
        if known is None:
            known = self._straight[folder] = self._is_straight(folder)
        return known

    def _is_straight(self, folder: bytes) -> bool:
        parts = folder.split(b"/") if folder else []
        if not all(parts) or {b".", b".."} & set(parts):
            return False
        at = b""
        for part in parts:
            at = b"%s/%s" % (at, part) if at else part
            known = self._straight.get(at)
            if known is None:
                try:
                    known = not stat.S_ISLNK(os.lstat(b"%s/%s" % (self.root, at)).st_mode)
                except (OSError, ValueError):
                    break  # opening it will say why
                self._straight[at] = known  # all that lies in it asks again
            if not known:
                return False
        return True


def put(path: Path, data: bytes, mode: int, owner: tuple[int, int] | None = None) -> None:
    """Make a file hold these bytes: a reader sees the old ones or the new ones, never a part."""
    import tempfile  # reading needs none of all that comes with it

    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".basewatch-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if owner:
                # Root, in a container, would take the file from its owner; others may not give.
                with contextlib.suppress(PermissionError):
                    os.fchown(handle, *owner)
            os.fchmod(handle, mode)
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)


def _why_closed(error: OSError | ValueError) -> str:
    if isinstance(error, ValueError):
        return "has a name that no file can have"
    if error.errno == errno.ELOOP:
        return "is a symbolic link"
    return f"could not be opened: {error.strerror}"


def _content(handle: int, limit: int) -> bytes | str:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file"
    if status.st_size > limit:
        return f"is larger than {in_words(limit)}"
    data = os.read(handle, status.st_size + 1)
    if len(data) <= status.st_size:
        return data
    return _the_rest(handle, data, limit)


def _the_rest(handle: int, data: bytes, limit: int) -> bytes | str:
    """The content of a file that grew since it was opened, or whose size the system hides."""
    while len(data) <= limit:
        more = os.read(handle, limit + 1 - len(data))
        if not more:
            return data
        data += more
    return f"is larger than {in_words(limit)}"
