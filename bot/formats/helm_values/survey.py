"""Go through a file of Helm's: whether it is one, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats import telling
from bot.formats.chart_values import places
from bot.formats.helm_values import chart as charts
from bot.formats.yaml_spans import Fields
from bot.model import Mention, SourceFile

_SAYS_IMAGE = re.compile(r"^[ \t]*(?:[\w.-]*[iI]mages?|repository)[\"']?[ \t]*:", re.MULTILINE)


def is_meant(file: SourceFile, *, chart: bool) -> bool:
    """Whether the file is one of Helm's, or YAML gone wrong that is meant to be; see `claims`."""
    if chart and not charts.LISTED.search(file.text):
        return False
    reading = telling.reading_of(file.text)
    if not reading.documents:
        return reading.trouble is not None and bool(_SAYS_IMAGE.search(file.text))
    names = {field.name for field in Fields().own(reading.documents[0])}
    return bool(names) and (chart or not {"apiVersion", "kind"} <= names)


def mentions(file: SourceFile, format_: str, *, chart: bool) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    if chart:
        return charts.mentions(file, format_)
    return telling.mentions(file, format_, lambda *read: places(file.text, *read))
