"""
What becomes of each pin, by what the indexes say.

What is built from one source (`o:` in an index) moves together or not at all: apk installs no
`libssl3` beside a `libcrypto3` of another build.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.model import (
    NEVER,
    Failure,
    Findings,
    PackageIndex,
    PackagePin,
    PinVerdict,
    Policy,
    Published,
    Shelf,
)
from bot.packages.versions import compare
from bot.steps.pinned.choose import ARCHITECTURE, chosen, rule_of, ruled

LOCK = ".lock.json"

Indexes: TypeAlias = Mapping[Shelf, PackageIndex | Failure]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be asked of one index: about which packages, and by which keys it is checked."""

    names: frozenset[str]
    keys: tuple[str, ...]


def shelves_needed(findings: Findings) -> dict[Shelf, Wanted]:
    """Every index that a pin may be looked up in, once."""
    names: defaultdict[Shelf, set[str]] = defaultdict(set)
    keys: defaultdict[Shelf, dict[str, None]] = defaultdict(dict)
    for pin in findings.pins:
        for shelf in _shelves(pin):
            names[shelf].add(pin.name)
            keys[shelf] |= dict.fromkeys(pin.feed.keys)
    return {shelf: Wanted(frozenset(names[shelf]), tuple(keys[shelf])) for shelf in names}


def pinned(
    findings: Findings, indexes: Indexes, policy: Policy, now: dt.datetime = NEVER
) -> tuple[PinVerdict, ...]:
    """One verdict for each pin, in the order of the files; `now` is what ages are told by."""
    locks = {skip.path for skip in findings.skips if skip.format == "apko-lock"}
    verdicts = [_decided(pin, indexes, policy, now) for pin in findings.pins]
    return tuple(_told_of_lock(verdict, locks) for verdict in _kept_together(verdicts, indexes))


def _shelves(pin: PackagePin) -> Iterator[Shelf]:
    if not pin.trouble:
        for architecture in pin.feed.architectures or (ARCHITECTURE,):
            for repository in pin.feed.repositories:
                yield Shelf(repository, architecture)


def _decided(pin: PackagePin, indexes: Indexes, policy: Policy, now: dt.datetime) -> PinVerdict:
    if why := _left_alone(pin, policy):
        return PinVerdict(pin, "skipped", why)
    told = [indexes.get(shelf) for shelf in _shelves(pin)]
    if failed := next((each for each in told if isinstance(each, Failure)), None):
        return PinVerdict(pin, "failed", f"An index could not be read: {failed.reason}.")
    if None in told:
        return PinVerdict(pin, "skipped", "No index of packages is asked here.")
    there = _there(pin, indexes)
    if not there:
        return PinVerdict(pin, "skipped", _nowhere(pin, indexes))
    verdict = chosen(pin, there, ruled(pin, policy, now))
    return verdict._replace(because=f"{verdict.because} {_checked(pin, indexes)}")


def _left_alone(pin: PackagePin, policy: Policy) -> str:
    rule = rule_of(pin, policy)
    if pin.trouble:
        return f"It is left alone: {pin.trouble}."
    if rule and rule.ignore:
        return f"The configuration says to leave alone what is in {pin.path}."
    if steer := next((steer for steer in pin.steers if steer.verb == "ignore"), None):
        return steer.complaint or "A comment beside it says to leave it alone."
    if pin.feed.repositories:
        return ""
    which = f" labelled {pin.label}" if pin.label else ""
    if pin.feed.here:
        return f"The repositories{which} that it may come from cannot be asked: they are no URLs."
    return f"The file names no repository{which} that it may come from."


def _there(pin: PackagePin, indexes: Indexes) -> dict[str, Published]:
    """The versions that each architecture has, whichever of the repositories has them."""
    by_architecture: defaultdict[str, dict[str, Published]] = defaultdict(dict)
    for shelf in _shelves(pin):
        rows = _rows(indexes, shelf, pin.name)
        valid = {row.version: row for row in rows if compare("apk", row.version, "0") is not None}
        by_architecture[shelf.architecture] |= valid
    several = list(by_architecture.values())
    return {v: row for v, row in several[0].items() if all(v in others for others in several)}


def _rows(indexes: Indexes, shelf: Shelf, name: str) -> Sequence[Published]:
    index = indexes.get(shelf)
    return index.published.get(name, ()) if isinstance(index, PackageIndex) else ()


def _nowhere(pin: PackagePin, indexes: Indexes) -> str:
    if any(_rows(indexes, shelf, pin.name) for shelf in _shelves(pin)):
        return f"No version of {pin.name} is there for all of the file's architectures."
    return f"No index has a package called {pin.name}; something else may provide that name."


def _checked(pin: PackagePin, indexes: Indexes) -> str:
    found = (indexes.get(shelf) for shelf in _shelves(pin))
    said = (each.signature for each in found if isinstance(each, PackageIndex))
    return " ".join(dict.fromkeys(said))


def _kept_together(verdicts: Sequence[PinVerdict], indexes: Indexes) -> Iterator[PinVerdict]:
    """Without the moves that would part packages of one file that are built from one source."""
    origins = [_origin(verdict.pin, indexes) for verdict in verdicts]
    built: defaultdict[tuple[str, str], list[PinVerdict]] = defaultdict(list)
    for verdict, origin in zip(verdicts, origins, strict=True):
        if verdict.pin.operator == "=":
            built[verdict.pin.path, origin].append(verdict)
    for verdict, origin in zip(verdicts, origins, strict=True):
        family = built[verdict.pin.path, origin] if origin else ()
        yield _unless_parted(verdict, family, origin)


def _unless_parted(verdict: PinVerdict, family: Collection[PinVerdict], origin: str) -> PinVerdict:
    if verdict.pin.operator != "=":
        return verdict
    if verdict.apart and any((one.apart and one.apart.new) != verdict.apart.new for one in family):
        verdict = verdict._replace(apart=None)
    new = verdict.offer.new if verdict.offer else ""
    parted = [one for one in family if (one.offer.new if one.offer else one.pin.version) != new]
    if not new or not parted:
        return verdict
    names = ", ".join(sorted({one.pin.name for one in parted})[:3])
    because = (
        f"{new} is published, but {names}, built from {origin} as it is, would not move along."
    )
    return verdict._replace(outcome="held", because=because, offer=None)


def _origin(pin: PackagePin, indexes: Indexes) -> str:
    rows = (row for shelf in _shelves(pin) for row in _rows(indexes, shelf, pin.name))
    return next((row.origin for row in rows), "")


def _told_of_lock(verdict: PinVerdict, locks: Iterable[str]) -> PinVerdict:
    lock = verdict.pin.path.rpartition(".")[0] + LOCK
    if not (verdict.offer or verdict.apart) or lock not in locks:
        return verdict
    said = f"{lock} was made of the file as it is: run `apko lock` again, or the build refuses it."
    return verdict._replace(warnings=(*verdict.warnings, said))
