"""
Jenkins Job Builder: the images that jobs and their macros are run in.

Where an image may be named is told in `docs/formats/jjb.md`; the syntax is that of
https://jenkins-job-builder.readthedocs.io/en/latest/definition.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "jjb"

_ENDINGS = (".yaml", ".yml")
_FOLDERS = {"jjb", "jenkins-jobs", "jenkins_jobs", "jenkins"}
_OF_JJB = {"job", "job-template", "job-group", "builder", "publisher", "project", "defaults"}
_KEYS = ("docker_image", "docker-image")


def matches(path: str) -> bool:
    """Whether a path is that of YAML within a folder that is named for such jobs."""
    if path[-1:] != "l" or not path.endswith(_ENDINGS):
        return False
    return not _FOLDERS.isdisjoint(path.split("/")[:-1])


def claims(file: SourceFile) -> bool:
    """Whether the file is a list of jobs, templates or macros, and says anything of images."""
    if "image" not in file.text:
        return False
    from bot.formats.telling import reading_of
    from bot.formats.yaml_spans import Fields

    fields = Fields()
    reading = reading_of(file.text)
    if not reading.documents:
        return any(f"- {word}:" in file.text for word in _OF_JJB)
    items = (item for document in reading.documents for item in fields.items(document))
    return any(field.name in _OF_JJB for item in items for field in fields.own(item))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import kept_by_comment, mentions

    return kept_by_comment(file, mentions(file, NAME, _places))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import Left, Place, everywhere
    from bot.formats.yaml_spans import Scalar, target

    left = Left("template", "JJB puts it together from what a project says")
    for field in everywhere(fields, document):
        said = target(field.value)
        named = field.name == "image" or any(key in field.name for key in _KEYS)
        if not named or not isinstance(said, Scalar) or _is_handed_on(said.value):
            continue
        yield Place("image", field.value, field.key, left=left if "{" in said.value else None)


def _is_handed_on(words: str) -> bool:
    """Whether a text is a parameter and nothing else: `{image}`, `{obj:docker_image}`."""
    return words.startswith("{") and words.find("}") == len(words) - 1
