"""
GitHub's workflows and actions: jobs in containers, beside services, and steps that are images.

Where an image may be named is told in `docs/formats/github-workflow.md`; the syntax is that of
https://docs.github.com/en/actions/reference/workflows-and-actions (Forgejo's and Gitea's, too).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.feeding import Build, Ties
    from bot.formats.telling import Left, Place, Value
    from bot.formats.yaml_spans import Fields, Node

NAME = "github-workflow"

EXPRESSION = "an expression, whose value is known when the workflow runs"
OF_MATRIX = "the matrix of the job has its values, which are meant to differ"
_ENDINGS = (".yml", ".yaml")
_ACTIONS = ("action.yml", "action.yaml")
_FOLDERS = (".github/workflows", ".forgejo/workflows", ".gitea/workflows")
_WORDS = ("container", "services", "docker://", "build-args")
_URI = "docker://"
_ARGS = "build-args"


def matches(path: str) -> bool:
    """Whether a path is that of an action, or of a workflow at the top of a repository."""
    if path[-1:] != "l" or not path.endswith(_ENDINGS):
        return False
    folder, _, name = path.rpartition("/")
    return name in _ACTIONS or folder in _FOLDERS


def claims(file: SourceFile) -> bool:
    """Whether the file says any word without which it names no image."""
    if file.path.endswith(_ACTIONS) and not file.path.startswith(_FOLDERS):
        return "runs" in file.text and (_URI in file.text or _ARGS in file.text)
    return any(word in file.text for word in _WORDS)


def find(file: SourceFile, _values: Mapping[str, Value] | None = None) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import mentions

    return mentions(file, NAME, _places)


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from dataclasses import replace

    from bot.formats.telling import images

    for place in images(fields, document, "jobs.*.container/image", "jobs.*.services.*.image"):
        yield replace(place, left=_expression(place))
    yield from _by_uri(document, fields, "jobs.*.steps.*.uses", "runs.steps.*.uses", "runs.image")


def _by_uri(document: Node, fields: Fields, *paths: str) -> Iterator[Place]:
    """Those that are images; all others are other people's actions, or a Dockerfile's path."""
    from dataclasses import replace

    from bot.formats.telling import images
    from bot.formats.yaml_spans import Scalar, target

    for place in images(fields, document, *paths):
        said = target(place.node)
        if isinstance(said, Scalar) and said.value.startswith(_URI):
            yield replace(place, lead=_URI, left=_expression(place))


def _expression(place: Place) -> Left | None:
    from bot.formats.telling import Left
    from bot.formats.yaml_spans import Scalar, target

    said = target(place.node)
    if not isinstance(said, Scalar) or "${{" not in said.value:
        return None
    return Left("template", OF_MATRIX if "matrix." in said.value else EXPRESSION)


def ties(file: SourceFile) -> Ties:
    """Which Dockerfiles its steps give arguments to; see `bot.formats.feeding.Giver`."""
    from bot.formats.feeding import Ties

    return Ties(tuple(dict.fromkeys(build.path for build in builds(file, {}))))


def builds(file: SourceFile, _values: Mapping[str, Value]) -> Iterable[Build]:
    """What its steps give to the Dockerfiles that they build."""
    if _ARGS not in file.text:
        return ()
    from bot.formats.github_workflow.giving import builds as found

    return found(file, NAME)
