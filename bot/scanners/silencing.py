"""
Leave out what somebody has said is of no concern: lists of ids, and OpenVEX documents.

A list is read as Trivy reads `.trivyignore`: an id on each line, `exp:2027-01-31` behind it says
until when, `#` begins a comment (https://trivy.dev/latest/docs/configuration/filtering/).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import EvidenceError
from bot.model import Description, Finding, Scan
from bot.scanners import ids, purls
from bot.scanners.reading import Json, at, listed, loaded, mappings, text, texts

_FILE_LIMIT = 8 << 20
_EXPIRES = re.compile(r"exp:([0-9]{4}-[0-9]{2}-[0-9]{2})")
_OPEN_VEX = "openvex.dev"
_HARMLESS = {"not_affected", "fixed"}


@dataclass(frozen=True, slots=True)
class Product:
    """What a statement is about: a package, or a part of one image."""

    name: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """That the products are, or are not, harmed by what has one of the names."""

    names: frozenset[str]
    harmless: bool
    products: tuple[Product, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """All that is to be left out. `ids` counts everywhere, a statement for its products."""

    ids: frozenset[str] = frozenset()
    statements: tuple[Statement, ...] = ()

    def over(self, scan: Scan, image: Description) -> Scan:
        """The scan without what is silenced, and with as many more `suppressed`."""
        kept = tuple(found for found in scan.findings if not self._covers(found, image))
        gone = len(scan.findings) - len(kept)
        return scan._replace(findings=kept, suppressed=scan.suppressed + gone) if gone else scan

    def _covers(self, finding: Finding, image: Description) -> bool:
        names = {finding.id, *finding.aliases}
        if names & self.ids:
            return True
        about = [s for s in self.statements if names & s.names and _meant(s, finding, image)]
        # Of several statements the latest holds, as
        # https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md says.
        return bool(about) and max(about, key=lambda s: s.said).harmless


def silence(vex: Iterable[Path], ignore: Path | None, today: dt.date) -> Silence:
    """Read the operator's files; raises `EvidenceError` where one cannot be read."""
    listed_ids = frozenset(_unexpired(_read(ignore), today)) if ignore else frozenset[str]()
    statements = tuple(s for path in vex for s in _statements(path))
    return Silence(listed_ids, statements)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_LIMIT + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise EvidenceError(f"{path.name} cannot be read: {why}") from error
    if len(data) > _FILE_LIMIT:
        raise EvidenceError(f"{path.name} is larger than {_FILE_LIMIT >> 20} MiB")
    return data


def _unexpired(data: bytes, today: dt.date) -> Iterator[str]:
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        until = next((m[1] for word in words[1:] if (m := _EXPIRES.fullmatch(word))), None)
        # Dates of this form order as text does; one that is none, like 2027-02-31, still ends.
        if until is None or today.isoformat() <= until:
            yield words[0]


def _statements(path: Path) -> Iterator[Statement]:
    try:
        document = loaded(_read(path))
    except ValueError:
        raise EvidenceError(f"{path.name} is no JSON") from None
    # Other kinds of VEX are read by the programs that know them.
    if _OPEN_VEX not in text(at(document, "@context")):
        return
    when = text(at(document, "timestamp"))
    for said in mappings(at(document, "statements")):
        products = tuple(_products(said.get("products")))
        harmless = text(said.get("status")) in _HARMLESS
        yield Statement(_names(said), harmless, products, text(said.get("timestamp")) or when)


def _names(said: Json) -> frozenset[str]:
    told = said.get("vulnerability")
    if isinstance(told, str):  # as before 0.2.0
        return frozenset({ids.plain(told)})
    names = (text(at(told, "name")), *texts(at(told, "aliases")))
    return frozenset(ids.plain(name) for name in names if name)


def _products(told: Json) -> Iterator[Product]:
    for product in listed(told):
        if isinstance(product, str):
            yield Product(product)
        else:
            parts = tuple(map(_identity, mappings(at(product, "subcomponents"))))
            yield Product(_identity(product), parts)


def _identity(component: Json) -> str:
    return text(at(component, "identifiers", "purl")) or text(at(component, "@id"))


def _meant(statement: Statement, finding: Finding, image: Description) -> bool:
    return any(_is_about(product, finding, image) for product in statement.products)


def _is_about(product: Product, finding: Finding, image: Description) -> bool:
    if _is_package(product.name, finding):
        return True
    if not _is_image(product.name, image):
        return False
    return not product.parts or any(_is_package(part, finding) for part in product.parts)


def _is_image(name: str, image: Description) -> bool:
    """Whether it names this image by digest; a name alone would stand for others too."""
    purl = purls.read(name)
    digest = purl.version if purl and purl.kind in ("oci", "docker") else name
    return digest in (image.digest, image.index)


def _is_package(name: str, finding: Finding) -> bool:
    purl = purls.read(name)
    if purl is None or (purl.version and purl.version != finding.installed):
        return False
    if finding.family in purls.FAMILIES:
        known = {finding.package, *finding.binaries}
        return purl.kind == finding.family and purl.name in known
    return str(purl) == finding.package
