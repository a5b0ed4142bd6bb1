"""Quay: the plain listing of tags, with the digests and dates that Quay's own API adds."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.image import ImageRef
from bot.registries import own_api
from bot.registries.own_api import PAGE_SIZE, OwnApi, Page


class Quay(OwnApi):
    """
    quay.io, and Red Hat Quay where it is configured.

    https://docs.redhat.com/en/documentation/red_hat_quay/3/html/red_hat_quay_api_guide/: a hundred
    tags a page, those pushed last first, to everybody for public repositories. It wants a token of
    its own for others, which a registry's credentials are not; it never gets any.
    """

    OF_ONE: ClassVar[frozenset[int]] = frozenset({401, 403, 404})

    async def _own_page(self, image: ImageRef, number: int) -> Page | None:
        path = f"{self._endpoint.prefix}{image.repository.path}"
        query = f"limit={PAGE_SIZE}&page={number}&onlyActiveTags=true"
        return _page(
            await self._api_says(f"{self._endpoint.base}/api/v1/repository/{path}/tag/?{query}")
        )


def _page(data: Any) -> Page | None:  # noqa: ANN401 -- JSON, looked at with suspicion
    said = data if isinstance(data, dict) else {}
    found = own_api.entries(said.get("tags"))
    if found is None or not isinstance(said.get("has_additional"), bool):
        return None
    told = (
        (
            entry["name"],
            own_api.digest(entry.get("manifest_digest")),
            own_api.seconds(entry.get("start_ts")),
        )
        for entry in own_api.named(found)
    )
    return own_api.page(told, last=not said["has_additional"])
