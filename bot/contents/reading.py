"""What is inside an image, of its layers: packages, operating system, accounts, programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from bot.contents.layers_bounds import Bounds
from bot.contents.layers_cache import LayerCache
from bot.contents.layers_facts import Entry, LayerFacts
from bot.contents.layers_merge import Root
from bot.contents.layers_wanted import (
    ACCOUNTS,
    ON_THE_WAY,
    RPM_FILES,
    RPM_FOLDERS,
    SINGLE_FILES,
    STATUS_FOLDER,
    WANTED,
)
from bot.errors import EvidenceError
from bot.model import Contents, Description, Layer, OsRelease, Package
from bot.packages import accounts, os_release

__all__ = ["Bounds", "LayerCache", "read"]

_BOUNDS = Bounds()
_ELSEWHERE = ("foreign", "nondistributable")


def read(
    description: Description,
    blob: Callable[[Layer], BinaryIO],
    cache: LayerCache | None = None,
    *,
    packages_only: bool = False,
    bounds: Bounds = _BOUNDS,
) -> Contents:
    """
    Read the layers, the topmost first; those that `cache` knows are not asked of `blob`.

    With `packages_only` no layer is read below one that settles the packages and the operating
    system; `users`, `groups` and `programs` are empty then. Raises `EvidenceError`, in one line
    that names the layer, where one is broken, is not what the image names, or exceeds the bounds.
    A database that cannot be read is told of in `missing`.
    """
    if description.size > bounds.compressed:
        raise EvidenceError(
            f"the image has {description.size >> 20} MiB of layers, more than are read "
            f"({bounds.compressed >> 20} MiB)"
        )
    read_down: list[LayerFacts] = []
    for layer in reversed(description.layers):
        if _is_elsewhere(layer):
            continue
        read_down.append(_facts(layer, blob, cache, bounds))
        if packages_only and _is_settled(Root.of(reversed(read_down))):
            break
    return _contents(description, Root.of(reversed(read_down)), packages_only=packages_only)


def _facts(
    layer: Layer, blob: Callable[[Layer], BinaryIO], cache: LayerCache | None, bounds: Bounds
) -> LayerFacts:
    known = cache.load(layer.digest) if cache else None
    if known and known.diff_id == layer.diff_id:
        return known
    from bot.contents.layers import read_layer  # what was read once needs no readers

    facts = read_layer(layer, blob, bounds)
    if cache:
        cache.store(layer.digest, facts)
    return facts


def _is_elsewhere(layer: Layer) -> bool:
    return any(word in layer.media_type for word in _ELSEWHERE)


def _is_settled(root: Root) -> bool:
    """A database of one file is whole where it is found; `status.d` may go on in lower layers."""
    whole = [entry for path in SINGLE_FILES if (entry := _database(root, path))]
    packages = [package for entry in whole for package in entry.packages]
    return bool(packages) and _operating_system(root, packages) is not None


def _database(root: Root, path: str) -> Entry | None:
    _, entry = root.find(path)
    return entry if entry and entry.kind == "database" else None


def _contents(description: Description, root: Root, *, packages_only: bool) -> Contents:
    databases = dict(_databases(root))
    packages = tuple(sorted({package for entry in databases.values() for package in entry}))
    names = {} if packages_only else {what: _names(root, path) for path, what in ACCOUNTS.items()}
    return Contents(
        image=description,
        packages=packages,
        databases=tuple(sorted({_reported(path) for path in databases})),
        os=_operating_system(root, packages),
        programs=frozenset() if packages_only else root.programs(),
        missing=(*_elsewhere(description), *_unread(root), *_detours(root)),
        **names,
    )


def _databases(root: Root) -> Iterator[tuple[str, tuple[Package, ...]]]:
    """Each that is there, by where it is in the end: two names may lead to one."""
    rpm = {f"{folder}/{file}" for folder in RPM_FOLDERS for file in RPM_FILES}
    for path in (*(set(SINGLE_FILES) - rpm), *_rpm_databases(root)):
        place, entry = root.find(path)
        if entry and entry.kind == "database":
            yield place, entry.packages
    folder = root.resolved(STATUS_FOLDER)
    for path, entry in root.entries.items():
        if path.rpartition("/")[0] == folder and entry.kind == "database":
            yield path, entry.packages


def _rpm_databases(root: Root) -> Iterator[str]:
    """One of a folder: where rpm went over to another kind, the old one may still lie there."""
    for folder in RPM_FOLDERS:
        found = [
            path for file in RPM_FILES if _database(root, path := f"{folder}/{file}") is not None
        ]
        filled = [path for path in found if root.find(path)[1] != Entry("database")]
        yield from (filled or found)[:1]


def _reported(path: str) -> str:
    return STATUS_FOLDER if path.startswith(f"{STATUS_FOLDER}/") else path


def _operating_system(root: Root, packages: Sequence[Package]) -> OsRelease | None:
    texts = {
        path: entry.said
        for path in os_release.FILES
        if (entry := root.find(path)[1]) and entry.kind == "text"
    }
    return os_release.os_release(texts) or os_release.from_packages(packages)


def _names(root: Root, path: str) -> frozenset[str]:
    _, entry = root.find(path)
    return accounts.names(entry.said) if entry and entry.kind == "text" else frozenset()


def _elsewhere(description: Description) -> Iterator[str]:
    for layer in description.layers:
        if _is_elsewhere(layer):
            yield (
                f"Layer {layer.digest[:19]} ({layer.size >> 20} MiB) is not published with the "
                "image, so that its files were not read."
            )


def _unread(root: Root) -> Iterator[str]:
    """A sentence on each wanted file that is there and could not be read."""
    folder = root.resolved(STATUS_FOLDER)
    of_status = {path for path in root.entries if path.rpartition("/")[0] == folder}
    for path in sorted(WANTED | of_status):
        place, entry = root.find(path)
        if entry and entry.kind == "broken":
            yield f"`{path}` could not be read: {entry.said}."
        elif entry and entry.kind == "hardlink":
            yield f"`{path}` is a link to `{entry.said}`, which could not be found."
        elif place != path and entry is None and path in root.entries and _matters(path):
            yield f"`{path}` leads to `{place}`, which was not read."


def _detours(root: Root) -> Iterator[str]:
    """A sentence on each folder above what is wanted that is a link to where nobody looked."""
    for path in sorted(ON_THE_WAY & root.entries.keys()):
        if root.entries[path].kind == "symlink" and root.resolved(path) not in ON_THE_WAY:
            yield f"`{path}` leads to `{root.resolved(path)}`, which was not read."


def _matters(path: str) -> bool:
    """Of the files that name the operating system, another one will do."""
    return path not in os_release.FILES
