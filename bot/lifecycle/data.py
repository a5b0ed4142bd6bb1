"""The bundled data about life cycles, read into what can be asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from bot.lifecycle.answers import Rows, merged, newest_knowledge
from bot.model import Cycle, CycleKind


class Product(NamedTuple):
    """
    Something that is released and ends: its releases by number, and what people call them.

    `words`: what stands before the number of a release in names and tags; `codenames`: what its
    releases are called everywhere; `nicknames`: what only its own images call them; `images`:
    globs of those, whose tags begin with a release of it.
    """

    key: str
    name: str
    kind: CycleKind
    words: tuple[str, ...]
    cycles: Mapping[str, Cycle]
    codenames: Mapping[str, str]
    nicknames: Mapping[str, str]
    images: tuple[str, ...]

    @property
    def has_lts(self) -> bool:
        """Whether some of its releases are supported for longer than the others."""
        return len({cycle.lts for cycle in self.cycles.values()}) == 2

    def release(self, version: str) -> Cycle | None:
        """The release that a version belongs to: `20.11.0` to 20, `1.22.3` to 1.22."""
        numbers = version.split(".")
        found = (self.cycles.get(".".join(numbers[:count])) for count in range(len(numbers), 0, -1))
        return next((cycle for cycle in found if cycle), None)


class Products(NamedTuple):
    """All that is known: the products, the images whose names tell, and the day of it."""

    products: tuple[Product, ...]
    named: tuple[str, ...]
    date: dt.date

    @classmethod
    def read(
        cls, images: Mapping[str, Any], dates: Mapping[str, Any], fresh: Mapping[str, Rows]
    ) -> Products:
        """
        Put together `images.yaml` and `products.json` of `rules/lifecycle/`, as parsed.

        Both are ours and tested whole, so a mistake is a bug: `KeyError`, `ValueError`. `fresh` is
        what was learned since; of each release the later knowledge counts.
        """
        rows = {key: merged(kept, fresh.get(key, {})) for key, kept in dates["products"].items()}
        return cls(
            tuple(_products(images, rows)),
            tuple(images["named"]),
            dt.date.fromisoformat(newest_knowledge(rows.values())),
        )


def _products(images: Mapping[str, Any], dates: Mapping[str, Any]) -> Iterable[Product]:
    for key, said in images["products"].items():
        codenames = _codenames(dates[key]) if said.get("codenames") else {}
        yield Product(
            key,
            said["name"],
            said["kind"],
            words=tuple(said["words"]),
            cycles={number: _cycle(said, number, row) for number, row in dates[key].items()},
            codenames=codenames,
            nicknames=images["nicknames"].get(key, {}),
            images=tuple(images["tagged"].get(key, ())),
        )


def _codenames(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """`jammy` for 22.04: images use the first word of a codename, in lower case."""
    return {_first_word(row): number for number, row in rows.items() if "codename" in row}


def _first_word(row: Mapping[str, Any]) -> str:
    return str(row["codename"]).split()[0].lower()


def _cycle(said: Mapping[str, Any], number: str, row: Mapping[str, Any]) -> Cycle:
    named = f" ({_first_word(row)})" if said.get("codenames") and "codename" in row else ""
    lts = row.get("lts", False)
    return Cycle(
        subject=f"{said['name']} {number}{named}",
        kind=said["kind"],
        lts=bool(lts),
        lts_from=_day(lts),
        support_until=_day(row.get("support")),
        security_until=_day(row.get("security")),
        extended_until=_day(row.get("extended")),
        extended_by=said.get("extended", "extended support"),
        as_of=_day(row["as_of"]),
        extended_for_all=said.get("extended_for_all", False),
    )


def _day(said: object) -> dt.date | None:
    return dt.date.fromisoformat(said) if isinstance(said, str) else None
