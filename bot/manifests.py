"""Read manifests and image configurations: bytes in, facts out. No I/O."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a manifest says about another document: `platform` where it says for which."""

    digest: str
    media_type: str
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """
    An index, with `children`, or the manifest of one image, with `config` and `size`.

    `children` are images only; attestations that ride along are left out. `size` is that of all
    layers, compressed, in bytes.
    """

    media_type: str
    children: tuple[Descriptor, ...] = ()
    config: Descriptor | None = None
    size: int = 0


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
    data = _object(body)
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


def read_platform(body: bytes) -> str | None:
    """The platform that an image configuration names, as `linux/arm/v7`."""
    return _platform(_object(body))


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
        name = _platform(platform) if isinstance(platform, dict) else None
        # An entry without a platform is an image for whoever asks, or something else altogether.
        anybodys = (
            platform is None and found.media_type in SINGLES and not entry.get("artifactType")
        )
        if name or anybodys:
            yield Descriptor(found.digest, found.media_type, name)


def _platform(data: Mapping[str, Any]) -> str | None:
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
        raise ValueError("it has an entry that describes nothing")  # noqa: TRY004 -- as in _object
    digest, media_type = entry.get("digest"), entry.get("mediaType")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise ValueError("it has an entry without a digest")
    return Descriptor(digest, media_type if isinstance(media_type, str) else "")


def _size(layer: Mapping[str, Any]) -> int:
    size = layer.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 50:
        raise ValueError("it has a layer without a size")
    return size


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


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(data, dict):
        # The value is wrong, not the type of an argument: callers catch one exception.
        raise ValueError("it is no JSON object")  # noqa: TRY004
    return data
