"""Values of charts that stand in manifests as text: `helm.values: |`, `valuesContent: |`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from bot.formats.chart_values import read_within
from bot.formats.telling import everywhere
from bot.formats.yaml_spans import Fields, Node, Reading, Scalar, target

_FIELDS = {"values", "valuesContent"}
_KINDS = {"Application", "ApplicationSet", "HelmChart", "HelmChartConfig"}
_MOST = 20  # blocks, each of which costs a look at all of the file


def with_values(text: str, reading: Reading) -> tuple[Reading, frozenset[int]]:
    """
    A reading of manifests, and the values within them as documents, with where these begin.

    A block that is no YAML is what it is, text. Comments within a block are comments.
    """
    blocks = [*islice(_blocks(reading), _MOST)]
    if not blocks:
        return reading, frozenset()
    inner = [read_within(text, block) for block in blocks]
    documents = [node for each in inner if not each.trouble for node in each.documents]
    spans = [block.span for block in blocks]
    outer = (span for span in reading.scalars if not any(span.end == each.end for each in spans))
    scalars = sorted((*outer, *(span for each in inner for span in each.scalars)))
    whole = replace(reading, documents=[*reading.documents, *documents], scalars=scalars)
    return whole, frozenset(document.start for document in documents)


def _blocks(reading: Reading) -> Iterator[Scalar]:
    for document in reading.documents:
        fields = Fields()
        kinds = {
            field.value.value
            for field in fields.own(document)
            if field.name == "kind" and isinstance(field.value, Scalar)
        }
        if kinds & _KINDS:
            yield from _within(document, fields)


def _within(document: Node, fields: Fields) -> Iterator[Scalar]:
    for field in everywhere(fields, document):
        said = target(field.value)
        if field.name in _FIELDS and isinstance(said, Scalar) and said.style == "|":
            yield said
