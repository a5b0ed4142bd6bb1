"""GitHub's releases: https://docs.github.com/en/rest/releases/releases#list-releases."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bot.http import Asks
from bot.notes.forges import Page, Release, asked, rows, text_of

HOST = "github.com"
API = "https://api.github.com"
_EACH = 50


class GitHub:
    """Asks GitHub, or an Enterprise server whose API is at `api`; the token goes nowhere else."""

    def __init__(self, http: Asks, token: str | None = None, *, api: str = API) -> None:
        self._http, self._api = http, api.rstrip("/")
        self._authorization = f"Bearer {token}" if token else None

    async def releases(self, path: str, page: int) -> Page | None:
        """See `Forge`; drafts are left out."""
        subject = f"the releases of {path} on GitHub"
        url = f"{self._api}/repos/{quote(path)}/releases?per_page={_EACH}&page={page}"
        headers = ("application/vnd.github+json", self._authorization)
        answer = await asked(self._http, url, subject, headers)
        if answer.status == 404:
            return None
        found = rows(answer, subject)
        return Page(
            tuple(map(_release, (r for r in found if not r.get("draft")))), len(found) >= _EACH
        )


def _release(row: Mapping[str, object]) -> Release:
    return Release(
        name=text_of(row, "tag_name"),
        url=text_of(row, "html_url"),
        text=text_of(row, "body"),
        unripe=row.get("prerelease") is True,
    )
