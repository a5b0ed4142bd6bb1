"""GitHub's releases: https://docs.github.com/en/rest/releases/releases#list-releases."""

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

HOST = "github.com"
API = "https://api.github.com"


class GitHub:
    """Asks GitHub, or an Enterprise server whose API is at `api`; the token goes nowhere else."""

    def __init__(self, http: Asks, token: str | None = None, *, api: str = API) -> None:
        self._http, self._api = http, api.rstrip("/")
        self._authorization = f"Bearer {token}" if token else None

    async def releases(self, path: str, page: int) -> Page | None:
        """See `Forge`; drafts are left out."""
        wanted = Wanted(
            f"the releases of {path} on GitHub",
            f"{self._api}/repos/{in_url(path, keep='/')}/releases?per_page={EACH}&page={page}",
            "application/vnd.github+json",
            self._authorization,
        )
        return await page_of(self._http, wanted, _release)

    async def names(self, path: str, ref: str) -> tuple[str, ...] | None:
        """See `Forge`: https://docs.github.com/en/rest/repos/contents#get-repository-content."""
        wanted = self._contents(path, ref, "", "application/vnd.github+json")
        return await names_of(self._http, wanted, ("type", "file"))

    async def file(self, path: str, ref: str, name: str) -> str | None:
        """See `Forge`; the very bytes, as the usual answer has no content of large files."""
        wanted = self._contents(path, ref, in_url(name), "application/vnd.github.raw+json")
        return await file_of(self._http, wanted)

    def _contents(self, path: str, ref: str, name: str, accept: str) -> Wanted:
        at = f"?ref={in_url(ref)}" if ref else ""
        url = f"{self._api}/repos/{in_url(path, keep='/')}/contents/{name}{at}"
        return Wanted(f"the changelog of {path} on GitHub", url, accept, self._authorization)


def _release(row: Mapping[str, object]) -> Release | None:
    if row.get("draft"):
        return None
    return Release(
        name=text_of(row, "tag_name"),
        url=text_of(row, "html_url"),
        text=text_of(row, "body"),
        unripe=row.get("prerelease") is True,
    )
