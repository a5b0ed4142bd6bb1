"""The places of a manifest where an image may be named."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from bot.formats import chart_values, kustomized
from bot.formats.chart_values import has_version
from bot.formats.kubernetes.templates import FILLED
from bot.formats.telling import Left, Place, reference
from bot.formats.yaml_spans import Collection, Field, Fields, Node, Scalar, target

BUILT = Left("built", "`ko` builds it out of this package and puts the image in its place")

_LISTS = {"containers", "initContainers", "ephemeralContainers"}
_LISTS_OF_OTHERS = _LISTS | {"sidecars", "steps"}
_SINGLE = {"container", "script", "stepTemplate"}
_NOT_READ = {"ConfigMap", "Secret", "CustomResourceDefinition"}
_BEYOND = {"metadata", "status"}
_VALUES = {"values", "valuesObject"}
_CHART_KINDS = {"HelmRelease", "Application", "ApplicationSet"}
_LOCAL = ("ko://",)
_KUSTOMIZED = {
    ("Kustomization", ("spec", "images")),
    ("HelmRelease", ("kustomize", "images")),  # of its `postRenderers`
}

Mapping = dict[str, Field]


class _Spot(NamedTuple):
    """A node to be read: the kind it is part of, if not of Kubernetes itself, and its keys."""

    node: Node
    kind: str
    custom: bool
    keys: tuple[str, str, str] = ("", "", "")

    def under(self, key: str, node: Node) -> _Spot:
        return self._replace(node=node, keys=(*self.keys[1:], key))


def is_manifest(document: Node, fields: Fields) -> bool:
    """Whether a document is a mapping with an `apiVersion` and a `kind`."""
    return {"apiVersion", "kind"} <= {field.name for field in fields.of(document)}


def places(text: str, values: Container[int]) -> Callable[[Node, Fields], Iterator[Place]]:
    """
    What tells every place of a document of this text, in no order.

    Documents that begin at one of `values` are values of charts.
    """

    def told(document: Node, fields: Fields) -> Iterator[Place]:
        if document.start in values:
            return chart_values.places(text, document, fields)
        return _Manifest(text, fields).places(document)

    return told


class _Manifest:
    """One document being gone through."""

    def __init__(self, text: str, fields: Fields) -> None:
        self._text = text
        self._fields = fields

    def places(self, document: Node) -> Iterator[Place]:
        """The places of every mapping, each mapping once; nothing of what is no manifest."""
        if not is_manifest(document, self._fields):
            return
        ahead = [_Spot(document, "", custom=False)]
        seen: set[int] = set()
        while ahead:
            spot = ahead.pop()
            said = target(spot.node)
            if not isinstance(said, Collection) or id(said) in seen:
                continue
            seen.add(id(said))
            if said.kind == "sequence":
                items = [*self._fields.items(said)]
                yield from self._kustomized(spot, items)
                ahead += [spot._replace(node=item) for item in items]
            else:
                mapping = self._mapping(spot.node)
                yield from self._read(self._of_its_kind(spot, mapping), mapping, ahead)

    def _mapping(self, node: Node) -> Mapping:
        return {field.name: field for field in self._fields.of(node) if not field.is_merge}

    def _of_its_kind(self, spot: _Spot, mapping: Mapping) -> _Spot:
        if not {"apiVersion", "kind"} <= {*mapping}:
            return spot
        group, slash, _ = _text(mapping["apiVersion"]).partition("/")
        custom = bool(slash) and "." in group and not group.endswith(".k8s.io")
        return _Spot(spot.node, _text(mapping["kind"]), custom)

    def _read(self, spot: _Spot, mapping: Mapping, ahead: list[_Spot]) -> Iterator[Place]:
        if spot.kind in _NOT_READ:
            return
        for place in self._of(spot, mapping):
            if FILLED not in _said(place.node):
                yield place
        for field in mapping.values():
            if spot.kind in _CHART_KINDS and field.name in _VALUES:
                yield from chart_values.places(self._text, field.value, self._fields)
            elif spot.keys[2] or field.name not in _BEYOND:
                ahead.append(spot.under(field.name, field.value))

    # ------------------------------------------------------------ what a mapping says

    def _of(self, spot: _Spot, mapping: Mapping) -> Iterator[Place]:
        if image := self._image(spot, mapping):
            local = _text(image).startswith(_LOCAL)
            yield Place("image", image.value, image.key, left=BUILT if local else None)
        if spot.keys[1:] == ("volumes", "image") and "reference" in mapping:
            yield Place("image", mapping["reference"].value, mapping["reference"].key)
        if _text(mapping.get("kind")) == "DockerImage" and "name" in mapping:
            yield Place("base", mapping["name"].value, mapping["name"].key)
        if spot.kind == "ImageTagTransformer" and spot.keys[2] == "imageTag":
            yield from kustomized.replaced(self._text, spot.node, self._fields)
        if spot.custom:
            yield from self._of_other(spot, mapping, image)

    def _image(self, spot: _Spot, mapping: Mapping) -> Field | None:
        """The image of a container."""
        lists = _LISTS_OF_OTHERS if spot.custom else _LISTS
        if spot.keys[2] in lists or (spot.custom and spot.keys[2] in _SINGLE):
            image = mapping.get("image")
            pattern = spot.custom and image and "*" in _text(image)  # what a policy compares with
            return None if image and (pattern or _text(image).isspace()) else image
        return None

    def _of_other(self, spot: _Spot, mapping: Mapping, image: Field | None) -> Iterator[Place]:
        """Of kinds that Kubernetes does not know: each field that is called an image and is one."""
        for field in mapping.values():
            called = field.name.lower().endswith("image") or field.name == "imageName"
            bundle = field.name == "bundle" and spot.keys[2] in ("taskRef", "pipelineRef")
            if (called or bundle) and field is not image and _names_image(field.value):
                yield Place("image", field.value, field.key)
            elif called:
                yield from self._in_pieces(field)

    def _in_pieces(self, field: Field) -> Iterator[Place]:
        """`image: {repository: …, tag: …}`; with a `name` beside it, that is a part of the name."""
        mapping = self._mapping(field.value)
        filled = any(FILLED in _text(piece) for piece in mapping.values())
        if "repository" in mapping and "name" not in mapping and not filled:
            for place in chart_values.places(self._text, field.value, self._fields):
                if place.node is mapping["repository"].value:
                    yield place

    def _kustomized(self, spot: _Spot, items: list[Node]) -> Iterator[Place]:
        """Flux's `images`; Argo CD's `kustomize.images`: `nginx:1.27`, or `old-name=nginx:1.27`."""
        at = spot.keys[1:]
        if (spot.kind, at) in _KUSTOMIZED:
            for item in items:
                yield from kustomized.replaced(self._text, item, self._fields)
        elif spot.custom and at == ("kustomize", "images"):
            for item in items:
                head, equals, _ = _said(item).partition("=")
                if has_version(item):
                    yield Place("image", item, lead=head + equals if equals else "")


def _names_image(node: Node) -> bool:
    if not has_version(node):
        return False
    words = _said(node)
    return "{{" in words or "$" in words or not isinstance(reference(words), str)


def _text(field: Field | None) -> str:
    return _said(field.value) if field else ""


def _said(node: Node) -> str:
    said = target(node)
    return said.value if isinstance(said, Scalar) else ""
