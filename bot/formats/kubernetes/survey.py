"""Go through a manifest: whether it is one, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.formats import telling
from bot.formats.kubernetes.parameters import STYLE, values
from bot.formats.kubernetes.places import is_manifest, places
from bot.formats.kubernetes.templates import ACTION_FIRST, IMAGE_LINE, read_template
from bot.formats.telling import Teller, Variables
from bot.formats.yaml_spans import Fields, Reading
from bot.model import Mention, SourceFile, Span

_BY_HELM = "Helm makes the manifest of this template, which is no YAML around what Helm fills in"
_VARIABLES = Variables(STYLE, values)


def is_meant(file: SourceFile) -> bool:
    """Whether the file is a manifest, or YAML gone wrong that is meant to be; see `claims`."""
    if _is_template(file.text):
        return bool(IMAGE_LINE.search(file.text))
    reading = telling.reading_of(file.text)
    if reading.trouble and not reading.documents:
        return True
    fields = Fields()
    return any(is_manifest(document, fields) for document in reading.documents)


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    if not _is_template(file.text):
        return telling.mentions(file, format_, places(file.text), variables=_VARIABLES)
    reading = _read_template(file.text)
    if reading.trouble:
        return iter(_left_to_helm(file, format_, reading))
    return telling.mentions(file, format_, places(file.text), reading=reading, variables=_VARIABLES)


def _is_template(text: str) -> bool:
    return "{{" in text and bool(ACTION_FIRST.search(text) or telling.reading_of(text).trouble)


_read_template = lru_cache(maxsize=1)(read_template)


def _left_to_helm(file: SourceFile, format_: str, reading: Reading) -> Iterator[Mention]:
    """One skip for all of the file, where it names an image first."""
    if line := IMAGE_LINE.search(file.text):
        span = Span(line.start("said"), line.end("said"))
        yield Teller(file, format_, reading).skip(span, "template", _BY_HELM)
