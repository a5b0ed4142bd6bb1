"""Commits: the files of one, what one says, and making one without a working tree or an index."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import RepoError
from bot.git.files import name_of, raw_of
from bot.git.objects import contents
from bot.git.program import Git, printable
from bot.git.worktree import EXECUTABLE, FILE, SUBMODULE, SYMLINK
from bot.model import Entry, EntryKind, NewFile, Snapshot

_KINDS: dict[str, EntryKind] = {SYMLINK: "symlink", SUBMODULE: "submodule"}
_USUAL = {"100664": FILE}  # what git wrote before 2005, and still reads
_NO_FILE = {"symlink": "is a symbolic link", "submodule": "is a submodule"}
_COMMIT_LIMIT = 1 << 20
_SECONDS = re.compile(r"[1-9][0-9]{8,10}")
_SIGNED = re.compile(r"(?P<who>.*) (?P<seconds>[0-9]{1,10}) [+-][0-9]+")


@dataclass(slots=True)
class CommitTree:
    """The `Tree` of a commit, read from git's objects: nothing is checked out."""

    git: Git
    snapshot: Snapshot
    _oids: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def at(cls, git: Git, snapshot: Snapshot) -> CommitTree:
        """The tree of a snapshot, which says its name and date where the commit is there."""
        said = ("rev-list", "--max-count=1", "--format=%T %ct", f"{snapshot.commit}", "--")
        try:
            told = git.run(*said)
        except RepoError:  # who reads it is told
            return cls(git, snapshot)
        tree, _, seconds = told.decode("ascii").splitlines()[1].partition(" ")
        return cls(git, replace(snapshot, tree=tree, made=_moment(seconds)))

    def entries(self) -> list[Entry]:
        """Every path of the commit, sorted. Raises `RepoError`."""
        listed = self.git.run("ls-tree", "-r", "-z", "--full-tree", self.snapshot.commit or "HEAD")
        found: list[Entry] = []
        for record in name_of(listed).split("\0")[:-1]:
            what, _, path = record.partition("\t")
            mode, _, oid = what.split(" ")
            entry = Entry(path, _KINDS.get(mode, "file"), _USUAL.get(mode, mode))
            self._oids[path] = entry.kind, oid
            found.append(entry)
        return sorted(found)

    def read(self, paths: Iterable[str], *, limit: int) -> Iterator[tuple[str, bytes | str]]:
        """As `Tree.read`: the bytes as committed, through no filter. Raises `RepoError`."""
        asked = self.present(paths)
        blobs = contents(self.git, self.objects(asked), limit)
        for path in asked:
            yield path, self._refused(path) or next(blobs)

    def present(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths that are in the commit, in their order. Raises `RepoError`."""
        if not self._oids:
            self.entries()
        return [path for path in paths if path in self._oids]

    def objects(self, present: Iterable[str]) -> list[str]:
        """The names of the contents of those paths that are files, in their order."""
        return [self._oids[path][1] for path in present if self._refused(path) is None]

    def _refused(self, path: str) -> str | None:
        return _NO_FILE.get(self._oids[path][0])


def _moment(seconds: str) -> dt.datetime | None:
    """When that was; None for what makes no sense (`_SECONDS`: the years 1973 to 5138)."""
    known = _SECONDS.fullmatch(seconds)
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC) if known else None


@dataclass(frozen=True, slots=True)
class Person:
    """Who a commit is by."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit says; times are seconds since 1970, 0 where they make no sense."""

    tree: str
    parents: tuple[str, ...]
    author: str
    authored: int
    committer: str
    committed: int
    message: str


def commits_of(git: Git, names: Iterable[str]) -> list[Commit | None]:
    """The commits of hexadecimal names, perhaps with `^1` behind; `None` for one not there."""
    found = contents(git, names, _COMMIT_LIMIT)
    return [None if isinstance(content, str) else _commit(content) for content in found]


def commit_files(
    git: Git, base: str, files: Mapping[str, NewFile], message: str, author: Person
) -> tuple[str, str]:
    """
    Write a commit on top of `base` in which `files` are as given; its name, and its tree's.

    Only objects are written: no branch moves, the working tree and the index are not touched,
    hooks, filters, line-end conversion and signing are out of it. The same arguments give the
    same commit, whenever and by whomever, since it is dated as its base: so a second run, or one
    at the same time, has nothing to change. Raises `RepoError`, also where nothing would change.
    """
    (below,) = commits_of(git, [base])
    if below is None:
        raise RepoError(f"{git.shown}: there is no commit {base}")
    with tempfile.TemporaryDirectory(prefix="basewatch-") as scratch:
        env = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        changes = _changes(git, files, Path(scratch))
        git.run("read-tree", base, env=env)
        git.run("update-index", "-z", "--index-info", stdin=changes, env=env)
        tree = git.run("write-tree", env=env).decode().strip()
    if tree == below.tree:
        raise RepoError(f"{git.shown}: nothing would change on top of {base[:12]}")
    env = _signature(author, below.committed)
    command = ("commit-tree", "--no-gpg-sign", "-p", base, tree)
    made = git.run(*command, stdin=message.encode("utf-8", "replace"), env=env)
    return made.decode().strip(), tree


@contextlib.contextmanager
def set_aside(git: Git) -> Iterator[Git]:
    """The repository, but what is written to it vanishes: to see what would be, without a trace."""
    objects = git.run("rev-parse", "--git-path", "objects")[:-1]
    real = os.path.join(os.fsencode(git.root), objects)  # noqa: PTH118 - bytes
    with tempfile.TemporaryDirectory(prefix="basewatch-") as scratch:
        env = {
            "GIT_OBJECT_DIRECTORY": scratch,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(os.fsdecode(real)),
        }
        yield replace(git, env=env)


def _quoted(path: str) -> str:
    """A path as git wants it in a list divided by colons (`git help environment-variables`)."""
    if ":" not in path:
        return path
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _changes(git: Git, files: Mapping[str, NewFile], scratch: Path) -> bytes:
    """What `update-index --index-info` reads: mode, object and path of each file."""
    for path, file in files.items():
        if "\0" in path or file.mode not in (FILE, EXECUTABLE):
            raise RepoError(
                f"{git.shown}: {printable(path)!r} cannot be a file of mode {file.mode}"
            )
    names = _hashed(git, [file.data for file in files.values()], scratch)
    return b"".join(
        b"%s %s\t%s\0" % (file.mode.encode(), name, raw_of(path))
        for (path, file), name in zip(files.items(), names, strict=True)
    )


def _hashed(git: Git, contents: Iterable[bytes], scratch: Path) -> list[bytes]:
    """The names of these contents, now among the repository's objects."""
    paths = b""
    for number, content in enumerate(contents):
        copy = scratch / str(number)
        copy.write_bytes(content)
        paths += b"%s\n" % os.fsencode(copy)
    return git.run("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=paths).split()


def _signature(author: Person, when: int) -> dict[str, str]:
    date = f"@{when} +0000"
    return {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", author.name), ("EMAIL", author.email), ("DATE", date))
    }


def _commit(content: bytes) -> Commit:
    head, _, message = content.decode("utf-8", "surrogateescape").partition("\n\n")
    said: dict[str, list[str]] = {}
    for line in head.split("\n"):
        key, _, value = line.partition(" ")
        said.setdefault(key, []).append(value)
    author, authored = _signed(said.get("author"))
    committer, committed = _signed(said.get("committer"))
    parents = tuple(said.get("parent", ()))
    tree = said.get("tree", [""])[0]
    return Commit(tree, parents, author, authored, committer, committed, message)


def _signed(lines: list[str] | None) -> tuple[str, int]:
    match = _SIGNED.fullmatch(lines[0]) if lines else None
    return (match["who"], int(match["seconds"])) if match else ("", 0)
