"""Names that a build gives to something else: what a Dockerfile calls so is not pulled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.model import Mention, Skip, Use

_HUB = ("docker.io/", "library/")


def context_of(use: Use, contexts: Iterable[str]) -> str | None:
    """
    Which of these contexts a build takes instead of an image; `None`: it pulls the image.

    As BuildKit compares their names (https://docs.docker.com/build/concepts/context/): as short as
    Docker would write them, and without `latest`.
    """
    if use.role not in {"from", "copy", "mount"}:
        return None
    said = _short("".join(piece.text for piece in use.pieces))
    return next((name for name in contexts if _short(name) == said), None)


def _short(name: str) -> str:
    for prefix in _HUB:
        name = name.removeprefix(prefix)
    return name.removesuffix(":latest")


def pulled(mentions: Iterable[Mention], contexts: Collection[str]) -> Iterator[Mention]:
    """What a Dockerfile names, as far as its build has no context for it."""
    for mention in mentions:
        name = context_of(mention, contexts) if isinstance(mention, Use) else None
        yield mention if name is None else _skipped(mention, f"{name} is a context of this build")


def _skipped(mention: Mention, detail: str) -> Skip:
    path, format_, span, position, text = mention[:5]
    return Skip(path, format_, span, position, text, "context", detail)
