"""Results of scans, kept by image, program, version, data and options."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

from bot.model import Opened, Scan
from bot.scanners import keeping
from bot.scanners.store import Store

_KIND = "scan"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which scanner with which data: `built` is when that data was made, where it is told."""

    version: str
    database: str
    built: dt.datetime | None = None


class Kept:
    """Results of one identity; `fresh` are those that are not written yet."""

    def __init__(
        self, store: Store, name: str, identity: Identity, options: tuple[str, ...] = ()
    ) -> None:
        self.fresh: dict[str, bytes] = {}
        self._store = store
        self._common = (keeping.FORMAT, name, identity.version, identity.database, *options)

    def read(self, side: Opened) -> Scan | None:
        """What was said of an image, in this run or an earlier one."""
        name = self._name(side)
        data = self.fresh.get(name) or self._store.read(_KIND, [name]).get(name)
        return keeping.unpacked(data) if data else None

    def add(self, side: Opened, scan: Scan) -> None:
        """Keep what is said of an image, as soon as `write` is called."""
        self.fresh[self._name(side)] = keeping.packed(scan)

    def write(self) -> None:
        """Keep what is fresh for later runs."""
        self._store.write(_KIND, self.fresh)

    def _name(self, side: Opened) -> str:
        # Our own count is part of a doubt, so it decides on the result too.
        own = (side.contents.image.digest, len(side.contents.packages))
        return hashlib.sha256(json.dumps([*self._common, *own]).encode()).hexdigest()
