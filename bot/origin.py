"""
Which repository an image was built from, as the image itself says. Pure.

The names of annotations and labels are those of
https://github.com/opencontainers/image-spec/blob/main/annotations.md and, older, of
http://label-schema.org/rc1/. Images inherit the labels of what they are built on, so a label counts
only where it is the image's own; annotations are never inherited.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.image import ImageRef
from bot.model import Description

_OCI = "org.opencontainers.image."
_KEYS = {
    "source": (f"{_OCI}source", "org.label-schema.vcs-url", "vcs-url"),
    "revision": (f"{_OCI}revision", "org.label-schema.vcs-ref", "vcs-ref"),
}
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?"
_PATH = re.compile(rf"{_PART}(?:/{_PART}){{1,5}}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_SHORTHAND = re.compile(r"git@([^:/]+):(.+)")
_FOLDER = re.compile(r"[A-Za-z0-9._+/-]{1,200}")
_WITHIN = re.compile(r"/(?:-/)?(?:tree|blob|commit)/([^/]+)(?:/(.*))?$")
_GITHUB = "github.com"


class Project(NamedTuple):
    """A repository on a forge, at a commit, and the folder there; both empty where unknown."""

    host: str
    path: str
    commit: str = ""
    folder: str = ""

    @property
    def url(self) -> str:
        """Its page."""
        return f"https://{self.host}/{self.path}"

    def tree(self) -> str:
        """The page of its folder at its commit; its own page where no commit is known."""
        if not self.commit:
            return self.url
        folder = f"/{self.folder}" if self.folder else ""
        return f"{self.url}{self._dash}/tree/{self.commit}{folder}"

    def file(self, ref: str, path: str) -> str:
        """The page of a file at a commit, branch or tag; of its first branch without one."""
        return f"{self.url}{self._dash}/blob/{ref or 'HEAD'}/{path}"

    def compare(self, old: str, new: str) -> str:
        """The page of what changed between two commits or tags."""
        return f"{self.url}{self._dash}/compare/{old}...{new}"

    @property
    def _dash(self) -> str:
        return "" if self.host == _GITHUB else "/-"  # as GitLab divides a project from its pages


def project(text: str) -> Project | None:
    """
    The project that a `source` names; None where it is none that could be linked to.

    `https://github.com/docker-library/python.git#<commit>:<folder>`, `git@host:path`, a page of
    a folder at a commit: https://docs.docker.com/build/concepts/context/#git-repositories.
    """
    if shorthand := _SHORTHAND.fullmatch(text.strip()):
        text = f"https://{shorthand[1]}/{shorthand[2]}"
    try:
        split = urlsplit(text.strip().replace("git+https://", "https://", 1))
        host = (split.hostname or "").lower()
    except ValueError:
        return None
    path, commit, folder = split.path, *_fragment(split.fragment)
    if within := _WITHIN.search(path):
        path, commit, folder = path[: within.start()], within[1], within[2] or ""
    path = path.strip("/").removesuffix(".git")
    if split.scheme not in {"https", "http", "git", "ssh"} or not _HOST.fullmatch(host):
        return None
    if not _PATH.fullmatch(path) or ".." in path:
        return None
    commit = commit if _COMMIT.fullmatch(commit) else ""
    return Project(host, path, commit, folder if _is_folder(folder) else "")


def _fragment(text: str) -> tuple[str, str]:
    commit, _, folder = text.partition(":")
    return commit, folder


def _is_folder(text: str) -> bool:
    return bool(_FOLDER.fullmatch(text)) and ".." not in text.split("/")


def origin(image: Description, name: ImageRef, base: Description | None = None) -> Project | None:
    """
    The project that an image says it was built from, at its commit.

    A label counts where it differs from that of the base. Where no base is known it counts if the
    project and the image have a name in common, as `ghcr.io/astral-sh/uv` has with `astral-sh/uv`.
    """
    said = image.annotations.get(_KEYS["source"][0], "")
    found = project(said) or _labelled(image, name, base)
    if not found or found.commit:
        return found
    revision = _revision(image, base)
    return Project(found.host, found.path, revision, found.folder) if revision else found


def own_label(image: Description, key: str, base: Description | None) -> str:
    """An annotation, else a label if the base does not have the very same; empty where neither."""
    if annotated := image.annotations.get(key):
        return annotated.strip()
    label = image.config.labels.get(key, "")
    return "" if base and base.config.labels.get(key) == label else label.strip()


def base_of(image: Description) -> ImageRef | None:
    """The image that it says it was built on, pinned to the digest it says; None where unsaid."""
    name = image.annotations.get(f"{_OCI}base.name") or image.config.labels.get(f"{_OCI}base.name")
    digest = (
        image.annotations.get(f"{_OCI}base.digest")
        or image.config.labels.get(f"{_OCI}base.digest")
        or ""
    )
    try:
        found = ImageRef.parse((name or "").partition("@")[0])
        return ImageRef.parse(f"{found}@{digest}") if digest else found
    except ValueError:
        return None


def _revision(image: Description, base: Description | None) -> str:
    said = (own_label(image, key, base) for key in _KEYS["revision"])
    return next((commit for commit in said if _COMMIT.fullmatch(commit)), "")


def _labelled(image: Description, name: ImageRef, base: Description | None) -> Project | None:
    for key in _KEYS["source"]:
        found = project(own_label(image, key, base))
        if found and (base or _alike(found, name)):
            return found
    return None


def _alike(found: Project, name: ImageRef) -> bool:
    """Whether the names of project and image have a part in common that says something."""
    ours = set(name.repository.path.lower().split("/")) - {"library"}
    theirs = found.path.lower().split("/")
    last = theirs[-1].removeprefix("docker-").removesuffix("-docker")
    return bool(ours & {theirs[0], theirs[-1], last})
