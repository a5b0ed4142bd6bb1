"""Go through a blubber file: whether it is one, and what its YAML and its first lines say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats.blubber.directive import SyntaxLine, passed_over, syntax_line
from bot.formats.blubber.effective import Variants
from bot.formats.blubber.mentions import BlubberTeller, why_unread
from bot.formats.blubber.places import is_blubber, places, variants, version
from bot.formats.telling import reading_of
from bot.formats.yaml_spans import Fields, Node, Reading, TooMuchError, Trouble
from bot.image import ImageRef
from bot.model import Mention, SourceFile, Use

_VERSION = re.compile(r"version[\"']?\s{0,40}:.{0,60}?\bv[1-4]\b", re.DOTALL)
_VERSION_LINE = re.compile(r"^\ufeff?version:[ \t]*[\"']?v[1-4]\b", re.MULTILINE)
_VARIANTS = re.compile(r"variants[\"']?\s{0,40}:")
_VARIANTS_LINE = re.compile(r"^\ufeff?variants:", re.MULTILINE)


def is_meant(file: SourceFile) -> bool:
    """Whether the file is blubber, or YAML gone wrong that is meant to be; see `claims`."""
    if _names_frontend(syntax_line(file.text)):
        return True
    named = "blubber" in file.path.rpartition("/")[2].lower()
    if "variants" not in file.text or not (named or _VERSION.search(file.text)):
        return False
    reading = reading_of(file.text)
    if reading.documents:
        return is_blubber(reading.documents[0])
    return reading.trouble is not None and _would_be(file.text, named=named)


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    reading = reading_of(file.text)
    teller = BlubberTeller(file, format_, reading)
    found = [*_within(reading, teller), *_above(file.text, reading, teller)]
    found += teller.strays(found)
    return iter(sorted(found, key=lambda mention: mention.span))


def _names_frontend(syntax: SyntaxLine | None) -> bool:
    if syntax is None or "blubber" not in syntax.said:
        return False
    try:
        return "blubber" in ImageRef.parse(syntax.said).repository.path
    except ValueError:
        return True


def _would_be(text: str, *, named: bool) -> bool:
    if named:
        return bool(_VARIANTS.search(text))
    return bool(_VARIANTS_LINE.search(text) and _VERSION_LINE.search(text))


def _within(reading: Reading, teller: BlubberTeller) -> list[Mention]:
    """What the YAML says. Blubber reads the first document only, so later trouble is none."""
    if not reading.documents and reading.trouble:
        return [teller.unparsable(reading.trouble)]
    fields = Fields()
    try:
        return [
            mention
            for number, document in enumerate(reading.documents)
            for mention in _of_document(document, fields, teller, first=number == 0)
        ]
    except TooMuchError:
        return [teller.unparsable(Trouble("its aliases make it too large", 0))]


def _of_document(
    document: Node, fields: Fields, teller: BlubberTeller, *, first: bool
) -> Iterator[Mention]:
    names = variants(document, fields)
    built = Variants(document, fields).bases() if first else {}
    unread = why_unread(version(document), first=first)
    for place in places(document, fields):
        mention = teller.within(place, names, unread)
        if isinstance(mention, Use) and place.role == "base":
            yield mention._replace(variants=built.get(place.node.start, ()))
        elif mention:
            yield mention


def _above(text: str, reading: Reading, teller: BlubberTeller) -> Iterator[Mention]:
    syntax = syntax_line(text)
    if syntax:
        documents = reading.documents
        unread = why_unread(version(documents[0]), first=True) if documents else None
        yield teller.syntax(syntax, unread)
    for line in passed_over(text, syntax):
        yield teller.passed_over(line)
