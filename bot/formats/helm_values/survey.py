"""Go through a file of Helm's: whether it is one, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.formats import chart_values, telling
from bot.formats.helm_values import Kind
from bot.formats.helm_values import chart as charts
from bot.formats.telling import Place, along
from bot.formats.yaml_spans import Fields, Node, TooMuchError
from bot.model import Mention, SourceFile

_SAYS_IMAGE = re.compile(
    r"^\ufeff?[ \t]*(?:[\w.-]*[iI]mages?|repository)[\"']?[ \t]*:", re.MULTILINE
)
_WITHIN: dict[Kind, tuple[str, ...]] = {
    # https://helmfile.readthedocs.io and https://fleet.rancher.io/ref-fleet-yaml
    "helmfile": ("releases.*.values.*",),
    "fleet": ("helm.values", "targetCustomizations.*.helm.values"),
}
"""Where values stand in files that have other things too."""


def is_meant(file: SourceFile, kind: Kind) -> bool:
    """Whether the file is one of Helm's, or YAML gone wrong that is meant to be; see `claims`."""
    if kind == "chart" and not charts.LISTED.search(file.text):
        return False
    reading = telling.reading_of(file.text)
    if not reading.documents:
        return reading.trouble is not None and bool(_SAYS_IMAGE.search(file.text))
    if kind in _WITHIN:
        return any(_has_places(document, _told(file.text, kind)) for document in reading.documents)
    names = {field.name for field in Fields().own(reading.documents[0])}
    return bool(names) and (kind == "chart" or not {"apiVersion", "kind"} <= names)


def _has_places(document: Node, told: Callable[[Node, Fields], Iterator[Place]]) -> bool:
    try:
        return any(told(document, Fields()))
    except TooMuchError:
        return False


def mentions(file: SourceFile, format_: str, kind: Kind) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    if kind == "chart":
        return charts.mentions(file, format_)
    return telling.kept_by_flux(file, telling.mentions(file, format_, _told(file.text, kind)))


def _told(text: str, kind: Kind) -> Callable[[Node, Fields], Iterator[Place]]:
    def told(document: Node, fields: Fields) -> Iterator[Place]:
        values = [spot.node for path in _WITHIN[kind] for spot in along(fields, document, path)]
        for node in values:
            yield from chart_values.places(text, node, fields)

    if kind in _WITHIN:
        return told
    return lambda document, fields: chart_values.places(text, document, fields)
