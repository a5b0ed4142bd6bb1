"""Where in GitLab's API a project and its parts are."""

from __future__ import annotations

from urllib.parse import quote

from bot.errors import PlatformError

GRAPHQL = "/api/graphql"
"""Where questions are posted, below the address of a GitLab: https://docs.gitlab.com/api/graphql/"""


def path_of(slug: str, *parts: str | int) -> str:
    """The path of a part of a project. Raises `PlatformError` where the slug is no project's."""
    words = slug.split("/")
    if len(words) < 2 or any(word in {"", ".", ".."} for word in words):
        raise PlatformError(f"{slug[:200]!r} is no path of a project, as `group/project`")
    return "/".join(["/projects", *(quote(str(part), safe="") for part in (slug, *parts))])
