"""The files as they lie in a folder: what a person would call part of it, read and rewritten."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from bot.errors import EditError, RepoError
from bot.git.files import Folder, absolute, name_of, raw_of
from bot.git.program import TIMEOUT, Git, is_outside, printable
from bot.model import Entry, EntryKind, Repo, Snapshot

FILE, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = "100644", "100755", "120000", "160000", "040000"
_KINDS: dict[str, EntryKind] = {SYMLINK: "symlink", SUBMODULE: "submodule"}
_GONE = (FileNotFoundError, NotADirectoryError)
_CLOSED = re.compile(rb"^warning: could not open directory '(.+)/': ", re.MULTILINE)


class WorkTree:
    """
    The `Tree` of a folder, or of one file, as it lies there; paths are relative to the folder.

    In a git work tree: what git tracks and what it would add (`.gitignore` counts), below `path`.
    Elsewhere, or where git ignores `path` itself: every file, with git's mode for a plain one.
    Other repositories inside are submodules and not entered; folders that could not be opened are
    listed as such. Raises `RepoError`.
    """

    def __init__(self, path: Path, *, timeout: float = TIMEOUT) -> None:
        self._path = absolute(path)
        self._git = Git(self._path, timeout)
        # Path's own tests raise for a name too long, or in a folder that may not be entered.
        self._file = not os.path.isdir(self._path)  # noqa: PTH112
        self._folder = Folder(os.fsencode(self._path.parent if self._file else self._path))

    @property
    def snapshot(self) -> Snapshot:
        """The folder, at no commit."""
        name = self._path.name or self._path.resolve().name
        return Snapshot(Repo(printable(name or "/"), str(self._path)), None)

    def around(self) -> Iterator[tuple[WorkTree, str]]:
        """
        The folder, those around it up to its repository's, and the way here from each: `api/`.

        Outside of any repository, the folder alone. Raises `RepoError` where it may not be opened.
        """
        if not self._file:
            _refuse_closed(self._path)
        folder = Path(os.path.realpath(os.fsdecode(self._folder.root)))
        top = _top(folder) or folder
        for outer in (folder, *folder.parents):
            way = "".join(f"{part}/" for part in folder.relative_to(outer).parts)
            yield WorkTree(outer, timeout=self._git.timeout), way
            if outer == top:
                break

    def entries(self) -> list[Entry]:
        """Every path, sorted; a tracked file that was deleted may be among them."""
        if self._file:
            return [self._only()]
        # A folder outside of any repository needs no git, nor its start-up time.
        found = self._listed() if _top(self._path) else None
        if found is None:
            _refuse_bare(self._path)
            found = list(_walked(os.fsencode(self._path)))
        return sorted(found, key=itemgetter(0))  # by path, which no two share

    def read(self, paths: Iterable[str], *, limit: int) -> Iterator[tuple[str, bytes | str]]:
        """As `Tree.read`; a path that is not there (any more) is left out: nobody misses it."""
        for path in paths:
            data = self._folder.read(path, limit)
            if data is not None:
                yield path, data

    def write(self, path: str, data: bytes, was: bytes) -> None:
        """
        Give a file other bytes in one step, keeping its mode, if it still has the bytes it `was`.

        Raises `EditError` where it has not, or cannot be written.
        """
        if self._folder.read(path, len(was)) != was:
            raise EditError(f"{printable(path)} changed since it was read; run again")
        try:
            self._folder.replace(path, data)
        except OSError as error:
            raise EditError(f"{printable(path)} could not be written: {error.strerror}") from error

    def _only(self) -> Entry:
        try:
            mode = self._path.lstat().st_mode
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise RepoError(f"{self._git.shown}: {why}") from error
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise RepoError(f"{self._git.shown} is neither a folder nor a regular file")
        return _untracked(name_of(os.fsencode(self._path.name)), mode)

    def _listed(self) -> list[Entry] | None:
        """What git lists; `None` where it knows nothing of the folder."""
        # -t marks what is untracked, whose name could otherwise pose as a tracked entry.
        command = ("ls-files", "-t", "-s", "-o", "-z", "--exclude-standard")
        answer = self._git.ask(*command)
        if is_outside(answer):
            return None
        if answer.code:
            raise self._git.refusal("ls-files", answer)
        if not answer.output and self._git.ask("check-ignore", "-q", "--", ".").code == 0:
            return None
        records = name_of(answer.output).split("\0")[:-1]
        others = [record for record in records if record[0] == "?"]
        tracked = records[len(others) :]
        closed = self._closed(answer.said) if answer.said else ()
        return [*_tracked(tracked), *filter(None, map(self._found, others)), *closed]

    def _found(self, record: str) -> Entry | None:
        """An untracked path; git lists another repository with a `/` at its end."""
        path = record[2:]
        if path.endswith("/"):
            return Entry(path[:-1], "submodule", SUBMODULE)
        try:
            return _untracked(path, os.lstat(b"%s/%s" % (self._folder.root, raw_of(path))).st_mode)
        except _GONE:
            return None
        except OSError:  # it is there, as git saw it: reading it will tell what is wrong
            return Entry(path)

    def _closed(self, said: bytes) -> Iterator[Entry]:
        """
        The folders that git could not open, by its warnings, and that cannot be opened.

        It names them from the top of its work tree, and a name could pose as another's warning.
        https://github.com/git/git/blob/v2.39.5/dir.c#L2288 is where it warns.
        """
        top = os.fsencode(_top(self._path) or self._path)
        root = os.path.realpath(self._folder.root).rstrip(b"/") + b"/"
        for name in dict.fromkeys(_CLOSED.findall(said)):
            folder = b"%s/%s" % (top.rstrip(b"/"), name)
            if folder.startswith(root) and not _opens(folder):
                yield Entry(name_of(folder[len(root) :]), "closed", FOLDER)


def _opens(folder: bytes) -> bool:
    """Whether a folder can be opened, or is gone."""
    try:
        os.scandir(folder).close()
    except _GONE:
        return True
    except OSError:
        return False
    return True


def _tracked(records: list[str]) -> list[Entry]:
    """Entries of lines as `H 100644 <object> 0<tab>path`; every object's name is of one length."""
    if not records:
        return []
    start = records[0].index("\t") + 1
    entries = [
        Entry(record[start:])
        if record.startswith(FILE, 2)
        else Entry(record[start:], _KINDS.get(record[2:8], "file"), record[2:8])
        for record in records
    ]
    # A path in conflict is listed once for each side of it.
    in_conflict = any(record[start - 2] != "0" for record in records)
    return list({entry.path: entry for entry in entries}.values()) if in_conflict else entries


def _untracked(path: str, mode: int) -> Entry:
    if stat.S_ISLNK(mode):
        return Entry(path, "symlink", SYMLINK)
    return Entry(path, "file", EXECUTABLE if mode & stat.S_IXUSR else FILE)


def _top(path: Path) -> Path | None:
    """The closest folder around (or at) a path that looks like a work tree's."""
    real = Path(os.path.realpath(path))  # Path.resolve raises for a circle of links
    return next((f for f in (real, *real.parents) if os.path.lexists(f / ".git")), None)


def _refuse_closed(path: Path) -> None:
    """Say of a folder as a whole that it may not be opened, rather than of each file in it."""
    try:
        os.scandir(path).close()
        os.stat(f"{path}/.")  # noqa: PTH116 - the dot asks for the right to enter; Path drops it
    except OSError as error:
        why = error.strerror or error
        raise RepoError(f"{printable(str(path))} may not be opened: {why}") from error


def _refuse_bare(path: Path) -> None:
    if all(os.path.lexists(path / part) for part in ("HEAD", "objects", "refs")):
        raise RepoError(f"{printable(str(path))} is a bare repository: it has no files to look at")


class _Inside(NamedTuple):
    """What lies in a folder, as paths from the root; those of folders end with `/`."""

    files: list[bytes]
    links: list[bytes]
    folders: list[bytes]


def _walked(root: bytes) -> Iterator[Entry]:
    try:
        files, links, folders = _scanned(root, b"") or _Inside([], [], [])
    except OSError as error:
        raise RepoError(
            f"{printable(name_of(root))} could not be opened: {error.strerror}"
        ) from error
    repositories: list[bytes] = []
    closed: list[bytes] = []
    while folders:
        prefix = folders.pop()
        try:
            found = _scanned(b"%s/%s" % (root, prefix), prefix)
        except OSError as error:
            closed += [] if isinstance(error, _GONE) else [prefix[:-1]]
            continue
        if found is None:
            repositories.append(prefix[:-1])
            continue
        files += found.files
        links += found.links
        folders += found.folders
    yield from map(Entry, _names_of(files))
    yield from [Entry(path, "symlink", SYMLINK) for path in _names_of(links)]
    yield from [Entry(path, "submodule", SUBMODULE) for path in _names_of(repositories)]
    yield from [Entry(path, "closed", FOLDER) for path in _names_of(closed)]


def _names_of(raw: list[bytes]) -> list[str]:
    # All at once, which costs a tenth of decoding one after another.
    return name_of(b"\0".join(raw)).split("\0") if raw else []


def _scanned(folder: bytes, prefix: bytes) -> _Inside | None:
    """What lies in one folder; `None` for a repository within the one that is walked."""
    files, links, folders = inside = _Inside([], [], [])
    with os.scandir(folder) as found:
        for item in found:
            name = item.name
            if name == b".git":
                if prefix:
                    return None
            elif item.is_file(follow_symlinks=False):
                files.append(prefix + name)
            elif item.is_dir(follow_symlinks=False):
                folders.append(b"%s%s/" % (prefix, name))
            elif item.is_symlink():
                links.append(prefix + name)
    return inside
