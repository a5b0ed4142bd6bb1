"""The names that an image would have, were a later release of what its name says in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.lifecycle.data import Product
from bot.model import Cycle

_MOST = 4
"""Later releases that are tried of each thing a name says, the newest first."""

_WORD = re.compile(r"[A-Za-z]+")


class _Said(NamedTuple):
    """A release that a name says, and where in the name."""

    product: Product
    version: str
    start: int
    end: int
    by_codename: bool = False


class Names:
    """Reads names by the words and codenames of products; `said` finds a word and a version."""

    def __init__(
        self,
        said: re.Pattern[str],
        by_word: Mapping[str, Product],
        by_codename: Mapping[str, tuple[Product, str]],
    ) -> None:
        self._said = said
        self._by_word = by_word
        self._by_codename = by_codename

    def later(self, name: str) -> Iterator[tuple[str, Cycle, Cycle]]:
        """
        Each name, the release that it says, and the one that the present name says in its place.

        Of the operating system first, the newest release first. What is supported for long gives
        way to nothing else, nor anything to what ends before it.
        """
        found = [*self._codenames(name), *self._numbers(name)]
        for said in sorted(found, key=lambda said: said.product.kind != "system"):
            for spelled, cycle in _releases(said):
                leaves = said.product.cycles[said.version]
                yield f"{name[: said.start]}{spelled}{name[said.end :]}", cycle, leaves

    def _codenames(self, name: str) -> Iterator[_Said]:
        for match in _WORD.finditer(name):
            edges = name[match.start() - 1 : match.start()] + name[match.end() : match.end() + 1]
            if match[0] in self._by_codename and not edges.strip("-/"):
                product, version = self._by_codename[match[0]]
                yield _Said(product, version, *match.span(), by_codename=True)

    def _numbers(self, name: str) -> Iterator[_Said]:
        for match in self._said.finditer(name):
            product = self._by_word[match["word"]]
            if match["version"] in product.cycles:
                yield _Said(product, match["version"], *match.span("version"))


def _releases(said: _Said) -> Iterator[tuple[str, Cycle]]:
    product = said.product
    now = product.cycles[said.version]
    codenames = {number: name for name, number in product.codenames.items()}
    later = [
        number
        for number, cycle in product.cycles.items()
        if _order(number) > _order(said.version)
        and number.count(".") == said.version.count(".")
        and (cycle.lts or not product.has_lts)
        and _outlives(cycle, now)
    ]
    for number in sorted(later, key=_order, reverse=True)[:_MOST]:
        spelled = codenames.get(number) if said.by_codename else number
        if spelled:
            yield spelled, product.cycles[number]


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part.isdecimal())


def _outlives(later: Cycle, now: Cycle) -> bool:
    mine, others = later.security_until, now.security_until
    return mine is None or others is None or mine >= others
