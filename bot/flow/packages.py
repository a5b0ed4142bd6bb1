"""What the indexes of packages have: each is read once for all repositories that are looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from bot.batch import answers
from bot.model import Findings, PackageIndex, Shelf
from bot.ports import Desk
from bot.shelves import Packages
from bot.steps.pinned import Indexes, Wanted, shelves_needed


async def indexes(several: Iterable[Findings], desk: Desk) -> Indexes:
    """What each index has of the packages that are pinned; nothing where nobody is to be asked."""
    wanted = _all(several)
    if not wanted or desk.packages is None:
        return {}
    async with desk.packages() as packages:
        ask = partial(_asked, wanted=wanted, packages=packages)
        return await answers(ask, list(wanted), tick=partial(desk.progress, "reading indexes"))


async def _asked(shelf: Shelf, *, wanted: dict[Shelf, Wanted], packages: Packages) -> PackageIndex:
    return await packages.index(shelf, wanted[shelf].names, wanted[shelf].keys)


def _all(several: Iterable[Findings]) -> dict[Shelf, Wanted]:
    """What is wanted of each index by any; the keys that any file trusts are asked of all."""
    by_shelf: defaultdict[Shelf, list[Wanted]] = defaultdict(list)
    for findings in several:
        for shelf, wanted in shelves_needed(findings).items():
            by_shelf[shelf].append(wanted)
    return {
        shelf: Wanted(
            frozenset(name for one in said for name in one.names),
            tuple(dict.fromkeys(key for one in said for key in one.keys)),
        )
        for shelf, said in by_shelf.items()
    }
