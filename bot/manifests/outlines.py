"""What the documents of an image say of it without its layers: kind, platforms, children."""

from __future__ import annotations

from bot.manifests.reading import INDEXES, Manifest
from bot.model import Outline

_USUAL = "linux/amd64"


def outline_of(digest: str, manifest: Manifest, platform: str | None) -> Outline:
    """The outline; `platform` is that of the configuration, which an index has none of."""
    if manifest.config:
        own = (platform,) if platform else ()
        return Outline(digest, manifest.media_type, own, size=manifest.size)
    children = tuple((child.platform or "", child.digest) for child in manifest.children)
    platforms = tuple(dict.fromkeys(name for name, _ in children if name))
    return Outline(digest, manifest.media_type, platforms, children)


def measured_child(outline: Outline) -> tuple[str, str] | None:
    """
    The platform of an index whose size is told, and its digest.

    It is `linux/amd64`, or the first; None where there is no index, or it tells of no platform.
    """
    if outline.media_type not in INDEXES or not outline.platforms:
        return None
    platform = _USUAL if _USUAL in outline.platforms else outline.platforms[0]
    return platform, next(digest for name, digest in outline.children if name == platform)
