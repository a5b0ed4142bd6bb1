"""What a value in a configuration must look like, where a type alone cannot say it."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from bot.config.settings import SIZE
from bot.image import DOCKER_HUB
from bot.policy.globs import REFUSED
from bot.policy.versions import misread

COMPLAINT = "said"
"""The type of every error below: its text goes to the user as it stands, and never holds a value
that may be a secret. `at` in its context leads from the mapping at fault to the entry."""

GLOB_LIMIT = 256
_HOST = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]{1,63})*|\[[0-9a-fA-F:.]+\])"
    r"(?::[0-9]{1,5})?"
)
_HUB_NAMES = {
    "index.docker.io",
    "registry-1.docker.io",
    "hub.docker.com",
    "registry.hub.docker.com",
}
_NOT_IN_URLS = re.compile(r"[\s\x00-\x1f\x7f\\#?]")
_PATH = re.compile(r"(?:/[a-z0-9][a-z0-9._-]*)*/?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_TOKEN = re.compile(  # as the forges and registries begin theirs
    r"(?:gh[a-z]|github_pat|glpat|gldt|glcbt|dckr_pat|dckr_oat|npm|hf|sk|pypi|xox[a-z]|eyJ)[\w-]{16,}"
)
_AGE = re.compile("[0-9]{1,4}[dh]")
_PLATFORM = re.compile("[a-z0-9]{1,20}/[a-z0-9_]{1,20}(?:/[a-z0-9.]{1,20})?")
_AUTHOR = re.compile(r"[^<>\s][^<>\n\r]{0,99} <[^<>\s]{1,200}>")


def complaint(text: str, at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """An error with this text, `at` an entry of the mapping that is being checked."""
    context: dict[str, object] = {"text": text, "at": at}
    return PydanticCustomError(COMPLAINT, "{text}", context)


def _glob(pattern: str) -> str:
    if pattern.startswith("!"):
        raise complaint("a pattern cannot be turned round with '!'; put a rule before it instead")
    if strange := [char for char in pattern if char in REFUSED]:
        raise complaint(f"{strange[0]!r} has no meaning in patterns; '*', '**' and '?' have")
    if pattern != pattern.strip() or "\n" in pattern:
        raise complaint("a pattern has no space around it")
    return pattern


def _file_glob(pattern: str) -> str:
    if not pattern.strip("/"):
        raise complaint("'/' covers nothing; write '**' for every file")
    if "//" in pattern or pattern.startswith(("./", "../")) or "/../" in pattern:
        raise complaint("a path starts at the repository's root, as in 'docs/**', and has no '..'")
    return pattern


def _image_glob(pattern: str) -> str:
    if "://" in pattern:
        raise complaint("an image has no 'https://' before its registry")
    if "@" in pattern or ":" in pattern.rpartition("/")[2]:
        raise complaint("a pattern is of images, all their tags; write it without tag or digest")
    if pattern.endswith("/"):
        raise complaint(f"write '{pattern[:80]}**' for every image below it")
    return pattern


def _host(host: str) -> str:
    if "://" in host or "/" in host:
        raise complaint("a registry is named by its host alone, as in 'registry.example.org:5000'")
    if host.lower() in _HUB_NAMES:
        raise complaint(f"Docker Hub is named '{DOCKER_HUB}' here")
    if host != host.lower():
        raise complaint("a host is written in lower case")
    if not _HOST.fullmatch(host):
        raise complaint("it is no host; write it as images do: 'registry.example.org:5000'")
    return host


def _host_glob(pattern: str) -> str:
    if pattern != pattern.lower():
        raise complaint("a host is written in lower case")
    if "/" in pattern:
        raise complaint("a host has no '/'; write 'registry.example.org' or '*.example.org'")
    return pattern


def _url(url: str) -> str:
    if not url.lower().startswith(("https://", "http://")):
        raise complaint("it is to begin with 'https://' (or 'http://' along with 'insecure: true')")
    host = _host_of(url)
    if "@" in host:
        raise complaint(
            "it is to hold no user or password; variables do, which '…_env' options name"
        )
    if not _HOST.fullmatch(host) or _NOT_IN_URLS.search(url):
        raise complaint("it is no URL")
    return url


def _lookup(url: str) -> str:
    if not _PATH.fullmatch(urlsplit(url).path):
        raise complaint("behind its host there is at most the start of a path, as in '/hub-proxy'")
    return url


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _variable(name: str) -> str:
    if _TOKEN.fullmatch(name):
        raise complaint("it looks like a secret itself: take it back, and name its variable here")
    if not _VARIABLE.fullmatch(name):
        raise complaint("it is to be the NAME of an environment variable, not what is in it")
    return name


def _age(age: object) -> object:
    if not isinstance(age, str) or not _AGE.fullmatch(age):
        raise complaint("write it as '3d' for days or '12h' for hours")
    return age


def _platform(name: str) -> str:
    if not _PLATFORM.fullmatch(name):
        raise complaint("write it as builders do: 'linux/amd64', 'linux/arm/v7'")
    # What these variants say, their architecture means anyway (https://github.com/containerd/platforms).
    return re.sub("(?<=/arm64)/v8$|(?<=/amd64)/v1$", "", name)


def _size(size: object) -> object:
    if not isinstance(size, str) or not SIZE.fullmatch(size):
        raise complaint("write it as '500MiB' or '2GiB'")
    return size


def _path(path: str) -> str:
    if not path.isprintable():
        raise complaint("a path has no control characters in it")
    return path


def _name(text: str) -> str:
    if not text.isprintable() or text.startswith("-"):
        raise complaint("it begins with no dash and has no control characters in it")
    return text


def _version(text: str) -> str:
    if why := misread(text):
        raise complaint(why)
    return text


def _author(author: str) -> str:
    if not _AUTHOR.fullmatch(author):
        raise complaint("write it as git does: 'Name <name@example.org>'")
    return author


_Short = StringConstraints(min_length=1, max_length=GLOB_LIMIT)
_Long = StringConstraints(min_length=1, max_length=2000)
FileGlob: TypeAlias = Annotated[str, _Short, AfterValidator(_glob), AfterValidator(_file_glob)]
ImageGlob: TypeAlias = Annotated[str, _Short, AfterValidator(_glob), AfterValidator(_image_glob)]
HostGlob: TypeAlias = Annotated[str, _Short, AfterValidator(_glob), AfterValidator(_host_glob)]
VersionGlob: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=128), AfterValidator(_version)
]
Host: TypeAlias = Annotated[str, _Short, AfterValidator(_host)]
Name: TypeAlias = Annotated[str, _Short, AfterValidator(_name)]
Url: TypeAlias = Annotated[str, _Long, AfterValidator(_url)]
LookupUrl: TypeAlias = Annotated[Url, AfterValidator(_lookup)]
Variable: TypeAlias = Annotated[str, _Short, AfterValidator(_variable)]
Author: TypeAlias = Annotated[str, _Long, AfterValidator(_author)]
Age: TypeAlias = Annotated[
    str, BeforeValidator(_age), StringConstraints(pattern=f"^{_AGE.pattern}$")
]
PlatformName: TypeAlias = Annotated[str, _Short, AfterValidator(_platform)]
Size: TypeAlias = Annotated[
    str, BeforeValidator(_size), StringConstraints(pattern=f"^{SIZE.pattern}$")
]
Path: TypeAlias = Annotated[str, _Long, AfterValidator(_path)]


def plain_http(url: str | None) -> bool:
    """Whether a URL that was checked is asked without TLS."""
    return (url or "").lower().startswith("http://")
