"""Go through a file of nodes: what each place in each of its documents says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.formats.telling.interpolation import Style, Value
from bot.formats.telling.places import Place
from bot.formats.telling.teller import Teller
from bot.formats.yaml_spans import Fields, Node, Reading, TooMuchError, Trouble, read
from bot.model import Mention, SourceFile


@dataclass(frozen=True, slots=True)
class Variables:
    """
    How variables are written in a file, and what a document of it says they stand for.

    `style_of`: how they are written in a document, where those of one file differ.
    """

    style: Style
    values: Callable[[Node, Fields], Mapping[str, Value]] = lambda _document, _fields: {}
    style_of: Callable[[Node, Fields], Style] | None = None


reading_of = lru_cache(maxsize=1)(read)
"""What a text says as YAML; a file is claimed and read in turn, and both want it."""


def tops(text: str) -> frozenset[str] | None:
    """The names of the fields at the top of each document; `None` where the text is no YAML."""
    reading = reading_of(text)
    if reading.trouble and not reading.documents:
        return None
    fields = Fields()
    return frozenset(field.name for each in reading.documents for field in fields.own(each))


def mentions(
    file: SourceFile,
    format_: str,
    places: Callable[[Node, Fields], Iterator[Place]],
    *,
    reading: Reading | None = None,
    variables: Variables | None = None,
) -> Iterator[Mention]:
    """
    Every use and skip of a file, in the order of its text.

    `places` tells the places of a document, in any order; the same node twice is told once.
    `reading`: what the file says, where that is no YAML. Without `variables` there are none.
    """
    read_ = reading or reading_of(file.text)
    teller = Teller(file, format_, read_, variables.style if variables else None)
    found: list[Mention] = []
    if read_.trouble:
        found.append(teller.unparsable(read_.trouble))
    fields = Fields()
    try:
        for document in read_.documents:
            teller.values = variables.values(document, fields) if variables else {}
            if variables and variables.style_of:
                teller.style = variables.style_of(document, fields)
            found += filter(None, map(teller.place, _each_once(places(document, fields))))
    except TooMuchError:
        found = [teller.unparsable(Trouble("its aliases make it too large", 0))]
    found += teller.strays(found)
    return iter(sorted(found, key=lambda mention: mention.span))


def _each_once(places: Iterator[Place]) -> Iterator[Place]:
    """However many aliases and merge keys lead to a place."""
    seen: set[int] = set()
    for place in places:
        if place.node.start not in seen:
            seen.add(place.node.start)
            yield place
