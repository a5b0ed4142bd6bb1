"""
Image references: how files spell them, and what they mean.

The grammar is that of https://github.com/distribution/reference (`reference.go`, `regexp.go`),
and its `normalize.go` for what a familiar name such as `node` means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

DOCKER_HUB = "docker.io"
_HUB_ALIASES = {DOCKER_HUB, "index.docker.io"}

NAME_LIMIT = 255  # reference.go: RepositoryNameTotalLengthMax
_TEXT_LIMIT = NAME_LIMIT + 1 + 128 + 1 + 135 + 256  # name, tag, sha512 digest, a long host

_DOMAIN_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = rf"(?:{_DOMAIN_PART}(?:\.{_DOMAIN_PART})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_PATH_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_PATH = rf"{_PATH_PART}(?:/{_PATH_PART})*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}"
_REFERENCE = re.compile(
    rf"(?P<name>(?:{_DOMAIN}/)?{_PATH})(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_DIGEST}))?"
)
_IDENTIFIER = re.compile(r"[0-9a-f]{64}")


class Repository(NamedTuple):
    """Where images are kept: the host to ask, and the path there (Hub's `library/` spelled out)."""

    registry: str
    path: str

    def __str__(self) -> str:
        return f"{self.registry}/{self.path}"


@dataclass(frozen=True, slots=True, eq=False)
class ImageRef:
    """
    An image reference, kept as its file spells it.

    `str(ref)` gives the spelling back to the letter; `==` compares what is meant, so that
    `node`, `node:latest`, `library/node` and `index.docker.io/library/node` are one image.
    """

    name: str
    tag: str | None = None
    digest: str | None = None
    repository: Repository = field(init=False, repr=False)
    _key: tuple[Repository, str | None, str | None] = field(init=False, repr=False)
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        repository = _meaning(self.name)
        object.__setattr__(self, "repository", repository)
        # Computed at once: plans look up each of thousands in one mapping after the other.
        object.__setattr__(self, "_key", (repository, self.effective_tag, self.digest))
        object.__setattr__(self, "_hash", hash(self._key))

    @classmethod
    def parse(cls, text: str) -> ImageRef:
        """Read a reference; raises `ValueError`, whose text says why `text` is none."""
        return _parsed(text)

    @property
    def registry(self) -> str:
        """The host that has the image, with its port if any; `docker.io` for Docker Hub."""
        return self.repository.registry

    @property
    def effective_tag(self) -> str | None:
        """The tag a builder would pull: `latest` where neither tag nor digest is written."""
        return self.tag or (None if self.digest else "latest")

    def at(self, tag: str | None, digest: str | None = None) -> ImageRef:
        """The same image, spelled the same way, at another tag and digest."""
        return _at(self.name, tag, digest)

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, ImageRef) else NotImplemented

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"


# Plans ask for the same few thousand again and again, and to make one takes ten times as long.
@lru_cache(maxsize=16384)
def _at(name: str, tag: str | None, digest: str | None) -> ImageRef:
    return ImageRef(name, tag, digest)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ImageRef:
    # Cached, as a repository names few images, each of them many times.
    if len(text) > _TEXT_LIMIT or not (match := _REFERENCE.fullmatch(text)):
        raise ValueError(_complaint(text))
    name = match["name"]
    if _IDENTIFIER.fullmatch(name):
        raise ValueError(f"{_short(text)} is an image id of this machine, not a name")
    ref = ImageRef(name, match["tag"], match["digest"])
    if len(ref.repository.path) > NAME_LIMIT:
        raise ValueError(f"{_short(text)} has a name of more than {NAME_LIMIT} characters")
    if not re.fullmatch(_PATH, ref.repository.path):
        raise ValueError(_complaint(text))
    return ref


@lru_cache(maxsize=4096)
def _meaning(name: str) -> Repository:
    """Split a name as `splitDockerDomain` of normalize.go does."""
    host, slash, rest = name.partition("/")
    # An upper-case first part cannot be a path, so it is a host.
    if not slash or not (set(host) & set(".:[") or host == "localhost" or host.lower() != host):
        host, rest = DOCKER_HUB, name
    if host in _HUB_ALIASES:
        return Repository(DOCKER_HUB, rest if "/" in rest else f"library/{rest}")
    return Repository(host, rest)


def _complaint(text: str) -> str:
    if not text:
        return "the reference is empty"
    head, at, digest = text.partition("@")
    if at and not re.fullmatch(_DIGEST, digest):
        return f"{_short(text)} has a digest that is not algorithm:hex of the right length"
    name = head.rsplit(":", 1)[0] if ":" in head.rsplit("/", 1)[-1] else head
    if name != name.lower() and re.fullmatch(_PATH, name.lower()):
        return f"{_short(text)} has upper-case letters in its name, which no registry accepts"
    return f"{_short(text)} is not an image reference"


def _short(text: str) -> str:
    shown = text if len(text) <= 80 else text[:77] + "..."
    return repr(shown)
