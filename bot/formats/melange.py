"""
melange: packages that are built in an environment made of packages.

What is read is told in `docs/formats/melange.md`; the syntax is that of
https://github.com/chainguard-dev/melange/blob/main/docs/BUILD-FILE.md .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.model import Feed, Mention, PackagePin, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "melange"

_ENDINGS = (".yaml", ".yml")
_PACKAGE = re.compile(r"^(?:\ufeff)?package[ \t]*:", re.MULTILINE)
_BUILT = re.compile(r"^\ufeff?(?:pipeline|environment|subpackages)[ \t]*:", re.MULTILINE)
_ENVIRONMENTS = ("environment", "test.environment", "subpackages.*.test.environment")


def matches(path: str) -> bool:
    """Whether a path is that of a YAML file: what is in it decides."""
    return path[-1:] == "l" and path.endswith(_ENDINGS)


def claims(file: SourceFile) -> bool:
    """Whether it tells of a package with a version, and of how it is built."""
    text = file.text
    if not ("package" in text and _PACKAGE.search(text) and _BUILT.search(text)):
        return False
    from bot.formats.telling import along, reading_of
    from bot.formats.yaml_spans import Fields

    reading = reading_of(file.text)
    if not reading.documents:
        return reading.trouble is not None and "epoch:" in file.text
    fields, document = Fields(), reading.documents[0]
    package = {spot.key.value for spot in along(fields, document, "package.*") if spot.key}
    return {"name", "version"} <= package


def find(file: SourceFile) -> Iterator[Mention]:
    """Every skip, in the order of the text; there are no images in it that are pulled."""
    from bot.formats.apk_contents import without_heard
    from bot.formats.telling import mentions, reading_of

    told = mentions(file, NAME, _places)
    return without_heard(file, reading_of(file.text), told, pins(file))


def pins(file: SourceFile) -> Iterator[PackagePin]:
    """The packages that its environments pin, in the order of its text."""
    from bot.formats.apk_contents import pins_of
    from bot.formats.telling import Teller, reading_of
    from bot.formats.yaml_spans import Fields, TooMuchError

    reading = reading_of(file.text)
    fields = Fields()
    found: list[PackagePin] = []
    try:
        read = [both for each in reading.documents[:1] for both in _environments(each, fields)]
        found += pins_of(Teller(file, NAME, reading), file, NAME, fields, read)
    except TooMuchError:  # aliases lead to the same again and again
        pass
    return iter(sorted(found, key=lambda pin: pin.span))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.apk_contents import base_places
    from bot.formats.telling import along

    for path in _ENVIRONMENTS:
        for spot in along(fields, document, path):
            yield from base_places(fields, spot.node)


def _environments(document: Node, fields: Fields) -> Iterator[tuple[Node, Feed]]:
    """Each environment and its packages' source; what a test's leaves out is the build's."""
    from bot.formats.apk_contents import feed_of
    from bot.formats.telling import along

    own = Feed()
    for path in _ENVIRONMENTS:
        for spot in along(fields, document, path):
            feed = feed_of(fields, spot.node)
            own = feed if path == _ENVIRONMENTS[0] else own
            yield (
                spot.node,
                Feed(
                    feed.repositories or own.repositories,
                    feed.keys or own.keys,
                    feed.architectures or own.architectures,
                ),
            )
