"""The images that a `Chart.yaml` lists in an annotation: YAML inside a block of YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.formats import telling
from bot.formats.telling import Place
from bot.formats.yaml_spans import (
    Field,
    Fields,
    Node,
    Reading,
    Scalar,
    Trouble,
    read,
    spelling,
    target,
)
from bot.model import Mention, SourceFile

LISTED = re.compile(r"^[ \t]+[\"']?(?:artifacthub\.io/images|images)[\"']?[ \t]*:", re.MULTILINE)
"""https://artifacthub.io/docs/topics/annotations/helm, and Bitnami's charts."""

NO_DIGEST = "the list names what the chart's values name, and is kept to their tags"
_NAMES = frozenset({"images", "artifacthub.io/images"})
_CHARACTER = re.compile(r"[^\r\n\x85\u2028\u2029]")


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip in the lists of a chart's annotations, in the order of the text."""
    outer = telling.reading_of(file.text)
    reading = Reading(scalars=outer.scalars, trouble=outer.trouble)
    for said in {field.name: said for field, said in _lists(outer)}.values():
        inner = _within(file.text, said)
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


def _within(text: str, said: Scalar) -> Reading:
    """What a block says as YAML, every place being where it is in the file."""
    span = spelling(text, said).span
    if said.style != "|":
        return Reading(trouble=Trouble("the list is no block that begins with |", span.start))
    # The indentation of the first line is blank in either text, and with it YAML is still YAML.
    inner = read(_CHARACTER.sub(" ", text[: span.start]) + text[span.start : span.end])
    if inner.trouble and inner.trouble.offset < span.start:
        return replace(inner, trouble=replace(inner.trouble, offset=span.start))
    return inner


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    for item in fields.items(document):
        for field in fields.of(item):
            if field.name == "image":
                yield Place("image", field.value, field.key, no_digest=NO_DIGEST)
