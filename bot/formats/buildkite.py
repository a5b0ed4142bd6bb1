"""
Buildkite: the images of steps, and those that plugins run steps in.

Where an image may be named is told in `docs/formats/buildkite.md`; the syntax is that of
https://buildkite.com/docs/pipelines/configure/defining-steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place, Value
    from bot.formats.yaml_spans import Fields, Node

NAME = "buildkite"

NO_DIGEST_FOR_OTHERS = (
    "a variable says a part of it, and a digest would be wrong for what a build may put there"
)
_ENDINGS = (".yml", ".yaml", ".json")
_NAMES = ("buildkite.yml", "buildkite.yaml", "buildkite.json")
_POD = "podSpec", "podSpecPatch", "pod-spec", "pod-spec-patch"
_CONTAINERS = "containers", "initContainers"
_IN_PLUGINS = {
    "docker": ("image",),
    "kubernetes": tuple(f"{pod}.{kind}.*.image" for pod in _POD for kind in _CONTAINERS),
}


def matches(path: str) -> bool:
    """Whether a path is within a folder `.buildkite`, or is named `buildkite.yml`."""
    if path[-1:] not in ("l", "n") or not path.endswith(_ENDINGS):
        return False
    folder, _, name = path.rpartition("/")
    return name.endswith(_NAMES) or ".buildkite" in folder.split("/")


def claims(file: SourceFile) -> bool:
    """Whether the file has steps, or says what all have in common, and anything like an image."""
    if "image" not in file.text or not ("steps" in file.text or "plugins" in file.text):
        return False
    from bot.formats.telling import tops

    said = tops(file.text)
    return said is None or "steps" in said or ("plugins" in file.text and "services" not in said)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import COMPOSE, Variables, mentions, values_at

    def values(document: Node, fields: Fields) -> dict[str, Value]:
        # It is known when the file is uploaded.
        return values_at(file.text, fields, document, "env.*")

    style = replace(COMPOSE, because="is given its value by the build")
    return mentions(file, NAME, _places, variables=Variables(style, values))


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    from bot.formats.telling import COMPOSE, along, everywhere, images, partly

    found = [*images(fields, document, "image", "steps.*.image", "steps.*.steps.*.image")]
    for field in everywhere(fields, document):
        if field.name == "plugins":
            for listed in along(fields, field.value, "*"):
                found += _of_plugins(listed.node, fields)
            found += _of_plugins(field.value, fields)
    for place in found:
        no_digest = NO_DIGEST_FOR_OTHERS if partly(place.node, COMPOSE) else None
        yield replace(place, no_digest=no_digest)


def _of_plugins(node: Node, fields: Fields) -> Iterator[Place]:
    """The images that plugins are given, in a mapping by the plugins' names and versions."""
    from bot.formats.telling import images

    for plugin in fields.of(node):
        for path in _IN_PLUGINS.get(_name(plugin.name), ()):
            yield from images(fields, plugin.value, path)


def _name(plugin: str) -> str:
    """`docker` for `docker#v5.8.0`, `buildkite-plugins/docker#…` and the repository's address."""
    name = plugin.partition("#")[0].removesuffix(".git").rpartition("/")[2]
    return name.removesuffix("-buildkite-plugin")
