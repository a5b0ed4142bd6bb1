"""Where a GitHub is: its API, its clones, and which addresses may be made of what people name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bot.errors import ConfigError, PlatformError

PUBLIC = "https://api.github.com"

_PART = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True, slots=True)
class Address:
    """
    The API at `api`, without a slash at its end, and `web`, below which git clones.

    https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api
    """

    api: str
    web: str

    @classmethod
    def of(cls, api: str, insecure: Collection[str] = (), web: str = "") -> Address:
        """
        `https://api.github.com`, or an Enterprise's `https://ghe.example.org/api/v3`.

        Raises `ConfigError` for what is no such URL, has a password in it, or would send the token
        over plain HTTP to a host (or `host:port`) that is not in `insecure`.
        """
        api = _checked(api, insecure)
        return cls(api, _checked(web, insecure) if web else _web_of(api))

    @property
    def origin(self) -> str:
        """The scheme and the host, to which alone the token goes."""
        parts = urlsplit(self.api)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """What messages call it."""
        return urlsplit(self.api).netloc

    def clone(self, slug: str) -> str:
        """
        The URL that git takes.

        It is made here, not taken from an answer, as the token goes where it leads.
        """
        return f"{self.web}/{slug}.git"


def _checked(url: str, insecure: Collection[str]) -> str:
    try:
        parts = urlsplit(url.strip().rstrip("/"))
        named = {parts.hostname or "", f"{parts.hostname}:{parts.port or 80}", parts.netloc.lower()}
    except ValueError:
        raise ConfigError(f"{url[:200]!r} is no URL of a GitHub") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or not parts.netloc.isascii():
        raise ConfigError(f"{url[:200]!r} is no URL of a GitHub, such as {PUBLIC}")
    if "@" in parts.netloc:
        raise ConfigError("the URL of a GitHub has a name or password in it; give the token apart")
    if parts.query or parts.fragment or not parts.path.isprintable():
        raise ConfigError(f"{url[:200]!r} is no URL of a GitHub, such as {PUBLIC}")
    if parts.scheme == "http" and not named & set(insecure):
        raise ConfigError(
            f"{parts.netloc} would be told the token over plain HTTP: use https, or configure "
            "the host as insecure"
        )
    return parts.geturl()


def _web_of(api: str) -> str:
    parts = urlsplit(api)
    public = parts.netloc.lower().removeprefix("api.")
    return f"{parts.scheme}://{public if not parts.path else parts.netloc}"


def is_slug(slug: str) -> bool:
    """Whether this is an owner and a name; nothing else may become part of an address."""
    owner, slash, name = slug.partition("/")
    return bool(slash and _PART.fullmatch(owner) and _PART.fullmatch(name))


def repository(slug: str) -> str:
    """The path of a repository in the API; raises `PlatformError` for what is no slug."""
    if not is_slug(slug):
        raise PlatformError(f"{slug[:200]!r} is no repository of GitHub's, such as team/app")
    return f"/repos/{slug}"


def ref_path(branch: str) -> str:
    """A branch as a part of a path; raises `PlatformError` where the path would be another one."""
    if not branch or {"", ".", ".."} & set(branch.split("/")):
        raise PlatformError(f"{branch[:200]!r} is no name of a branch")
    return f"heads/{quote(branch, safe='/')}"


def part(text: str) -> str:
    """A login, a label or a number as one part of a path."""
    if text in ("", ".", ".."):
        raise PlatformError(f"{text!r} cannot be part of an address")
    return quote(text, safe="")
