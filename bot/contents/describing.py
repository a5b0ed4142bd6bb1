"""What is known of an image from its documents alone: which child, which layers, made by what."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from bot.errors import EvidenceError
from bot.image import ImageRef
from bot.manifests import Configuration, Descriptor, Image, Manifest
from bot.model import Description, Layer


def child_of(index: Manifest, platform: str) -> Descriptor:
    """
    The entry of an index for a platform, or else one that says of none.

    Raises `ValueError`, naming the platforms there are.
    """
    for name in (platform, None):
        if found := next((each for each in index.children if each.platform == name), None):
            return found
    there = dict.fromkeys(each.platform for each in index.children if each.platform)
    raise ValueError(f"there is no {platform}, but {', '.join(there) or 'no image at all'}")


def described_by(
    digest: str, manifest: Image, configuration: Configuration, platform: str
) -> Description:
    """
    What the documents of one image say together.

    Raises `ValueError` where it is for another platform. Where the configuration has not as many
    layers as the manifest, none is told from the others by it.
    """
    if configuration.platform not in (platform, None):
        raise ValueError(f"there is no {platform}, but {configuration.platform}")
    return Description(
        digest=digest,
        index=digest,
        platform=platform,
        config=configuration.config,
        layers=_layers(manifest, configuration),
        annotations=manifest.annotations,
        history=configuration.history,
    )


def _layers(manifest: Image, configuration: Configuration) -> tuple[Layer, ...]:
    known = tuple(zip(configuration.diff_ids, configuration.made_by, strict=True))
    if len(known) != len(manifest.layers):
        return manifest.layers
    return tuple(
        Layer(layer.digest, layer.size, layer.media_type, diff_id, made_by)
        for layer, (diff_id, made_by) in zip(manifest.layers, known, strict=True)
    )


@contextlib.contextmanager
def described(image: ImageRef) -> Iterator[None]:
    """Say of which image a document is of no use."""
    try:
        yield
    except ValueError as error:
        raise EvidenceError(f"{image}: {error}") from error
