"""Titles and commit messages as a user words them: `{image}` and its like, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.errors import ConfigError
from bot.image import ImageRef
from bot.model import Bump, Wishes
from bot.wording.unseen import UNSEEN

CONTENT_TRAILER = "Basewatch"
"""The trailer of our commits that says what they wrote (`marker.fingerprint`)."""

LONGEST = 120
_LONGEST_TEMPLATE = 1_000
_LONGEST_WHERE = 60
_PART = re.compile(r"\{\{|\}\}|\{([a-z]*)\}|[{}]")
_CONTROL = re.compile(f"[{UNSEEN}]+")
_UNPLAIN = re.compile(r"[^\w./-]+")  # a commit's message may close an issue: `#1`
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,29}")
_TYPED = re.compile(r"[a-z][a-z0-9-]{0,29}(?:\([^()]{0,60}\))?!?: ")
_SCOPE = re.compile(r"[^\s()\x00-\x1f]{0,60}")
_PERSON = re.compile(r"[^<>\x00-\x1f]{1,100} <[^<>@\s]{1,100}@[^<>@\s]{1,150}>")
_TOLD = re.compile(rf"{CONTENT_TRAILER}: ([0-9a-f]{{1,64}})")


@dataclass(frozen=True, slots=True)
class Words:
    """What a template may name."""

    image: str
    old: str
    new: str
    kind: str

    def by_name(self) -> Mapping[str, str]:
        """Each word by its name in a template."""
        return {"image": self.image, "old": self.old, "new": self.new, "kind": self.kind}


NAMES = ("image", "old", "new", "kind")


def words_of(bumps: Iterable[Bump]) -> Words:
    """The words for these moves: of several, those that they share, and a number for the others."""
    moves = list(dict.fromkeys(bumps))
    return Words(
        image=_together((bump.new.name for bump in moves), "images"),
        old=_together((_shown(bump.old, bump.new) for bump in moves), "tags"),
        new=_together((_shown(bump.new, bump.old) for bump in moves), "tags"),
        kind=_together((bump.kind for bump in moves), "kinds"),
    )


def _together(names: Iterable[str], many: str) -> str:
    found = list(dict.fromkeys(names))
    return found[0] if len(found) == 1 else f"{len(found)} {many}"


def _shown(image: ImageRef, other: ImageRef) -> str:
    """Its tag; where the other one has the same, what tells them apart: `2.0@51b07aa`."""
    tag, digest = image.effective_tag, (image.digest or "").partition(":")[2][:7]
    if not tag:
        return digest or "none"
    return f"{tag}@{digest}" if digest and tag == other.effective_tag else tag


@dataclass(frozen=True, slots=True)
class Titled:
    """The title of a pull request, and the message of its commit (empty: the title)."""

    title: str
    message: str = ""


def titled(title: str, bumps: Iterable[Bump], wishes: Wishes, where: str = "") -> Titled:
    """
    What is said by the user's templates, where there are any; `title` is ours.

    The user's own keeps its letters as they are, and its own type where it begins with one.
    `where`: the directory that all of it is in, which tells it from the same in another.
    """
    words = words_of(bumps)
    if wishes.title:
        title = rendered(wishes.title, words)
        if wishes.conventional and not _TYPED.match(title):
            title = one_line(f"{_scoped(*wishes.conventional)}: {title}")
    elif wishes.conventional:
        title = conventional(title, *wishes.conventional)
    if where:
        end = f" in {one_line(_UNPLAIN.sub('-', where), _LONGEST_WHERE)}"
        title = one_line(title, LONGEST - len(end)) + end
    return Titled(title, rendered(wishes.message, words) if wishes.message else "")


def complaint_about(template: str) -> str:
    """What is wrong with a template, as a sentence; empty where nothing is."""
    if len(template) > _LONGEST_TEMPLATE:
        return f"a template has at most {_LONGEST_TEMPLATE} characters"
    for part in _PART.finditer(template):
        if part[0] in "{}" or (part[1] is not None and part[1] not in NAMES):
            known = ", ".join(f"{{{name}}}" for name in NAMES)
            return f"`{part[0]}` is none of {known}; a brace itself is written twice"
    return ""


def rendered(template: str, words: Words) -> str:
    """
    One line made of a template; what comes in is put there as it is, and is no template itself.

    Raises `ConfigError` for what `complaint_about` complains about.
    """
    if complaint := complaint_about(template):
        raise ConfigError(f"template {template[:80]!r}: {complaint}")
    by_name = words.by_name()
    text = _PART.sub(lambda part: by_name[part[1]] if part[1] else part[0][0], template)
    return one_line(text)


def one_line(text: str, limit: int = LONGEST) -> str:
    """The text without control characters, line ends or runs of spaces, cut to the limit."""
    text = " ".join(_CONTROL.sub(" ", text).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def conventional(title: str, kind: str = "chore", scope: str = "deps") -> str:
    """
    The title as https://www.conventionalcommits.org/ has it: `chore(deps): bump node 20 → 22`.

    Raises `ConfigError` for a type or scope that the form does not allow.
    """
    return one_line(f"{_scoped(kind, scope)}: {title[:1].lower()}{title[1:]}")


def _scoped(kind: str, scope: str) -> str:
    if not _TYPE.fullmatch(kind) or not _SCOPE.fullmatch(scope):
        raise ConfigError(f"`{kind[:40]}({scope[:80]})` is no type and scope of a commit")
    return f"{kind}({scope})" if scope else kind


def commit_message(said: str, content: str, signed_off: str = "") -> str:
    """
    A whole commit message: what is said, and the trailers (man git-interpret-trailers).

    `signed_off` is `Name <mail>`; raises `ConfigError` where it is not.
    """
    if signed_off and not _PERSON.fullmatch(signed_off):
        raise ConfigError(f"{signed_off[:80]!r} is no `Name <mail@host>` to sign off with")
    first, _, rest = said.strip().partition("\n")
    lines = [_CONTROL.sub(" ", line).rstrip() for line in rest.strip().splitlines()]
    body = "\n".join(lines)
    trailers = [f"Signed-off-by: {signed_off}"] if signed_off else []
    trailers.append(f"{CONTENT_TRAILER}: {content}")
    return "\n\n".join(filter(None, [one_line(first), body, "\n".join(trailers)])) + "\n"


def content_told(message: str) -> str:
    """What a commit message of ours says it wrote; empty where it says nothing."""
    lines = message.rstrip()[-2_000:].splitlines()
    found = _TOLD.fullmatch(lines[-1]) if lines else None
    return found[1] if found else ""
