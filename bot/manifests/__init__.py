"""What manifests and image configurations say."""

from __future__ import annotations

from bot.manifests.configuration import (
    CONFIGURATION_LIMIT,
    Configuration,
    read_configuration,
)
from bot.manifests.outlines import measured_child, outline_of
from bot.manifests.reading import (
    ACCEPT,
    DIGEST,
    INDEXES,
    SINGLES,
    Descriptor,
    Image,
    Manifest,
    digest_of,
    is_image_config,
    normal_platform,
    read_image,
    read_manifest,
    read_platform,
)

__all__ = [
    "ACCEPT",
    "CONFIGURATION_LIMIT",
    "DIGEST",
    "INDEXES",
    "SINGLES",
    "Configuration",
    "Descriptor",
    "Image",
    "Manifest",
    "digest_of",
    "is_image_config",
    "measured_child",
    "normal_platform",
    "outline_of",
    "read_configuration",
    "read_image",
    "read_manifest",
    "read_platform",
]
