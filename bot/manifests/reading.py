"""Read indexes and manifests: bytes in, facts out. No I/O."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeGuard

from bot.model import Layer

DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
SINGLES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
ACCEPT = ", ".join((*INDEXES, *SINGLES))
_CONFIGS = (
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
_MOST_ENTRIES = 10_000
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# As containerd normalizes: these variants are what their architecture means anyway.
_IMPLIED = {("arm64", "v8"), ("amd64", "v1")}


class Descriptor(NamedTuple):
    """
    What a manifest says about another document: `platform` where it says for which.

    `size` is in bytes; -1 where it says none.
    """

    digest: str
    media_type: str
    platform: str | None = None
    size: int = -1
    annotations: Mapping[str, str] = MappingProxyType({})


class Manifest(NamedTuple):
    """
    An index, with `children`, or the manifest of one image, with `config` and `size`.

    `children` are images only; attestations that ride along are left out. `size` is that of all
    layers, compressed, in bytes.
    """

    media_type: str
    children: tuple[Descriptor, ...] = ()
    config: Descriptor | None = None
    size: int = 0


class Image(NamedTuple):
    """The manifest of one image: its configuration, and its layers, the lowest first."""

    media_type: str
    config: Descriptor
    layers: tuple[Layer, ...]
    annotations: Mapping[str, str]


def digest_of(body: bytes, like: str = "sha256:") -> str:
    """The digest of these bytes, by the algorithm of the digest `like`."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


def read_manifest(body: bytes) -> Manifest:
    """
    Read a manifest of any kind that is in use; raises `ValueError`, saying what is wrong.

    https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md. One that
    could be read as both is refused (CVE-2021-41190); so is the long outdated schema 1.
    """
    data = json_object(body)
    if data.get("schemaVersion") == 1:
        raise ValueError("the image has a schema 1 manifest, which builders no longer pull")
    manifests, config = data.get("manifests"), data.get("config")
    if (manifests is None) == (config is None):
        raise ValueError("it is neither an index nor the manifest of an image")
    if manifests is None:
        return _single(data)
    media_type = _media_type(data, INDEXES)
    children = tuple(_children(_entries(manifests)))
    return Manifest(media_type, children)


def read_image(body: bytes) -> Image:
    """Read the manifest of one image with its layers; raises `ValueError` as `read_manifest`."""
    manifest = read_manifest(body)
    if manifest.config is None:
        raise ValueError("it is an index, where the manifest of one image should be")
    data = json_object(body)
    layers = tuple(
        Layer(found.digest, _size(entry), found.media_type)
        for entry in _entries(data.get("layers") or [])
        for found in [_descriptor(entry)]
    )
    return Image(manifest.media_type, manifest.config, layers, texts(data.get("annotations")))


def read_platform(body: bytes) -> str | None:
    """The platform that an image configuration names, as `linux/arm/v7`."""
    return platform_of(json_object(body))


def normal_platform(text: str) -> str:
    """A platform as a person writes it, as it is spelled here; raises `ValueError`."""
    keys = ("os", "architecture", "variant")
    parts = text.strip().lower().split("/")
    found = platform_of(dict(zip(keys, parts, strict=False))) if 2 <= len(parts) <= 3 else None
    if found is None:
        raise ValueError(f"{text[:80]!r} is no platform; write it as in 'linux/arm64'")
    return found


def is_image_config(descriptor: Descriptor) -> bool:
    """Whether what an image manifest calls its configuration is one, and not an artifact's."""
    return descriptor.media_type in _CONFIGS


def _single(data: Mapping[str, Any]) -> Manifest:
    layers = _entries(data.get("layers") or [])
    return Manifest(
        media_type=_media_type(data, SINGLES),
        config=_descriptor(data["config"]),
        size=sum(_size(layer) for layer in layers),
    )


def _children(entries: list[Mapping[str, Any]]) -> Iterator[Descriptor]:
    for entry in entries:
        found = _descriptor(entry)
        platform = entry.get("platform")
        annotations = entry.get("annotations")
        if isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations:
            continue
        name = platform_of(platform) if isinstance(platform, dict) else None
        # An entry without a platform is an image for whoever asks, or something else altogether.
        anybodys = (
            platform is None and found.media_type in SINGLES and not entry.get("artifactType")
        )
        if name or anybodys:
            yield found._replace(platform=name)


def platform_of(data: Mapping[str, Any]) -> str | None:
    """The platform that an object of an index or of a configuration says; None where unknown."""
    said = [data.get(key) or "" for key in ("os", "architecture", "variant")]
    if not all(isinstance(part, str) for part in said) or "unknown" in said:
        return None
    os, architecture, variant = said
    if (architecture, variant) in _IMPLIED:
        variant = ""
    parts = [os, architecture, *([variant] if variant else [])]
    return "/".join(parts) if all(_PART.fullmatch(part) for part in parts) else None


def _descriptor(entry: object) -> Descriptor:
    if not isinstance(entry, dict):
        raise ValueError("it has an entry that describes nothing")  # noqa: TRY004 -- as in json_object
    digest, media_type = entry.get("digest"), entry.get("mediaType")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise ValueError("it has an entry without a digest")
    size = entry.get("size")
    return Descriptor(
        digest,
        media_type if isinstance(media_type, str) else "",
        size=size if _is_size(size) else -1,
        annotations=texts(entry.get("annotations")),
    )


def _size(layer: Mapping[str, Any]) -> int:
    size = layer.get("size")
    if not _is_size(size):
        raise ValueError("it has a layer without a size")
    return size


def _is_size(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 50


def _entries(value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or len(value) > _MOST_ENTRIES:
        raise ValueError("it lists nothing, or far too much")
    if not all(isinstance(each, dict) for each in value):
        raise ValueError("it has an entry that describes nothing")
    return value


def _media_type(data: Mapping[str, Any], known: tuple[str, ...]) -> str:
    """OCI leaves `mediaType` optional; what it says must fit what the document is."""
    said = data.get("mediaType") or known[0]
    if said not in known:
        raise ValueError("its media type is not that of a container image")
    return str(said)


def texts(value: object) -> dict[str, str]:
    """The annotations or labels of an object: whatever is text."""
    entries = value.items() if isinstance(value, dict) else ()
    return {text(key): text(said) for key, said in entries if isinstance(said, str)}


def text(said: str) -> str:
    """Text as JSON has it, but for halves of characters, which nothing could be written to."""
    return said.encode("utf-8", "replace").decode() if not said.isascii() else said


def json_object(body: bytes) -> dict[str, Any]:
    """The one JSON object that these bytes are; raises `ValueError`."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(data, dict):
        # The value is wrong, not the type of an argument: callers catch one exception.
        raise ValueError("it is no JSON object")  # noqa: TRY004
    return data
