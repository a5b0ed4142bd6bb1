"""Where the release notes of images live, and which page tells of one tag. Pure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

from bot.image import ImageRef
from bot.tags.grammar import parse

NotesKind: TypeAlias = Literal["github", "gitlab", "url"]

_SLOT = re.compile(r"\{([a-z]+)\}")
_USUAL_NAMES = ("v{version}", "{version}")


class NotesPlace(NamedTuple):
    """
    Where the release notes of some images live.

    `where`: of `github` owner/repository, of `gitlab` host/project, of `url` a page; `tag`: what
    a release is called there, if a rule says it. Both may have `{version}`, `{major}`, `{minor}`,
    `{tag}` and `{name}`, the last part of the image's name.
    `guest`: a repository says so of itself; it is to be asked without credentials, and only where
    its host is public, since whoever writes to that repository chose it.
    """

    images: tuple[str, ...]
    kind: NotesKind
    where: str
    tag: str = ""
    guest: bool = False

    def source(self, image: ImageRef) -> str | None:
        """`where`, for an image; None where the image's tag does not say what it asks for."""
        return _filled(self.where, image)

    def releases(self, image: ImageRef) -> tuple[str, ...]:
        """What the release of the image's tag may be called there, the likeliest name first."""
        names = (_filled(name, image) for name in ([self.tag] if self.tag else _USUAL_NAMES))
        return tuple(name for name in names if name)

    def page(self, image: ImageRef, *, full: bool) -> str | None:
        """
        The page for a person; `full`: the tag names one version whole, so it is one release's.

        None where it is a page of one version and the tag names none.
        """
        source = self.source(image)
        if source is None or self.kind == "url":
            return source
        home = f"https://github.com/{source}" if self.kind == "github" else f"https://{source}/-"
        name = _filled(self.tag, image) if self.tag and full else None
        return f"{home}/releases" + (f"{_BEFORE_NAME[self.kind]}{name}" if name else "")


_BEFORE_NAME = {"github": "/tag/", "gitlab": "/"}


def _filled(template: str, image: ImageRef) -> str | None:
    known = _slots(image)
    if any(known.get(slot) is None for slot in _SLOT.findall(template)):
        return None
    return _SLOT.sub(lambda slot: known[slot[1]] or "", template)


def _slots(image: ImageRef) -> dict[str, str | None]:
    text = image.effective_tag
    release = parse(text).release if text else None
    numbers = release.text.split(".") if release else []
    return {
        "name": image.repository.path.rpartition("/")[2],
        "tag": text,
        "version": release.text if release else None,
        "major": numbers[0] if numbers else None,
        "minor": numbers[1] if len(numbers) > 1 else None,
    }
