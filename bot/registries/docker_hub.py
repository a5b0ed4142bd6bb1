"""Docker Hub: the plain listing of tags, with the digests and dates that Hub's own API adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.image import ImageRef
from bot.manifests import INDEXES
from bot.registries import own_api
from bot.registries.own_api import PAGE_SIZE, OwnApi, Page

HUB_API = "https://hub.docker.com"


class DockerHub(OwnApi):
    """
    The registry of Docker Hub.

    Hub's API needs no token, but gives a hundred tags a page and strangers only the first pages.
    It never gets credentials; a private repository is simply not found. See docs/registries.md.
    """

    async def _own_page(self, image: ImageRef, number: int) -> Page | None:
        """One page. Its `next` is taken as a yes or no, so it cannot lead anywhere."""
        if image.repository.path.count("/") != 1:
            return None
        query = f"page_size={PAGE_SIZE}&page={number}&ordering=last_updated"
        return _page(
            await self._api_says(f"{HUB_API}/v2/repositories/{image.repository.path}/tags?{query}")
        )


def _page(data: Any) -> Page | None:  # noqa: ANN401 -- JSON, looked at with suspicion
    found = own_api.entries(data.get("results") if isinstance(data, dict) else None)
    if found is None:
        return None
    told = (
        (entry["name"], _digest(entry), own_api.moment(entry.get("tag_last_pushed")))
        for entry in own_api.named(found)
    )
    return own_api.page(told, last=data.get("next") is None)


def _digest(entry: Mapping[str, Any]) -> str | None:
    """
    The digest of a tag where it certainly is what a builder would be told.

    Hub says `digest` for the index where the tag has one (`media_type` tells); of a tag without an
    index it has at times none, at times one of the entries in `images`.
    """
    digest = own_api.digest(entry.get("digest"))
    if entry.get("media_type") not in INDEXES:
        return None
    images = entry.get("images")
    listed = images if isinstance(images, list) else []
    inner = [image.get("digest") for image in listed if isinstance(image, dict)]
    return digest if digest not in inner else None
