"""The places of a Skaffold configuration where an image may be named."""

from __future__ import annotations

from collections.abc import Iterator

from bot.formats.telling import Left, Place, Spot, along
from bot.formats.yaml_spans import Fields, Node
from bot.model import Role

BUILT = Left("built", "Skaffold builds it under this name")

_ARTIFACT = "build.artifacts.*"
_CLOUD = "build.googleCloudBuild.*"
_PLACES: tuple[tuple[str, Role], ...] = (
    (f"{_ARTIFACT}.buildpacks.builder", "base"),
    (f"{_ARTIFACT}.buildpacks.runImage", "base"),
    (f"{_ARTIFACT}.buildpack.builder", "base"),
    (f"{_ARTIFACT}.buildpack.runImage", "base"),
    (f"{_ARTIFACT}.jib.fromImage", "base"),
    (f"{_ARTIFACT}.ko.fromImage", "base"),
    (f"{_ARTIFACT}.kaniko.image", "image"),
    (f"{_ARTIFACT}.kaniko.initImage", "image"),
    ("verify.*.container.image", "image"),
    ("customActions.*.containers.*.image", "image"),
)


def places(document: Node, fields: Fields) -> Iterator[Place]:
    """Every place of a document, in no order."""
    for pipeline in pipelines(document, fields):
        for path, role in _PLACES:
            for spot in along(fields, pipeline, path):
                yield Place(role, spot.node, spot.key)
        for spot in along(fields, pipeline, f"{_ARTIFACT}.image"):
            yield Place("image", spot.node, spot.key, left=BUILT)
        for spot in along(fields, pipeline, _CLOUD):
            if spot.key and spot.key.value.endswith("Image"):
                yield Place("image", spot.node, spot.key)


def pipelines(document: Node, fields: Fields) -> Iterator[Node]:
    """The configuration itself, and each of its profiles, which have the same fields."""
    yield document
    yield from (profile.node for profile in along(fields, document, "profiles.*"))


def artifacts(document: Node, fields: Fields) -> Iterator[Spot]:
    """Everything that is built."""
    for pipeline in pipelines(document, fields):
        yield from along(fields, pipeline, _ARTIFACT)
