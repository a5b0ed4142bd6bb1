"""Harbor: the plain listing of tags, with the digests and dates that Harbor's own API adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import quote

from bot.http import Http
from bot.image import ImageRef
from bot.registries import own_api
from bot.registries.credentials import Credentials
from bot.registries.endpoint import Endpoint
from bot.registries.own_api import PAGE_SIZE, OwnApi, Page


class Harbor(OwnApi):
    """
    A registry that is configured as `kind: harbor`; nothing in its name tells that it is one.

    https://goharbor.io/docs/main/working-with-projects/working-with-images/: artifacts with their
    tags, a hundred a page, those pushed last first. A project that is a proxy has what was pulled
    through it and no more, with the digests of that day, so of it only the registry is asked.
    """

    OF_ONE: ClassVar[frozenset[int]] = frozenset({401, 403, 404})

    def __init__(self, http: Http, endpoint: Endpoint, credentials: Credentials) -> None:
        super().__init__(http, endpoint, credentials)
        self._holds: dict[str, bool] = {}

    async def _own_page(self, image: ImageRef, number: int) -> Page | None:
        project, _, repository = image.repository.path.partition("/")
        if not repository or not await self._holds_its_own(project):
            return None
        # A slash in a name is to be encoded twice, as its documentation says.
        name = quote(quote(repository, safe=""), safe="")
        query = f"with_tag=true&page_size={PAGE_SIZE}&page={number}&sort=-push_time"
        return _page(await self._api(f"projects/{project}/repositories/{name}/artifacts?{query}"))

    async def _holds_its_own(self, project: str) -> bool:
        """Whether a project's images are pushed to it; a proxy names the registry behind it."""
        if project not in self._holds:
            said = await self._api(f"projects/{project}")
            known = isinstance(said, dict) and said.get("name") == project
            self._holds[project] = known and not said.get("registry_id")
        return self._holds[project]

    async def _api(self, path: str) -> Any:  # noqa: ANN401 -- JSON
        """Answers with the credentials that the registry itself is sent, if there are any."""
        url = f"{self._endpoint.base}/api/v2.0/{path}"
        return await self._api_says(url, await self._auth.basic())


def _page(data: Any) -> Page | None:  # noqa: ANN401 -- JSON, looked at with suspicion
    found = own_api.entries(data)
    if found is None:
        return None
    told = (
        (tag["name"], _digest(artifact), own_api.moment(tag.get("push_time")))
        for artifact in found
        for tag in _tags(artifact)
    )
    return own_api.page(told, last=len(data) < PAGE_SIZE)


def _tags(artifact: dict[str, Any]) -> Iterator[dict[str, Any]]:
    tags = artifact.get("tags")
    return own_api.named(tags if isinstance(tags, list) else [])


def _digest(artifact: dict[str, Any]) -> str | None:
    kind = artifact.get("manifest_media_type")
    return own_api.digest(artifact.get("digest")) if kind in own_api.PULLED else None
