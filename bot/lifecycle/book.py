"""Answer what a reference says is inside its image, and until when that is supported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.image import ImageRef, Repository
from bot.lifecycle.data import Product, Products
from bot.lifecycle.names import Names
from bot.model import Cycle, LaterName, OsRelease
from bot.tags.grammar import parse
from bot.tags.rules import Inside, Rule, matches
from bot.tags.tag import Part, Tag


class LifeCycles:
    """
    What the data about life cycles knows of references (`bot.ports.LifeCycles`).

    What `rules` say is in images comes before the data, and what guests among them say after it.
    """

    def __init__(self, known: Products, rules: Sequence[Rule] = ()) -> None:
        self._known = known
        self._by_key = {product.key: product for product in known.products}
        self._said_first = _sayings([rule for rule in rules if not rule.guest])
        self._said_last = _sayings([rule for rule in rules if rule.guest])
        self._by_codename = {
            codename: (product, number)
            for product in known.products
            for codename, number in product.codenames.items()
        }
        self._by_word = {word: product for product in known.products for word in product.words}
        self._said = re.compile(_spelled(self._by_word))
        self._names = Names(self._said, self._by_word, self._by_codename)
        self._inside = lru_cache(maxsize=4096)(self._cycles)  # one image stands in many files
        self._own_of = lru_cache(maxsize=4096)(self._own)
        self._in_name_of = lru_cache(maxsize=4096)(self._in_name)

    @property
    def products(self) -> tuple[Product, ...]:
        """All that anything is known of."""
        return self._known.products

    @property
    def systems(self) -> tuple[Product, ...]:
        """The operating systems."""
        return tuple(product for product in self._known.products if product.kind == "system")

    def of(self, image: ImageRef) -> tuple[Cycle, ...]:
        """
        The operating system, if the reference says which, and then each runtime.

        Only what is said: `node:20-alpine` names no release of Alpine, and an image of an unknown
        publisher that is called `node` need not be counted as Node.js is.
        """
        return self._inside(image.repository, image.effective_tag or "")

    def _cycles(self, repository: Repository, text: str) -> tuple[Cycle, ...]:
        found: dict[str, Cycle] = {}
        for product, version in self._sayings(repository, parse(text)):
            cycle = product.release(version)
            if cycle:
                found.setdefault(_slot(product), cycle)
        return tuple(sorted(found.values(), key=lambda cycle: cycle.kind != "system"))

    def installed(self, system: OsRelease) -> Cycle | None:
        """The release of the operating system that os-release(5) of an image names."""
        product = self._by_word.get(system.id.removeprefix("opensuse-"))
        if product is None or product.kind != "system" or not system.version_id:
            return None
        return product.release(system.version_id)

    def has_lts(self, repository: Repository) -> bool:
        """Whether any release that a repository's tags begin with is supported for long."""
        own = self._own_of(repository)
        return own is not None and own.has_lts

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

    def later_names(self, image: ImageRef) -> tuple[LaterName, ...]:
        """
        What an image would be called on a later release of what its name says is in it.

        Of the operating system first, the newest release first. Nobody was asked whether there is
        such an image. None for images whose names are not known to tell.
        """
        if not self._is_named(image.repository):
            return ()
        path = image.repository.path
        lead = image.name.removesuffix(path)
        return tuple(
            LaterName(ImageRef(lead + name), cycle, leaves)
            for name, cycle, leaves in self._names.later(path)
        )

    def _sayings(self, repository: Repository, tag: Tag) -> Iterator[tuple[Product, str]]:
        """Each product that is named with a version, the surest first."""
        own = self._own_of(repository)
        yield from self._fixed(self._said_first, repository)
        if own and tag.release:
            yield own, tag.release.text
        yield from self._in_name_of(repository)
        for part in tag.parts:
            yield from self._in_part(part, own)
        yield from self._spelled_out(str(tag), kind="runtime")
        yield from self._fixed(self._said_last, repository)

    def _fixed(
        self, said: Iterable[Inside], repository: Repository
    ) -> Iterator[tuple[Product, str]]:
        """What is in every image of a repository, whatever its tag."""
        for inside in said:
            product = self._by_key.get(inside.product or "")
            if product and inside.release and matches(inside.images, repository):
                yield product, inside.release

    def _own(self, repository: Repository) -> Product | None:
        """The product that a repository's tags begin with a release of."""
        known = next((p for p in self._known.products if matches(p.images, repository)), None)
        return (
            self._told(self._said_first, repository)
            or known
            or self._told(self._said_last, repository)
        )

    def _told(self, said: Iterable[Inside], repository: Repository) -> Product | None:
        about = (i for i in said if not i.release and matches(i.images, repository))
        return next((p for i in about if (p := self._by_key.get(i.product or ""))), None)

    def _is_named(self, repository: Repository) -> bool:
        said = (i.images for i in (*self._said_first, *self._said_last) if i.product is None)
        return any(matches(images, repository) for images in (self._known.named, *said))

    def _in_name(self, repository: Repository) -> tuple[tuple[Product, str], ...]:
        if not self._is_named(repository):
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


def _sayings(rules: Iterable[Rule]) -> tuple[Inside, ...]:
    return tuple(inside for rule in rules for inside in rule.lifecycle)


def _slot(product: Product) -> str:
    """An image has one operating system, and may have several runtimes."""
    return "system" if product.kind == "system" else product.key


def _spelled(words: dict[str, Product]) -> str:
    # The longest first, so that `nodejs` is not read as `node`; none holds another's digits.
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    version = r"\d{1,4}(?:\.\d{1,3}){0,2}"
    return rf"(?<![a-z0-9])(?P<word>{alternatives})-?(?P<version>{version})(?![.\w])"
