"""What was read of layers, kept by their digests: a layer never changes, so it is read once."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from bot.contents.layers_facts import Entry, LayerFacts
from bot.manifests import DIGEST
from bot.model import Package

_FORMAT = 2  # of these files and of what is looked for: to be raised with either
_LARGEST = 64 << 20


class LayerCache:
    """
    `LayerFacts` as JSON in a folder of this machine; where it cannot be used it remembers nothing.

    A file of another format, cut off or changed is as if it were not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, digest: str) -> LayerFacts | None:
        """What was read of the layer of that digest, if it was."""
        path = self._path(digest)
        try:
            if path is None or path.stat().st_size > _LARGEST:
                return None
            return _facts(json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def store(self, digest: str, facts: LayerFacts) -> None:
        """Remember it: whole or not at all, whoever reads or writes beside."""
        path = self._path(digest)
        if path is None:
            return
        said = json.dumps(_document(facts), separators=(",", ":")).encode("ascii")
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(said)
                os.replace(beside, path)  # noqa: PTH105 -- the same, and `os` is said above
            finally:
                beside.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path | None:
        if not DIGEST.fullmatch(digest):
            return None
        return self._folder / f"{digest.replace(':', '-')}.json"


def _document(facts: LayerFacts) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "diff_id": facts.diff_id,
        "hidden": facts.hidden,
        "opaque": facts.opaque,
        "programs": facts.programs,
        "entries": {
            path: [entry.kind, entry.said, list(entry.packages)]
            for path, entry in facts.entries.items()
        },
    }


def _facts(said: Any) -> LayerFacts | None:  # noqa: ANN401 -- it is what the file holds
    if said["format"] != _FORMAT:
        return None
    return LayerFacts(
        diff_id=said["diff_id"],
        hidden=tuple(said["hidden"]),
        opaque=tuple(said["opaque"]),
        programs=tuple(said["programs"]),
        entries={
            path: Entry(kind, text, tuple(Package(*package) for package in packages))
            for path, (kind, text, packages) in said["entries"].items()
        },
    )
