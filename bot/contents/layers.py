"""What one layer holds of what is wanted, hides of the layers below, and has of programs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import BinaryIO

from bot.contents.layers_bounds import Bounds
from bot.contents.layers_databases import database_at
from bot.contents.layers_facts import Entry, LayerFacts
from bot.contents.layers_wanted import (
    ON_THE_WAY,
    PROGRAM_FOLDERS,
    STATUS_FOLDER,
    WANTED,
    wanted,
)
from bot.contents.tar_members import Member, Members, path_of
from bot.contents.tar_unpacking import Unpacking
from bot.errors import EvidenceError, LayerError
from bot.model import Layer

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_NAMELESS = {".wh.", ".wh..", ".wh..."}
_MOST_NOTES = 200_000  # of entries, programs and whiteouts each; the largest images have some 1,000


Blob = Callable[[Layer], BinaryIO]


def read_layer(layer: Layer, blob: Blob, bounds: Bounds) -> LayerFacts:
    """
    Read a layer from its start to its end, once; `diff_id` is verified where there is one.

    Twice where a wanted file is a hard link to one that nobody wants. Raises `LayerError`, in
    words that name the layer, where the layer is broken or exceeds the bounds.
    """
    try:
        notes = _Notes(bounds)
        _walk(layer, blob, notes)
        if notes.unresolved:
            again = _Notes(bounds, frozenset(notes.unresolved.values()))
            _walk(layer, blob, again)
            notes.resolve(again)
    except EvidenceError as error:
        raise LayerError(f"layer {layer.digest[:19]}: {error}") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise LayerError(f"layer {layer.digest[:19]} could not be read: {why}") from error
    return notes.facts(layer.diff_id)


def _walk(layer: Layer, blob: Blob, notes: _Notes) -> None:
    with closing(blob(layer)) as file:
        members = Members(Unpacking(file, layer.size, notes.bounds, layer.diff_id), notes.bounds)
        for member in members:
            notes.note(member, members)


class _Notes:
    """What is written down of the members as they pass by."""

    def __init__(self, bounds: Bounds, targets: frozenset[str] = frozenset()) -> None:
        self.bounds = bounds
        self.targets = targets  # of hard links: files to keep as they are
        self.kept: dict[str, bytearray] = {}
        self.unresolved: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._opaque: set[str] = set()
        self._entries: dict[str, Entry] = {}
        self._programs: set[str] = set()

    def note(self, member: Member, members: Members) -> None:
        folder, _, name = member.path.rpartition("/")
        if name.startswith(_WHITEOUT):
            self._whiteout(folder, name)
        elif member.path in self.targets and member.kind == "file":
            self.kept[member.path] = self._body(member, members, self.bounds.database)
        elif member.kind == "file" and wanted(member.path):
            self._set(member.path, self._opened(member, members))
        else:
            self._notice(member, folder)

    def _whiteout(self, folder: str, name: str) -> None:
        if name == _OPAQUE:
            self._opaque.add(folder)
        elif not name.startswith(_WHITEOUT * 2) and name not in _NAMELESS:  # what aufs notes itself
            self._hidden.add(path_of(f"{folder}/{name[len(_WHITEOUT) :]}"))
        self._check(len(self._hidden) + len(self._opaque))

    def _notice(self, member: Member, folder: str) -> None:
        """What is not opened, but stands in the way, leads elsewhere, or can be run."""
        path = member.path
        if _matters(member, folder):
            self._set(path, self._unopened(member))
        if _is_program(member, folder):
            self._programs.add(path)
            self._check(len(self._programs))

    def _unopened(self, member: Member) -> Entry:
        if member.kind == "hardlink":
            self.unresolved[member.path] = member.link
            return Entry("hardlink", member.link)
        if member.kind == "symlink":
            return Entry("symlink", member.link)
        return Entry("folder" if member.kind == "folder" else "other")

    def _set(self, path: str, entry: Entry) -> None:
        """The last of a name wins, as it does where an archive is extracted."""
        if entry.kind != "hardlink":
            self.unresolved.pop(path, None)
        self._entries[path] = entry
        self._check(len(self._entries))

    def _check(self, count: int) -> None:
        if count > _MOST_NOTES:
            raise EvidenceError(f"more than {_MOST_NOTES} of its files would have to be noted")

    def _opened(self, member: Member, members: Members) -> Entry:
        most = self.bounds.text if wanted(member.path) == "text" else self.bounds.database
        try:
            return self._made_of(member.path, self._body(member, members, most))
        except EvidenceError as error:
            return Entry("broken", str(error))

    def _body(self, member: Member, members: Members, most: int) -> bytearray:
        if member.sparse or member.size > most:
            why = "it is stored sparse" if member.sparse else f"it has {member.size} bytes"
            raise EvidenceError(why)
        return members.read()

    def _made_of(self, path: str, body: bytearray) -> Entry:
        database = database_at(path)
        if database:
            return Entry("database", packages=database(body, self.bounds))
        return Entry("text", body.decode("utf-8", "replace"))

    def resolve(self, again: _Notes) -> None:
        """Give each hard link what it leads to, which passed by in the second reading."""
        for path, target in self.unresolved.items():
            if target in again.kept:
                self._entries[path] = self._linked(path, again.kept[target])
            elif target in self._entries:
                self._entries[path] = self._entries[target]

    def _linked(self, path: str, body: bytearray) -> Entry:
        try:
            return self._made_of(path, body)
        except EvidenceError as error:
            return Entry("broken", str(error))

    def facts(self, diff_id: str) -> LayerFacts:
        return LayerFacts(
            diff_id=diff_id,
            hidden=tuple(sorted(self._hidden)),
            opaque=tuple(sorted(self._opaque)),
            entries=self._entries,
            programs=tuple(sorted(self._programs)),
        )


def _matters(member: Member, folder: str) -> bool:
    known = member.path in WANTED or member.path in ON_THE_WAY
    return known or folder == STATUS_FOLDER or _holds_programs(member.path)


def _holds_programs(path: str) -> bool:
    return path.rpartition("/")[2] in PROGRAM_FOLDERS and "node_modules/" not in path


def _is_program(member: Member, folder: str) -> bool:
    if member.kind == "file":
        return bool(member.mode & 0o111) and (not folder or _holds_programs(folder))
    return member.kind in {"symlink", "hardlink"} and bool(folder) and _holds_programs(folder)
