"""What the operator may say about looking into images."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from bot.config.said import SIZE, Path, PlatformName, Size
from bot.config.wanted import Said

_UNITS = {"MiB": 1 << 20, "GiB": 1 << 30}


class EvidenceConfig(Said):
    """How images are opened, and where what was fetched is kept."""

    model_config = ConfigDict(title="Evidence")

    cache: Path | None = Field(
        default=None,
        description="The folder in which basewatch keeps what it fetched of images; `off`: nowhere"
        " beyond the run. Left out: `basewatch` in the user's cache directory (`$XDG_CACHE_HOME`,"
        " or `~/.cache`).",
        examples=["/var/cache/basewatch"],
    )
    cache_size: Size = Field(
        default="2GiB",
        description="How much that may be; what was longest unused goes first."
        " What one run needs it keeps until it ends.",
        examples=["500MiB"],
    )
    platform: PlatformName = Field(
        default="linux/amd64",
        description="The platform of which an image is opened;"
        " of the others it is told whether they are there.",
        examples=["linux/arm64"],
    )
    max_image_size: Size = Field(
        default="2GiB",
        description="No image is opened whose layers are more than that, compressed.",
        examples=["500MiB"],
    )


def size_in_bytes(said: str) -> int:
    """`500MiB` in bytes; raises `ValueError` for what is not written so."""
    if not SIZE.fullmatch(said):
        raise ValueError("write it as 500MiB or 2GiB")
    return int(said[:-3]) * _UNITS[said[-3:]]
