"""What the fields of values are called and what they say, as far as that tells of images."""

from __future__ import annotations

import re
from typing import TypeAlias

from bot.formats.telling import placeholder
from bot.formats.yaml_spans import Field, Node, Scalar, is_null, is_text, target

Mapping: TypeAlias = dict[str, Field]
"""The fields of a mapping by their names."""

_VERSIONED = re.compile(r"[^:]*(?::[0-9]+/[^:]*)?:[^/]+|[^@]*@(?!sha256$).+", re.DOTALL)
_NO_IMAGE = re.compile(
    r".*(?:\s|://).*|[./~].*|.*\.(?:png|jpe?g|gif|svg|webp|ico|iso|img|qcow2|raw|vmdk|ova)",
    re.DOTALL | re.IGNORECASE,
)
_OTHERS = re.compile(
    r"(?:^|[_.-]|(?<=[a-z0-9])(?=[A-Z]))"
    r"(?i:vm|os|lx[cd]|iso|ami|disk|boot|box|machine|cloud|openstack|instance|background|logo"
    r"|icon|cover|profile|avatar|hero|banner)[_.-]?[iI]mages?$"
)
"""Names of images that no container is run from, where they are given without a `/`."""


def called_image(key: str, *, plural: bool = True) -> bool:
    """Whether a key says that what stands under it is an image (`sidecarImage`), or images."""
    return key.lower().endswith(("image", "images") if plural else "image")


def scalar(mapping: Mapping, *names: str) -> Field | None:
    """The first field of these names that says something, and is no list or mapping."""
    for name in names:
        if name in mapping and words(mapping[name].value):
            return mapping[name]
    return None


def words(node: Node) -> str:
    """What a scalar says; empty where it says nothing, and for lists and mappings."""
    said = target(node)
    return said.value if isinstance(said, Scalar) and not is_null(said) else ""


def has_version(node: Node) -> bool:
    """Whether a scalar names an image with a tag or a digest."""
    return bool(_VERSIONED.fullmatch(words(node)))


def has_host(node: Node) -> bool:
    """Whether a scalar begins with the host of a registry."""
    host, slash, _ = words(node).partition("/")
    return bool(slash) and (bool({*host} & {*".:"}) or host == "localhost")


def begins_with(name: Node, registry: Node) -> bool:
    """Whether a name has its registry in it already."""
    return words(name).startswith(f"{words(registry)}/")


def may_be_image(field: Field) -> bool:
    """
    Whether a field called an image is not plainly something else: a switch, a link, a picture, or
    what a machine starts from (`lxd_image: ubuntu:22.04`).

    What a template fills in may be an image.
    """
    said = target(field.value)
    if not isinstance(said, Scalar) or is_null(said) or not is_text(said):
        return False
    if placeholder(said.value):
        return True
    if "/" not in said.value and _OTHERS.search(field.name):
        return False
    return not _NO_IMAGE.fullmatch(said.value.strip())
