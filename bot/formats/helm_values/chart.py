"""The images that a `Chart.yaml` lists in an annotation: YAML inside a block of YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.formats import telling
from bot.formats.chart_values import read_within
from bot.formats.telling import Place
from bot.formats.yaml_spans import (
    Field,
    Fields,
    Node,
    Reading,
    Scalar,
    Trouble,
    spelling,
    target,
)
from bot.model import Mention, SourceFile

LISTED = re.compile(r"^[ \t]+[\"']?(?:artifacthub\.io/images|images)[\"']?[ \t]*:", re.MULTILINE)
"""https://artifacthub.io/docs/topics/annotations/helm, and Bitnami's charts."""

NO_DIGEST = "the list names what the chart's values name, and is kept to their tags"
_NAMES = frozenset({"images", "artifacthub.io/images"})


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip in the lists of a chart's annotations, in the order of the text."""
    outer = telling.reading_of(file.text)
    reading = Reading(scalars=outer.scalars, trouble=outer.trouble)
    for said in {field.name: said for field, said in _lists(outer)}.values():
        inner = _list_within(file.text, said)
        documents = reading.documents + inner.documents
        reading = replace(reading, documents=documents, trouble=reading.trouble or inner.trouble)
    return telling.mentions(file, format_, _places, reading=reading)


def _lists(reading: Reading) -> Iterator[tuple[Field, Scalar]]:
    fields = Fields()
    for document in reading.documents[:1]:
        for field in fields.own(document):
            if field.name == "annotations":
                for each in fields.own(field.value):
                    said = target(each.value)
                    if each.name in _NAMES and isinstance(said, Scalar) and said.value:
                        yield each, said


def _list_within(text: str, said: Scalar) -> Reading:
    if said.style != "|":
        start = spelling(text, said).span.start
        return Reading(trouble=Trouble("the list is no block that begins with |", start))
    return read_within(text, said)


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    for item in fields.items(document):
        for field in fields.of(item):
            if field.name == "image":
                yield Place("image", field.value, field.key, no_digest=NO_DIGEST)
