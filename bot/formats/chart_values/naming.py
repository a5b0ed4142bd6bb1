"""The places of a chart's values where an image may be named, whole or in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats.chart_values.fields import (
    Mapping,
    begins_with,
    called_image,
    has_host,
    has_version,
    may_be_image,
    scalar,
    words,
)
from bot.formats.chart_values.slots import NO_SLOT, SHA256, slot_of
from bot.formats.telling import Left, Place, placeholder, split
from bot.formats.yaml_spans import Collection, Field, Fields, Node, target

NO_TAG = Left("elsewhere", "no tag stands here or beside it; what takes the value decides it")
NO_NAME = Left("elsewhere", "only the tag stands here; other values, or a chart, name the image")
NO_REGISTRY = Left("elsewhere", "its registry stands in other values, as `docker.registry`")
NO_HOST = Left("elsewhere", "its registry stands elsewhere in the values, or in what takes them")

_TAGS = ("tag", "imageTag", "image_tag", "version", "imageVersion", "image_version")
_TAGS_ALONE = ("imageTag", "image_tag", "imageVersion", "image_version")
_NO_SOURCE = re.compile(r"git|chart|source", re.IGNORECASE)
_NAMES_ALONE = ("imageRepository", "image_repository", "imageName", "image_name")
_WIKIMEDIA = {"main_app", "common_images"}
_OF_WIKIMEDIA = ("wikimedia/", "repos/")


def places(text: str, document: Node, fields: Fields) -> Iterator[Place]:
    """Every place of a document of values, in no order."""
    return _Values(text, document, fields).places()


class _Values:
    """One document being gone through."""

    def __init__(self, text: str, document: Node, fields: Fields) -> None:
        self._text = text
        self._document = document
        self._fields = fields
        shared, docker = self._at("global"), self._at("docker")
        self._everywhere = scalar(shared, "imageRegistry")
        self._docker = scalar(docker, "registry")

    def _at(self, name: str) -> Mapping:
        top = self._mapping(self._document)
        return self._mapping(top[name].value) if name in top else {}

    def _mapping(self, node: Node) -> Mapping:
        named: Mapping = {}
        for field in self._fields.of(node):
            if not field.is_merge:
                named.setdefault(field.name, field)
        return named

    def places(self) -> Iterator[Place]:
        """
        The places of every mapping, each mapping once.

        With each node go the keys that it stands under; the items of a list have the list's.
        """
        ahead: list[tuple[str, str, Node]] = [("", "", self._document)]
        seen: set[int] = set()
        while ahead:
            outer, key, node = ahead.pop()
            said = target(node)
            if not isinstance(said, Collection) or id(said) in seen:
                continue
            seen.add(id(said))
            if said.kind == "sequence":
                items = [*self._fields.items(said)]
                yield from self._listed(key, items)
                ahead += [(outer, key, item) for item in items]
            else:
                mapping = self._mapping(node)
                yield from self._of(outer, key, mapping)
                ahead += [(key, field.name, field.value) for field in mapping.values()]

    def _listed(self, key: str, items: list[Node]) -> Iterator[Place]:
        """`images: [nginx:1.27, redis:7]`."""
        if key.lower().endswith("images"):
            yield from (Place("image", item) for item in items if has_version(item))

    def _of(self, outer: str, key: str, mapping: Mapping) -> Iterator[Place]:
        name = _name_of(outer, key, mapping)
        if name:
            yield self._in_pieces(name, mapping)
        else:
            yield from self._nameless(key, mapping)
        for field in mapping.values():
            if field is not name:
                yield from self._field(outer, key, field, mapping)

    # ------------------------------------------------------------ a mapping that is an image

    def _in_pieces(self, name: Field, mapping: Mapping) -> Place:
        tag = None if has_version(name.value) else scalar(mapping, *_TAGS)
        digest, sha = scalar(mapping, "digest"), scalar(mapping, "sha")
        if tag and words(tag.value).startswith(SHA256):
            tag, digest = None, digest or tag
        parts = split(
            name.value,
            self._registry(name, mapping),
            tag.value if tag else None,
            digest.value if digest else None,
        )
        if sha and not digest:
            parts += (f"@{SHA256}", sha.value)
        slot, no_digest = slot_of(self._text, mapping)
        return Place(
            "image",
            name.value,
            name.key,
            parts=parts,
            slot=slot,
            no_digest=no_digest,
            left=_left(name, mapping, versioned=bool(tag or digest or has_version(name.value))),
        )

    def _registry(self, name: Field, mapping: Mapping) -> Node | None:
        """The registry that counts, if the chart asks for one and the name has none already."""
        if "registry" not in mapping:
            return None
        given = self._everywhere or scalar(mapping, "registry")
        return given.value if given and not begins_with(name.value, given.value) else None

    def _nameless(self, key: str, mapping: Mapping) -> Iterator[Place]:
        """Tags that say nothing of the image, or whose image has another kind of name."""
        base = scalar(mapping, *_NAMES_ALONE)
        tag = scalar(mapping, *_TAGS_ALONE)
        if base and tag:
            yield self._beside(key, base, tag)
        elif called_image(key, plural=False):
            tag = scalar(mapping, "tag")
        elif key == "main_app":
            tag = tag or scalar(mapping, "version")
        if tag and not base and not scalar(mapping, "image"):
            yield Place("image", tag.value, tag.key, left=NO_NAME)

    # ------------------------------------------------------------ a field that is an image

    def _field(self, outer: str, key: str, field: Field, mapping: Mapping) -> Iterator[Place]:
        if not may_be_image(field):
            return
        if "common_images" in (outer, key) and has_version(field.value):
            yield self._of_docker(field, None)
        elif called_image(field.name, plural=False):
            yield from self._image(key, field, mapping)
        elif has_version(field.value) and (
            key.lower().endswith("images") or _begins_with_image(field)
        ):
            yield Place("image", field.value, field.key)

    def _image(self, key: str, field: Field, mapping: Mapping) -> Iterator[Place]:
        """`image: nginx:1.27`, or with its tag beside it."""
        if has_version(field.value) or placeholder(words(field.value)):
            yield Place("image", field.value, field.key)
        elif tag := _tag_of(field.name, mapping):
            yield self._beside(key, field, tag)
        elif field.name == "image" or "/" in words(field.value):
            yield Place("image", field.value, field.key, left=NO_TAG)

    def _beside(self, key: str, field: Field, tag: Field) -> Place:
        """A name with its tag beside it."""
        if self._docker or key in _WIKIMEDIA or words(field.value).startswith(_OF_WIKIMEDIA):
            return self._of_docker(field, tag)
        parts = split(field.value, None, tag.value)
        return Place("image", field.value, field.key, parts=parts, no_digest=NO_SLOT)

    def _of_docker(self, field: Field, tag: Field | None) -> Place:
        """An image of Wikimedia's charts, whose registry is `docker.registry` for all of them."""
        registry = None if has_host(field.value) else self._docker
        return Place(
            "image",
            field.value,
            field.key,
            parts=split(
                field.value, registry.value if registry else None, tag.value if tag else None
            ),
            no_digest=NO_SLOT,
            left=None if registry or has_host(field.value) else NO_REGISTRY,
        )


def _name_of(outer: str, key: str, mapping: Mapping) -> Field | None:
    """The field that names the image that a mapping is, if it is one."""
    repository = scalar(mapping, "repository")
    if called_image(key) or outer.lower().endswith("images"):
        others = ("image", "name") if {"tag", "digest"} & {*mapping} else ()
        return repository or scalar(mapping, *others)
    if not repository or not scalar(mapping, "tag", "digest") or not may_be_image(repository):
        return None
    sources = _NO_SOURCE.search(outer) or _NO_SOURCE.search(key)
    return None if sources or words(repository.value).endswith(".git") else repository


def _left(name: Field, mapping: Mapping, *, versioned: bool) -> Left | None:
    """Why an image in pieces is left alone: something that is not here decides a part of it."""
    if not versioned:
        return NO_TAG
    bare = "/" not in words(name.value) and not scalar(mapping, "registry")
    return NO_HOST if bare and name.name != "repository" else None


def _begins_with_image(field: Field) -> bool:
    """`imageEnvoy: envoyproxy/envoy:v1.31.2`."""
    return field.name.startswith("image") and "/" in words(field.value)


def _tag_of(name: str, mapping: Mapping) -> Field | None:
    """The tag beside an image: `imageTag` and `tag` for `image`, `initTag` for `initImage`."""
    stem = name[: -len("image")]
    tags = _TAGS if not stem else (f"{stem}Tag", f"{stem}tag", f"{stem}Version", f"{stem}version")
    return scalar(mapping, *tags, f"{name}Tag", f"{name}_tag", f"{name}Version", f"{name}_version")
