"""
Google Cloud Build: steps, each of which is an image.

Where an image may be named is told in `docs/formats/cloudbuild.md`; the syntax is that of
https://cloud.google.com/build/docs/build-config-file-schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place, Value
    from bot.formats.yaml_spans import Fields, Node

NAME = "cloudbuild"

NO_DIGEST_FOR_OTHERS = (
    "a substitution says a part of it, and a digest would be wrong for what a trigger may put there"
)
_ENDINGS = (".yaml", ".yml", ".json")
_WORDS = ("cloudbuild", "cloud-build", "cloud_build")
_TAGS = ("-t", "--tag", "--destination")


def matches(path: str) -> bool:
    """Whether a path has `cloudbuild` in the name of its file or of the folder that has it."""
    if path[-1:] not in ("l", "n") or not path.endswith(_ENDINGS):
        return False
    near = "/".join(path.rsplit("/", 2)[-2:]).lower()
    return any(word in near for word in _WORDS)


def claims(file: SourceFile) -> bool:
    """Whether the file has steps with names at its top."""
    if "steps" not in file.text or "name" not in file.text:
        return False
    from bot.formats.telling import reading_of
    from bot.formats.yaml_spans import Fields

    reading = reading_of(file.text)
    if not reading.documents:
        return reading.trouble is not None
    return any(field.name == "steps" for field in Fields().own(reading.documents[0]))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import SHELL, Variables, mentions, values_at

    def values(document: Node, fields: Fields) -> dict[str, Value]:
        return values_at(file.text, fields, document, "substitutions.*")

    return mentions(file, NAME, _places, variables=Variables(SHELL, values))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import SHELL, Left, images, partly
    from bot.formats.yaml_spans import Scalar, target

    built = frozenset(_built(document, fields))
    for place in images(fields, document, "steps.*.name"):
        said = target(place.node)
        own = isinstance(said, Scalar) and said.value in built
        left = Left("built", "a step of this build makes it") if own else None
        no_digest = NO_DIGEST_FOR_OTHERS if partly(place.node, SHELL) else None
        yield replace(place, left=left, no_digest=no_digest)


def _built(document: Node, fields: Fields) -> Iterator[str]:
    """What the build makes, as its `images` and the arguments of its steps spell it."""
    from bot.formats.telling import along
    from bot.formats.yaml_spans import Scalar, target

    named = [target(spot.node) for spot in along(fields, document, "images.*")]
    yield from (said.value for said in named if isinstance(said, Scalar))
    before = ""
    for spot in along(fields, document, "steps.*.args.*"):
        said = target(spot.node)
        word = said.value if isinstance(said, Scalar) else ""
        option, _, value = word.partition("=")
        if before in _TAGS:
            yield word
        elif option in _TAGS and value:
            yield value
        before = word
