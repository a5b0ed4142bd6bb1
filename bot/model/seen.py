"""What the bot saw itself, run after run: where tags pointed, and since when."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Sighting(NamedTuple):
    """
    A stretch of time in which a tag pointed at one digest, as far as anybody looked.

    `first` and `last`: when it was seen there, in UTC, to the second.
    """

    digest: str
    first: dt.datetime
    last: dt.datetime


class History(NamedTuple):
    """Where one reference was seen to point: stretches, oldest first, no two alike in a row."""

    sightings: tuple[Sighting, ...] = ()

    @property
    def moves(self) -> int:
        """How often it was seen to move."""
        return max(0, len(self.sightings) - 1)

    @property
    def moved(self) -> dt.datetime | None:
        """When it was first seen where it is now, if it was elsewhere before."""
        return self.sightings[-1].first if self.moves else None

    @property
    def left(self) -> Sighting | None:
        """The earlier stretch at the digest that it points at again now: a rollback."""
        now = self.sightings[-1] if self.sightings else None
        again = (s for s in reversed(self.sightings[:-1]) if now and s.digest == now.digest)
        return next(again, None)

    def of(self, digest: str) -> Sighting | None:
        """When it pointed at a digest, from the first time to the last."""
        stretches = [s for s in self.sightings if s.digest == digest]
        return Sighting(digest, stretches[0].first, stretches[-1].last) if stretches else None
