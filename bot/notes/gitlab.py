"""GitLab's releases: https://docs.gitlab.com/api/releases/#list-releases."""

from __future__ import annotations

from collections.abc import Mapping

from bot.http import Asks
from bot.notes.forges import (
    EACH,
    Page,
    Release,
    Wanted,
    file_of,
    in_url,
    names_of,
    page_of,
    text_of,
)

HOST = "gitlab.com"


class GitLab:
    """Asks the GitLab at `url`; the token goes nowhere else."""

    def __init__(
        self, http: Asks, token: str | None = None, *, url: str = f"https://{HOST}"
    ) -> None:
        self._http, self._url = http, url.rstrip("/")
        self._authorization = f"Bearer {token}" if token else None

    async def releases(self, path: str, page: int) -> Page | None:
        """See `Forge`; releases to come are unripe."""
        project = in_url(path)
        wanted = Wanted(
            f"the releases of {path} on GitLab",
            f"{self._url}/api/v4/projects/{project}/releases?per_page={EACH}&page={page}",
            "application/json",
            self._authorization,
        )
        return await page_of(self._http, wanted, _release)

    async def names(self, path: str, ref: str) -> tuple[str, ...] | None:
        """See `Forge`: https://docs.gitlab.com/api/repositories/#list-repository-tree."""
        at = f"&ref={in_url(ref)}" if ref else ""
        wanted = self._repository(path, f"tree?per_page=100{at}", "application/json")
        return await names_of(self._http, wanted, ("type", "blob"))

    async def file(self, path: str, ref: str, name: str) -> str | None:
        """See `Forge`: https://docs.gitlab.com/api/repository_files/#get-raw-file-from-repository."""
        at = in_url(ref or "HEAD")
        wanted = self._repository(path, f"files/{in_url(name)}/raw?ref={at}", "*/*")
        return await file_of(self._http, wanted)

    def _repository(self, path: str, what: str, accept: str) -> Wanted:
        url = f"{self._url}/api/v4/projects/{in_url(path)}/repository/{what}"
        return Wanted(f"the changelog of {path} on GitLab", url, accept, self._authorization)


def _release(row: Mapping[str, object]) -> Release:
    links = row.get("_links")
    return Release(
        name=text_of(row, "tag_name"),
        url=text_of(links, "self") if isinstance(links, dict) else "",
        text=text_of(row, "description"),
        unripe=row.get("upcoming_release") is True,
    )
