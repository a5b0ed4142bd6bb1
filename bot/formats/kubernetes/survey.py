"""Go through a manifest: whether it is one, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from bot.formats import json_spans, telling
from bot.formats.kubernetes import argo
from bot.formats.kubernetes.blocks import with_values
from bot.formats.kubernetes.parameters import STYLE, values
from bot.formats.kubernetes.places import is_manifest, places
from bot.formats.kubernetes.templates import ACTION_FIRST, IMAGE_LINE, read_template
from bot.formats.telling import Place, Style, Teller, Variables, partly
from bot.formats.yaml_spans import Fields, Node, Reading
from bot.model import Mention, SourceFile, Span

_BY_HELM = "Helm makes the manifest of this template, which is no YAML around what Helm fills in"
NO_DIGEST_FOR_OTHERS = (
    "a parameter says a part of it, and a digest would be wrong for what a run may put there"
)
_AT_THE_TOP = re.compile(r"^[ {\ufeff-]{0,9}[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)


def _style_of(document: Node, fields: Fields) -> Style:
    return argo.STYLE if argo.is_workflow(document, fields) else STYLE


_VARIABLES = Variables(STYLE, values, _style_of)


def is_meant(file: SourceFile) -> bool:
    """Whether the file is a manifest, or YAML gone wrong that is meant to be; see `claims`."""
    if _is_template(file):
        return bool(IMAGE_LINE.search(file.text))
    reading = _read(file)
    if reading.trouble and not reading.documents:
        return bool(_AT_THE_TOP.search(file.text))
    fields = Fields()
    return any(is_manifest(document, fields) for document in reading.documents)


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    template = _is_template(file)
    reading = _read_template(file.text) if template else _read(file)
    if template and reading.trouble:
        return _left_to_helm(file, format_, reading)
    reading, inner = with_values(file.text, reading)
    told = places(file.text, inner)

    def known(document: Node, fields: Fields) -> Iterator[Place]:
        style = _style_of(document, fields)
        workflow = style is argo.STYLE and argo.Workflow(file.text, document, fields)
        for place in told(document, fields):
            if partly(place.node, style) and not place.no_digest:
                place = replace(place, no_digest=NO_DIGEST_FOR_OTHERS)  # noqa: PLW2901
            yield from workflow.placed(place) if workflow else (place,)

    found = telling.mentions(file, format_, known, reading=reading, variables=_VARIABLES)
    return telling.kept_by_flux(file, found)


def _is_template(file: SourceFile) -> bool:
    if "{{" not in file.text or _is_json(file):
        return False
    return bool(ACTION_FIRST.search(file.text) or telling.reading_of(file.text).trouble)


def _is_json(file: SourceFile) -> bool:
    return file.path.lower().endswith(".json")


def _read(file: SourceFile) -> Reading:
    return _read_json(file.text) if _is_json(file) else telling.reading_of(file.text)


_read_template = lru_cache(maxsize=1)(read_template)
_read_json = lru_cache(maxsize=1)(json_spans.read)


def _left_to_helm(file: SourceFile, format_: str, reading: Reading) -> Iterator[Mention]:
    """One skip for all of the file, where it names an image first."""
    if line := IMAGE_LINE.search(file.text):
        span = Span(line.start("said"), line.end("said"))
        yield Teller(file, format_, reading).skip(span, "template", _BY_HELM)
