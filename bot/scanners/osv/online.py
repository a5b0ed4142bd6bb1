"""Match packages by an OSV service: it tells ids, and each record is fetched once for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.errors import EvidenceError
from bot.model import Finding, Package
from bot.scanners.osv import api, matching, records
from bot.scanners.osv.api import Api, Seen
from bot.scanners.osv.asked import NAME, Scans, Side, Sides, scan
from bot.scanners.osv.ecosystems import Query
from bot.scanners.osv.records import Record
from bot.scanners.store import Store

MOST_FETCHED = 6000
"""Records in one comparison; of the rest, ids alone are told."""

_AT_ONCE = 100
_BYTES = 256 << 20  # of all that is fetched in one comparison


async def scans(asking: Api, store: Store, sides: Sides, database: str) -> Scans:
    """Both sides, by one batch: so both get the same data. Raises `EvidenceError`."""
    old, new = sides
    seen = await asking.about(sorted({*old.queries, *new.queries}))
    known = await _records(asking, store, _wanted(seen, old, new))
    first, second = (_side(asking, seen, known, side) for side in sides)
    return scan(old, database, *first), scan(new, database, *second)


def _wanted(seen: Mapping[Query, Seen], old: Side, new: Side) -> dict[str, str]:
    """The ids with their dates; those first that only one side has."""
    first, second = (_ids(seen, side) for side in (old, new))
    both = {**first, **second}
    order = sorted(both, key=lambda name: (name in first and name in second, name))
    return {name: both[name] for name in order}


def _ids(seen: Mapping[Query, Seen], side: Side) -> dict[str, str]:
    told = (seen.get(query, {}) for query in side.queries)
    return {name: modified for each in told for name, modified in each.items()}


async def _records(asking: Api, store: Store, wanted: Mapping[str, str]) -> dict[str, Record]:
    """Each record that there is, from the store or else fetched."""
    keys = {f"{name} {modified}": name for name, modified in wanted.items()}
    known = _read({keys[key]: body for key, body in store.read("osv", keys).items()})
    missing = [name for name in wanted if name not in known][:MOST_FETCHED]
    fetched = 0
    for start in range(0, len(missing), _AT_ONCE):
        bodies = await api.records(asking, missing[start : start + _AT_ONCE])
        if not bodies:
            break  # the host has had enough, and would only be asked in vain
        fetched += sum(map(len, bodies.values()))
        if fetched > _BYTES:
            raise EvidenceError(f"{asking.host} sent more than {_BYTES >> 20} MiB of records")
        store.write("osv", {f"{n} {wanted[n]}": records.slim(b) for n, b in _sound(bodies)})
        known.update(_read(bodies))
    return known


def _read(bodies: Mapping[str, bytes]) -> dict[str, Record]:
    known = {}
    for name, body in bodies.items():
        try:
            record = records.read(body)
        except ValueError:
            continue
        if record.id == name:
            known[name] = record
    return known


def _sound(bodies: Mapping[str, bytes]) -> Iterable[tuple[str, bytes]]:
    good = _read(bodies)
    return ((name, body) for name, body in bodies.items() if name in good)


def _side(
    asking: Api, seen: Mapping[Query, Seen], known: Mapping[str, Record], side: Side
) -> tuple[list[Finding], Iterable[str]]:
    findings: list[Finding] = []
    lost: set[str] = set()
    for query, packages in side.queries.items():
        for name in seen.get(query, ()):
            told = _told(name, known.get(name), query, packages)
            if told is None:
                lost.add(name)
            else:
                findings += told
    return findings, _doubts(lost, asking, side)


def _told(
    name: str, record: Record | None, query: Query, packages: tuple[Package, ...]
) -> list[Finding] | None:
    """What one id means; None where that cannot be told without its record."""
    if record is None:
        finding = matching.unread(name, packages)
        return None if finding is None else [finding]
    return [] if record.withdrawn else list(matching.findings(record, query, packages))


def _doubts(lost: set[str], asking: Api, side: Side) -> Iterable[str]:
    if lost:
        records = "1 record" if len(lost) == 1 else f"{len(lost)} records"
        yield f"{records} of {NAME} could not be had ({min(lost)})."
    if refused := [query for query in asking.refused if query in side.queries]:
        packages = "1 package" if len(refused) == 1 else f"{len(refused)} packages"
        yield f"{NAME} took no question about {packages} ({refused[0].name[:60]})."
