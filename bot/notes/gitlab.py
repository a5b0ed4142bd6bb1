"""GitLab's releases: https://docs.gitlab.com/api/releases/#list-releases."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bot.http import Asks
from bot.notes.forges import Page, Release, asked, rows, text_of

HOST = "gitlab.com"
_EACH = 50


class GitLab:
    """Asks the GitLab at `url`; the token goes nowhere else."""

    def __init__(
        self, http: Asks, token: str | None = None, *, url: str = f"https://{HOST}"
    ) -> None:
        self._http, self._url = http, url.rstrip("/")
        self._authorization = f"Bearer {token}" if token else None

    async def releases(self, path: str, page: int) -> Page | None:
        """See `Forge`; releases to come are unripe."""
        subject = f"the releases of {path} on GitLab"
        project = quote(path, safe="")
        url = f"{self._url}/api/v4/projects/{project}/releases?per_page={_EACH}&page={page}"
        headers = ("application/json", self._authorization)
        answer = await asked(self._http, url, subject, headers)
        if answer.status == 404:
            return None
        found = rows(answer, subject)
        return Page(tuple(map(self._release, found)), len(found) >= _EACH)

    def _release(self, row: Mapping[str, object]) -> Release:
        links = row.get("_links")
        page = text_of(links, "self") if isinstance(links, dict) else ""
        return Release(
            name=text_of(row, "tag_name"),
            url=page,
            text=text_of(row, "description"),
            unripe=row.get("upcoming_release") is True,
        )
