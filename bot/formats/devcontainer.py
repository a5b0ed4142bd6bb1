"""
Dev containers: the image that people develop in, or how it is built.

Where an image may be named is told in `docs/formats/devcontainer.md`; the source of the rules is
https://containers.dev/implementors/json_reference/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.feeding import Build, Given, Ties
    from bot.formats.telling import Place, Style, Value
    from bot.formats.yaml_spans import Field, Fields, Node, Reading

NAME = "devcontainer"

NO_DIGEST = "the reader of dev containers takes no digest behind a tag"
"""See https://github.com/devcontainers/cli/issues/1307: open as of release 0.89."""

_NO_FEATURE = "it is a feature, an archive that is installed, and no image"
_LATE = "is known only where it is opened"


def matches(path: str) -> bool:
    """Whether a file of this path is a dev container's: the three places that it may be in."""
    if not path.endswith("devcontainer.json"):
        return False
    parts = path.split("/")
    if parts[-1] == ".devcontainer.json":
        return True
    return parts[-1] == "devcontainer.json" and ".devcontainer" in parts[-3:-1]


def claims(file: SourceFile) -> bool:
    """Whether a file in such a place says something; what it is told by itself."""
    return "{" in file.text


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import Variables, mentions

    return mentions(file, NAME, _places, reading=_read(file.text), variables=Variables(_style()))


def ties(file: SourceFile) -> Ties:
    """The Dockerfile that it is built of with arguments."""
    from bot.formats.feeding import Ties

    return Ties(tuple(build.path for build in builds(file)))


def builds(file: SourceFile, _values: Mapping[str, Value] | None = None) -> Iterator[Build]:
    """The build that is given arguments; its Dockerfile is relative to the file itself."""
    from bot.formats.feeding import Build, within
    from bot.formats.yaml_spans import Fields

    reading, fields = _read(file.text), Fields()
    for document in reading.documents:
        build = {field.name: field for field in fields.of(_value(document, "build", fields))}
        name = _words(build.get("dockerfile"))
        path = within(file.path.rpartition("/")[0], name) if name else None
        if path is not None and "args" in build:
            args = dict(_args(file, reading, build["args"], fields))
            yield Build(path, args, target=_words(build.get("target")))


def _args(
    file: SourceFile, reading: Reading, args: Field, fields: Fields
) -> Iterator[tuple[str, Given]]:
    from bot.formats.feeding import Given
    from bot.formats.telling import Left, Teller, expanded
    from bot.formats.yaml_spans import Scalar, spelling

    teller = Teller(file, NAME, reading)
    for field in fields.of(args.value):
        if isinstance(field.value, Scalar) and field.value.style:
            spelled = spelling(file.text, field.value)
            value = expanded(spelled.pieces, _style(), {})
            if not isinstance(value, Left):
                steers = teller.steers_beside(field.key.start, spelled.span.end)
                yield field.name, Given(value, spelled.span, steers, no_digest=NO_DIGEST)


@cache
def _style() -> Style:
    # https://containers.dev/implementors/json_reference/#variables-in-devcontainerjson
    from bot.formats.telling import Style

    return Style(re.compile(r"\$\{(?P<name>[^{}]{1,200})\}(?P<bare>(?!))?"), _LATE)


@lru_cache(maxsize=1)
def _read(text: str) -> Reading:
    from bot.formats.json_spans import read

    return read(text)


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import Left, Place

    for field in fields.of(document):
        if field.name == "image":
            yield Place("image", field.value, field.key, no_digest=NO_DIGEST)
        elif field.name == "features":
            for feature in fields.of(field.value):
                if "/" in feature.name and not feature.name.startswith("."):
                    left = Left("artifact", _NO_FEATURE)
                    yield Place("image", feature.key, feature.key, left=left)


def _value(document: Node, name: str, fields: Fields) -> Node:
    return next((each.value for each in fields.of(document) if each.name == name), document)


def _words(field: Field | None) -> str | None:
    from bot.formats.yaml_spans import Scalar

    return field.value.value if field and isinstance(field.value, Scalar) else None
