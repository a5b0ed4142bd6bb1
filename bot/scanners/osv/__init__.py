"""OSV, built in: the packages that basewatch reads, matched by OSV.dev or by local records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.model import Opened, Scan, Scanned
from bot.ports import Scanner
from bot.scanners import doubts
from bot.scanners.moments import moment
from bot.scanners.osv import here
from bot.scanners.osv.asked import Scans, Sides, scan, side
from bot.scanners.settings import Means
from bot.scanners.silencing import silence

NAME = "osv"


def scanner(means: Means) -> Scanner | None:
    """OSV, which is always there."""
    return Osv(means)


class Osv:
    """
    Source packages and their versions, matched against https://osv.dev or a copy of its records.

    The service learns the names and versions of the packages, and nothing of the image.
    """

    NAME = NAME

    def __init__(self, means: Means) -> None:
        self._means = means

    async def compare(self, old: Opened, new: Opened) -> Scanned:
        """Both images by the same records. Raises `EvidenceError`."""
        now = self._means.clock()
        quiet = silence(self._means.vex, self._means.ignore, now.date())
        sides = (side(old.contents), side(new.contents))
        scans = await self._scans((old, new), sides, now)
        first, second = (
            quiet.over(said, image.contents.image)
            for said, image in zip(scans, (old, new), strict=True)
        )
        return Scanned(first, second)

    async def _scans(self, images: tuple[Opened, Opened], sides: Sides, now: dt.datetime) -> Scans:
        means = self._means
        if not any(each.queries for each in sides):
            # There is nothing to ask, and the doubts say why.
            return scan(sides[0], "", (), ()), scan(sides[1], "", (), ())
        if means.records:
            first, second = await here.scans(means.records, means.store, images, sides)
            return self._dated(first, now), self._dated(second, now)
        from bot.scanners.osv import online  # with records of one's own, nobody is asked
        from bot.scanners.osv.api import Api

        asking = Api(means.http, means.osv_url)
        # The service tells no version of its data, which changes by the minute.
        return await online.scans(asking, means.store, sides, f"{asking.host} on {now:%Y-%m-%d}")

    def _dated(self, said: Scan, now: dt.datetime) -> Scan:
        return said._replace(doubts=(*said.doubts, *self._age(said, now)))

    def _age(self, said: Scan, now: dt.datetime) -> Iterator[str]:
        built = moment(said.database.partition(here.OF)[2])
        yield from doubts.of_age("OSV", built, now, self._means.database_days)
