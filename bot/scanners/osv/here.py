"""Match packages by records on this machine, with our own order of versions."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from pathlib import Path

from bot import __version__
from bot.model import Finding, Opened, Scan
from bot.scanners.kept import Identity, Kept
from bot.scanners.osv import local, matching
from bot.scanners.osv.asked import Scans, Side, Sides, scan
from bot.scanners.osv.local import Shelf
from bot.scanners.osv.matching import UnorderedError
from bot.scanners.store import Store

OF = " of "
"""What stands, in the name of the data, before the time of the newest record."""


async def scans(
    paths: Collection[Path], store: Store, images: tuple[Opened, Opened], sides: Sides
) -> Scans:
    """Both sides, by one reading of the records; none where both are known. `EvidenceError`."""
    stamp = await asyncio.to_thread(local.identity, paths)
    kept = Kept(store, "osv", Identity(__version__, stamp))
    known = [kept.read(image) for image in images]
    if known[0] and known[1]:
        return known[0], known[1]
    asked = {query for side in sides for query in side.queries}
    wanted = {(local.bare(query.ecosystem), query.name) for query in asked}
    shelf = await asyncio.to_thread(local.shelf, paths, wanted)
    first, second = (_side(shelf, side, f"{stamp}{OF}{shelf.newest}") for side in sides)
    for image, said in zip(images, (first, second), strict=True):
        kept.add(image, said)
    kept.write()
    return first, second


def _side(shelf: Shelf, side: Side, database: str) -> Scan:
    findings: list[Finding] = []
    unordered: set[str] = set()
    for query, packages in side.queries.items():
        for record in shelf.records.get((local.bare(query.ecosystem), query.name), ()):
            try:
                if not record.withdrawn and matching.affects(record, query, packages[0].family):
                    findings += matching.findings(record, query, packages)
            except UnorderedError:
                unordered.add(record.id)
    return scan(side, database, findings, _doubts(shelf, side, unordered))


def _doubts(shelf: Shelf, side: Side, unordered: set[str]) -> Iterable[str]:
    if shelf.unread:
        files = "1 file" if shelf.unread == 1 else f"{shelf.unread} files"
        yield f"{files} among the OSV records could not be read."
    if unordered:
        records = "1 record" if len(unordered) == 1 else f"{len(unordered)} records"
        yield f"The versions in {records} ({min(unordered)}) cannot be compared."
    needed = {query.ecosystem.removesuffix(":LTS") for query in side.queries}
    if needed and not needed & shelf.ecosystems:
        yield f"The OSV records have nothing on {min(needed)}."
