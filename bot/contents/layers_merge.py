"""Layers laid over each other: what an image has in the end at the paths that are wanted."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from bot.contents.layers_facts import Entry, LayerFacts
from bot.contents.layers_wanted import PROGRAM_FOLDERS

_MOST_LINKS = 40  # on the way to one file, as Linux has it


class Root:
    """
    The merged files, as far as layers' facts tell of them.

    `over` lays layers on it, the lowest first: an upper one hides, replaces, and adds. A file
    stands where it would be after all were extracted: `lib/x` is `usr/lib/x` where `lib` is a link.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._programs: set[str] = set()

    @classmethod
    def of(cls, layers: Iterable[LayerFacts]) -> Root:
        """Of all of them, the lowest first."""
        root = cls()
        for layer in layers:
            root.over(layer)
        return root

    def over(self, layer: LayerFacts) -> None:
        """Lay one layer over what there is; its whiteouts do not touch what it brings itself."""
        gone = {self._place(path) for path in layer.hidden}
        emptied = {self._place(path) for path in layer.opaque}
        emptied |= {path for path, entry in layer.entries.items() if entry.kind != "folder"}
        self._remove(gone, emptied)
        for path, entry in layer.entries.items():
            self._set(self._place(path), entry)
        folders: dict[str, str] = {}
        for path in layer.programs:
            folder, _, name = path.rpartition("/")
            if folder not in folders:
                folders[folder] = self.resolved(folder)
            self._programs.add(_joined(folders[folder], name))

    def _remove(self, gone: set[str], emptied: set[str]) -> None:
        """`gone` with all that is in it, of `emptied` what is in it."""
        if gone or emptied:
            self.entries = {
                path: entry
                for path, entry in self.entries.items()
                if not _is_under(path, gone, emptied)
            }
            self._programs = {path for path in self._programs if not _is_under(path, gone, emptied)}

    def _set(self, place: str, entry: Entry) -> None:
        if entry.kind == "hardlink":
            entry = self.entries.get(self._place(entry.said), entry)
        before = self.entries.get(place)
        if entry.kind == "folder" and before and before.kind == "folder":
            return
        self.entries[place] = entry

    def _place(self, path: str) -> str:
        """Where a path is: the links on the way are followed, one at its end is not."""
        folder, _, name = path.rpartition("/")
        return _joined(self.resolved(folder), name) if folder else name

    def resolved(self, path: str) -> str:
        """Where a path leads to in the end; as it is where links lead in circles."""
        done: list[str] = []
        ahead = path.split("/")[::-1]
        links = 0
        while ahead:
            name = ahead.pop()
            if name in {"", "."}:
                continue
            if name == "..":
                done = done[:-1]
                continue
            entry = self.entries.get("/".join([*done, name]))
            if entry is None or entry.kind != "symlink":
                done.append(name)
                continue
            links += 1
            if links > _MOST_LINKS:
                return path
            if entry.said.startswith("/"):
                done = []
            ahead += entry.said.split("/")[::-1]
        return "/".join(done)

    def find(self, path: str) -> tuple[str, Entry | None]:
        """Where a path leads to, and what stands there as far as is known."""
        place = self.resolved(path)
        return place, self.entries.get(place)

    def programs(self) -> frozenset[str]:
        """What can be run, also by the links to its folder (`bin/sh` where `bin` is `usr/bin`)."""
        return frozenset({*self._programs, *self._through_links()})

    def _through_links(self) -> Iterator[str]:
        by_folder: dict[str, list[str]] = {}
        for program in self._programs:
            folder, _, name = program.rpartition("/")
            by_folder.setdefault(folder, []).append(name)
        for path, entry in self.entries.items():
            if entry.kind == "symlink" and posixpath.basename(path) in PROGRAM_FOLDERS:
                for name in by_folder.get(self.resolved(path), ()):
                    yield f"{path}/{name}"


def _is_under(path: str, gone: set[str], emptied: set[str]) -> bool:
    if path in gone:
        return True
    while path:
        path = path.rpartition("/")[0]
        if path in gone or path in emptied:
            return True
    return False


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
