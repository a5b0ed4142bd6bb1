"""Show one image of the store as an image layout of its own, which any scanner reads."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from bot.contents.store import LAYOUT

_DAY = 86_400.0
_REFERENCE = "org.opencontainers.image.ref.name"


class Views:
    """
    Folders for one run, under `root`, gone when it ends; those of runs that died go with them.

    A folder costs no room: its blobs are the store's own, by another name (hard links). Raises
    `OSError`.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._name = secrets.token_hex(8)
        self._lock: IO[bytes] | None = None

    def layout(self, entry: Mapping[str, Any], blobs: Iterable[Path]) -> Path:
        """
        A folder with `oci-layout`, an index of this one entry, and its blobs.

        https://github.com/opencontainers/image-spec/blob/main/image-layout.md
        """
        self._begin()
        digest = str(entry["digest"]).replace(":", "-", 1)
        made = self._root / self._name / digest
        if made.exists():
            return made
        making = made.with_name(f".{digest}")
        for blob in {*blobs}:
            _link(blob, making / "blobs" / blob.parent.name / blob.name)
        named = {**entry, "annotations": {_REFERENCE: digest}}
        index = {"schemaVersion": 2, "manifests": [named]}
        (making / "index.json").write_text(json.dumps(index))
        (making / "oci-layout").write_text(LAYOUT)
        return making.rename(made)

    def close(self) -> None:
        """Take the folders away."""
        if self._lock:
            shutil.rmtree(self._root / self._name, ignore_errors=True)
            _lock_of(self._root, self._name).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def _begin(self) -> None:
        if self._lock:
            return
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(self._root)
        # Locked before it has the name that others look for.
        hidden = self._root / f".{self._name}"
        self._lock = hidden.open("wb")
        with contextlib.suppress(OSError):
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (self._root / self._name).mkdir()
        hidden.rename(_lock_of(self._root, self._name))


def sweep(root: Path) -> None:
    """Take away the folders of runs that are no more: the lock of a run ends with it."""
    for lock in root.glob("*.lock"):
        with contextlib.suppress(OSError), lock.open("rb") as file:
            if _forsaken(file):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)


def _forsaken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # the disk knows no locks
        return os.fstat(file.fileno()).st_mtime < time.time() - _DAY
    return True


def _lock_of(root: Path, name: str) -> Path:
    return root / f"{name}.lock"


def _link(blob: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        try:
            os.link(blob, place)
        except FileExistsError:
            raise
        except OSError:  # no hard links there
            place.symlink_to(blob.resolve(strict=True))
