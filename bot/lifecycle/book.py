"""Answer what a reference says is inside its image, and until when that is supported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.image import ImageRef, Repository
from bot.lifecycle.data import Product, Products
from bot.model import Cycle
from bot.tags.grammar import parse
from bot.tags.rules import matches
from bot.tags.tag import Part, Tag


class LifeCycles:
    """What the data about life cycles knows of references (`bot.ports.LifeCycles`)."""

    def __init__(self, known: Products) -> None:
        self._known = known
        self._by_codename = {
            codename: (product, number)
            for product in known.products
            for codename, number in product.codenames.items()
        }
        self._by_word = {word: product for product in known.products for word in product.words}
        self._said = re.compile(_spelled(self._by_word))
        self._own_of = lru_cache(maxsize=4096)(self._own)
        self._in_name_of = lru_cache(maxsize=4096)(self._in_name)

    def of(self, image: ImageRef) -> tuple[Cycle, ...]:
        """
        The operating system, if the reference says which, and then each runtime.

        Only what is said: `node:20-alpine` names no release of Alpine, and an image of an unknown
        publisher that is called `node` need not be counted as Node.js is.
        """
        tag = parse(image.effective_tag or "")
        found: dict[str, Cycle] = {}
        for product, version in self._sayings(image.repository, tag):
            cycle = product.release(version)
            if cycle:
                found.setdefault(_slot(product), cycle)
        return tuple(sorted(found.values(), key=lambda cycle: cycle.kind != "system"))

    def is_lts(self, repository: Repository, tag: str) -> bool | None:
        """
        Whether a tag names a release that is, or is to be, supported for long.

        None where its image has no such releases, or nothing is known of this one.
        """
        own = self._own_of(repository)
        if own is None or not own.has_lts:
            return None
        release = parse(tag).release
        cycle = own.release(release.text) if release else None
        return cycle.lts if cycle else None

    def _sayings(self, repository: Repository, tag: Tag) -> Iterator[tuple[Product, str]]:
        """Each product that is named with a version, the surest first."""
        own = self._own_of(repository)
        if own and tag.release:
            yield own, tag.release.text
        yield from self._in_name_of(repository)
        for part in tag.parts:
            yield from self._in_part(part, own)
        yield from self._spelled_out(str(tag), kind="runtime")

    def _own(self, repository: Repository) -> Product | None:
        return next((p for p in self._known.products if matches(p.images, repository)), None)

    def _in_name(self, repository: Repository) -> tuple[tuple[Product, str], ...]:
        if not matches(self._known.named, repository):
            return ()
        words = re.split(r"[-/]", repository.path)
        codenames = [self._by_codename[word] for word in words if word in self._by_codename]
        return (*self._spelled_out(repository.path), *codenames)

    def _in_part(self, part: Part, own: Product | None) -> Iterator[tuple[Product, str]]:
        text = part.text.lower()
        if part.role == "system":
            yield from self._spelled_out(text)
        elif part.role == "codename" and own and text in own.nicknames:
            yield own, own.nicknames[text]
        elif part.role == "codename" and text in self._by_codename:
            yield self._by_codename[text]

    def _spelled_out(self, text: str, kind: str = "") -> Iterator[tuple[Product, str]]:
        """Each `nodejs20`, `debian-12`, `corretto-21`; only of a kind, where one is given."""
        for said in self._said.finditer(text):
            product = self._by_word[said["word"]]
            if kind in {"", product.kind}:
                yield product, said["version"]


def _slot(product: Product) -> str:
    """An image has one operating system, and may have several runtimes."""
    return "system" if product.kind == "system" else product.key


def _spelled(words: dict[str, Product]) -> str:
    # The longest first, so that `nodejs` is not read as `node`; none holds another's digits.
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    version = r"\d{1,4}(?:\.\d{1,3}){0,2}"
    return rf"(?<![a-z0-9])(?P<word>{alternatives})-?(?P<version>{version})(?![.\w])"
