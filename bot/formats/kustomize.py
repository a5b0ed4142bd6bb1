"""
Kustomize: the images that a kustomization, or a component, puts in the place of others.

Where an image may be named is told in `docs/formats/kustomize.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "kustomize"

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_SAID = ("images", "imageTags", "helmCharts")


def matches(path: str) -> bool:
    """Whether a file of this path may be one: Kustomize reads three names, and no others."""
    return path.endswith(_NAMES) and path.rpartition("/")[2] in _NAMES


def claims(file: SourceFile) -> bool:
    """Whether the file is a mapping with images, or with values for charts; or wants to be."""
    if not any(said in file.text for said in _SAID):
        return False
    from bot.formats.telling import reading_of
    from bot.formats.yaml_spans import Fields

    reading = reading_of(file.text)
    names = {field.name for each in reading.documents[:1] for field in Fields().own(each)}
    return not names.isdisjoint(_SAID) or not reading.documents


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import kept_by_flux, mentions

    return kept_by_flux(file, mentions(file, NAME, lambda *read: _places(file.text, *read)))


def _places(text: str, document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats import chart_values
    from bot.formats.kustomized import replaced
    from bot.formats.telling import along

    for path in ("images.*", "imageTags.*"):
        for spot in along(fields, document, path):
            yield from replaced(text, spot.node, fields)
    for spot in along(fields, document, "helmCharts.*.valuesInline"):
        yield from chart_values.places(text, spot.node, fields)
