"""The services of a Compose document, and the places in them where an image may be named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.telling import Left, Place
from bot.formats.yaml_spans import Collection, Field, Fields, Node, Scalar, is_null, target

_TOP = frozenset(
    {"version", "name", "services", "networks", "volumes", "configs", "secrets", "include"}
    | {"models"}
)
CONTEXTS = "additional_contexts"
_IMAGE_CONTEXT = "docker-image://"
_UNUSED = "no service takes it over"
_FRONTEND = "BUILDKIT_SYNTAX"


@dataclass(frozen=True, slots=True)
class Service:
    """A service, its fields by name; of those given twice the last, as Compose's parser has it."""

    name: str
    fields: dict[str, Field]

    @property
    def build(self) -> Field | None:
        """How the service is built, if it is."""
        return _said(self.fields.get("build"))

    @property
    def image(self) -> Field | None:
        """The image that it runs, or that is built under that name."""
        return _said(self.fields.get("image"))


def services(document: Node, fields: Fields) -> Iterator[Service]:
    """The services of a document; where it has no `services`, all of it that looks like some."""
    top = {field.name: field for field in fields.own(document)}
    if "services" in top:
        for field in fields.of(top["services"].value):
            if not field.is_merge:
                yield Service(field.name, by_name(field.value, fields))
        for value in _without_name(top["services"].value):
            yield Service("", by_name(value, fields))
        return
    if all(_is_mapping(field.value) for field in top.values()):
        for field in top.values():
            found = by_name(field.value, fields)
            if not field.name.startswith("x-") and found.keys() & {"image", "build"}:
                yield Service(field.name, found)


def _without_name(node: Node) -> Iterator[Node]:
    """What stands under keys that are no texts, as `{{ name }}` is to YAML."""
    said = target(node)
    if isinstance(said, Collection) and said.kind == "mapping":
        for key, value in zip(said.children[::2], said.children[1::2], strict=True):
            if isinstance(target(key), Collection):
                yield value


def by_name(node: Node, fields: Fields) -> dict[str, Field]:
    """The fields of a mapping; its own go before those that come by merge."""
    own = {field.name: field for field in fields.own(node)}
    merged = {field.name: field for field in reversed([*fields.of(node)])}
    return merged | own


def is_compose(document: Node, *, named: bool) -> bool:
    """Whether a document is Compose's; `named`: whether its file is."""
    fields = Fields()
    top = fields.own(document)
    known = all(field.name in _TOP or field.name.startswith("x-") for field in top)
    listed = [field for field in top if field.name == "services"]
    if not named and (not known or not listed):
        return False
    if any(not _is_mapping(field.value) for field in listed):
        return False
    return any(service.fields.keys() & {"image", "build"} for service in services(document, fields))


def places(document: Node, fields: Fields) -> Iterator[Place]:
    """Every place; those that are only named here come last, as others may share their text."""
    found = [*services(document, fields)]
    built = {words for service in found if service.build and (words := words_of(service.image))}
    last: list[Place] = []
    for service in found:
        platform = words_of(service.fields.get("platform"))
        yield from _of_build(service, fields)
        yield from _of_volumes(service, fields)
        image = service.image
        if image and (service.build or words_of(image) in built):
            left = Left("built", "it is built here, under this name")
            last.append(Place("image", image.value, image.key, service.name, platform, left=left))
        elif image:
            yield Place("image", image.value, image.key, service.name, platform)
    yield from last
    taken = {id(target(service.image.value)) for service in found if service.image}
    for field in fields.own(document):
        image = by_name(field.value, fields).get("image") if field.name.startswith("x-") else None
        if image and id(target(image.value)) not in taken:
            yield Place("image", image.value, image.key, unread=_UNUSED)


def _of_build(service: Service, fields: Fields) -> Iterator[Place]:
    build = by_name(service.build.value, fields) if service.build else {}
    contexts, args = build.get(CONTEXTS), build.get("args")
    for name, node, key, lead in pairs(contexts, fields):
        words = target(node)
        if isinstance(words, Scalar) and words.value.startswith(lead + _IMAGE_CONTEXT):
            stage = f"{service.name}.{name}"
            yield Place("from", node, key, stage, lead=lead + _IMAGE_CONTEXT)
    for name, node, key, lead in pairs(args, fields):
        if name == _FRONTEND:
            yield Place("syntax", node, key, service.name, lead=lead)


def pairs(field: Field | None, fields: Fields) -> Iterator[tuple[str, Node, Scalar | None, str]]:
    """
    The names and values of a field that is a mapping, or a list of `name=value`.

    With each the key that it stands at, and what its node says before the value.
    """
    if field is None:
        return
    if _is_mapping(field.value):
        for name, one in by_name(field.value, fields).items():
            if not one.is_merge:
                yield name, one.value, one.key, ""
        return
    for item in fields.items(field.value):
        said = target(item)
        if isinstance(said, Scalar) and "=" in said.value:
            name = said.value.partition("=")[0]
            yield name, item, None, f"{name}="


def handed_on(field: Field, fields: Fields) -> Iterator[tuple[str, int]]:
    """
    The arguments that are named without a value, and where: Compose takes the variable's own.

    See https://github.com/compose-spec/compose-spec/blob/main/build.md#args.
    """
    if _is_mapping(field.value):
        for name, one in by_name(field.value, fields).items():
            said = target(one.value)
            if isinstance(said, Scalar) and is_null(said) and not said.style:
                yield name, one.key.start
        return
    for item in fields.items(field.value):
        said = target(item)
        if isinstance(said, Scalar) and "=" not in said.value:
            yield said.value, said.start


def _of_volumes(service: Service, fields: Fields) -> Iterator[Place]:
    volumes = service.fields.get("volumes")
    for item in fields.items(volumes.value) if volumes else ():
        said = by_name(item, fields) if _is_mapping(item) else {}
        if words_of(said.get("type")) == "image" and "source" in said:
            source = said["source"]
            yield Place("mount", source.value, source.key, service.name)


def words_of(field: Field | None) -> str | None:
    """The words of a field that is a text; `None` where there is none."""
    said = target(field.value) if field else None
    return said.value if isinstance(said, Scalar) and not is_null(said) else None


def _said(field: Field | None) -> Field | None:
    """A field that says something: not `null`, and not taken back by `!reset`."""
    said = target(field.value) if field else None
    if isinstance(said, Scalar) and (is_null(said) or said.tag == "!reset"):
        return None
    return field


def _is_mapping(node: Node) -> bool:
    said = target(node)
    return isinstance(said, Collection) and said.kind == "mapping"
