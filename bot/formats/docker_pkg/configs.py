"""
The images that a configuration of docker-pkg names: what its trees are built upon.

`img_with_tag.split(":")` of docker-pkg's `dockerfile.py` takes a name and a tag and passes over
anything with another colon, so no digest may be written here.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.formats.telling import Place, reading_of
from bot.formats.telling import mentions as told
from bot.formats.yaml_spans import Fields, Node, Scalar, TooMuchError, target
from bot.model import Mention, SourceFile

NAME = "docker-pkg"

NO_DIGEST = "docker-pkg divides this into a name and a tag at its one colon, and would not find it"
BASE_IMAGES, SEED_IMAGE = "base_images", "seed_image"


def mentions(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip of a configuration, in the order of its text."""
    return told(file, NAME, _places)


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    for field in fields.of(document):
        if field.name == BASE_IMAGES:
            for item in fields.items(field.value):
                yield Place("base", item, no_digest=NO_DIGEST)
        elif field.name == SEED_IMAGE:
            yield Place("base", field.value, field.key, no_digest=NO_DIGEST)


def values(file: SourceFile) -> dict[str, str]:
    """The keys of a configuration that have a text for a value; nothing where it is no YAML."""
    reading = reading_of(file.text)
    found: dict[str, str] = {}
    try:
        for field in Fields().of(reading.documents[0]) if reading.documents else ():
            said = target(field.value)
            if isinstance(said, Scalar):
                found[field.name] = said.value
    except TooMuchError:
        return {}
    return found


def bases(file: SourceFile) -> tuple[str, ...]:
    """The base images of a configuration, as they are spelled."""
    reading, fields = reading_of(file.text), Fields()
    try:
        found = [p.node for d in reading.documents[:1] for p in _places(d, fields)]
    except TooMuchError:
        return ()
    return tuple(said.value for node in found if isinstance(said := target(node), Scalar))
