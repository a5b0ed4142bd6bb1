"""The places of plays and lists of tasks where an image may be named."""

from __future__ import annotations

from collections.abc import Iterator

from bot.formats.telling import Left, Place, along, everywhere, images, split
from bot.formats.yaml_spans import Collection, Field, Fields, Node, Scalar, is_null, target

BUILT = Left("built", "this task builds it, or loads it from a file")
NO_DIGEST = "this module does not find an image again that has a tag and a digest"

_RUN_BY_PODMAN = {"podman_container", "podman_containers"}
_RUN_BY_DOCKER = {"docker_container", "docker_swarm_service"}
_PULLED = {"docker_image", "docker_image_pull", "podman_image"}
_DEFINED = {"k8s", "docker_compose", "docker_compose_v2"}
_CONTAINERS = {"containers", "initContainers"}
_PARAMETERS = {"podman_containers": "containers.*.image", "podman_pod": "infra_image"}
_BUILDS = {"build", "path", "archive_path", "load_path"}
_BUILDING = {"build", "load", "local"}


def is_list(document: Node) -> bool:
    """Whether a document is a list, as plays and tasks are."""
    said = target(document)
    return isinstance(said, Collection) and said.kind == "sequence"


def places(document: Node, fields: Fields) -> Iterator[Place]:
    """Every place, however deep in blocks, in no order."""
    for field in everywhere(fields, document):
        module = field.name.rpartition(".")[2]
        if module in _RUN_BY_PODMAN or module == "podman_pod":
            yield from _run(field, fields, _PARAMETERS.get(module, "image"), None)
        elif module in _RUN_BY_DOCKER:
            yield from _run(field, fields, "image", NO_DIGEST)
        elif module in _PULLED:
            yield from _pulled(field, fields)
        elif module in _DEFINED:
            yield from _defined(field, fields)


def _defined(module: Field, fields: Fields) -> Iterator[Place]:
    """A manifest, or an application of Compose's, that stands within a task."""
    for path in ("definition", "resource_definition"):
        for spot in along(fields, module.value, path):
            for field in everywhere(fields, spot.node):
                if field.name in _CONTAINERS:
                    yield from images(fields, field.value, "*.image")
            for service in along(fields, spot.node, "services.*"):
                if "build" not in {field.name for field in fields.of(service.node)}:
                    yield from images(fields, service.node, "image")


def _run(module: Field, fields: Fields, path: str, no_digest: str | None) -> Iterator[Place]:
    for spot in along(fields, module.value, path):
        yield Place("image", spot.node, spot.key, no_digest=no_digest)


def _pulled(module: Field, fields: Fields) -> Iterator[Place]:
    """A `name`, and a `tag` where the name has none; nothing where the image is removed."""
    given = {field.name: field for field in fields.of(module.value)}
    name, tag = given.get("name"), given.get("tag")
    if name is None or _words(given.get("state")) == "absent":
        return
    built = _BUILDS & given.keys() or _words(given.get("source")) in _BUILDING
    tagged = ":" in _words(name).rpartition("/")[2] or "@" in _words(name)
    parts = split(name.value, None, tag.value) if tag and not tagged else ()
    left = BUILT if built or _words(given.get("state")) == "build" else None
    yield Place("image", name.value, name.key, parts=parts, no_digest=NO_DIGEST, left=left)


def _words(field: Field | None) -> str:
    said = target(field.value) if field else None
    return said.value if isinstance(said, Scalar) and not is_null(said) else ""
