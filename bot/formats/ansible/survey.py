"""Go through a file of Ansible's, of whichever kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.formats import ansible, chart_values, telling
from bot.formats.ansible.tasks import is_list, places
from bot.formats.telling import Place, images
from bot.formats.yaml_spans import Fields, Node, TooMuchError
from bot.model import Mention, SourceFile

NO_DIGEST_IN_VARIABLES = (
    "a module of Docker's that is given it does not find an image that has a tag and a digest"
)
_MODULE_LINE = re.compile(
    r"^[ \t-]*(?:[a-z_]+\.){0,2}(?:docker|podman)_(?:container|image)[ \t]*:",
    re.MULTILINE,
)


def has_places(file: SourceFile) -> bool:
    """Whether there is a place where an image may be named, or was meant to be."""
    reading = telling.reading_of(file.text)
    if reading.trouble and not reading.documents:
        return bool(_MODULE_LINE.search(file.text))
    fields, told = Fields(), _told_by(file)
    try:
        return any(any(told(document, fields)) for document in reading.documents)
    except TooMuchError:
        return False


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    return telling.mentions(file, format_, _told_by(file))


def _variables(text: str, document: Node, fields: Fields) -> Iterator[Place]:
    """The places of variables; whichever module they are given to is told by other files."""
    for place in chart_values.places(text, document, fields):
        no_digest = place.no_digest or (None if place.slot else NO_DIGEST_IN_VARIABLES)
        yield replace(place, no_digest=no_digest)


def _told_by(file: SourceFile) -> Callable[[Node, Fields], Iterator[Place]]:
    if ansible.has_variables(file.path):
        return lambda document, fields: _variables(file.text, document, fields)
    if ansible.is_molecule(file.path):
        return lambda document, fields: images(fields, document, "platforms.*.image")
    return lambda document, fields: places(document, fields) if is_list(document) else iter(())
