"""Names that a build gives to something else: what a Dockerfile calls so is not pulled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.model import Mention, Skip, Use

_HUB = ("docker.io/", "library/")


def with_contexts(
    mentions: Iterable[Mention], contexts: Collection[str]
) -> Iterator[tuple[Mention, str | None]]:
    """
    What a Dockerfile names, each with the context that its build takes instead, if it has one.

    As BuildKit compares their names (https://docs.docker.com/build/concepts/context/): as short as
    Docker would write them, and without `latest`.
    """
    known = {_short(name): name for name in contexts}
    for mention in mentions:
        if known and isinstance(mention, Use) and mention.role in {"from", "copy", "mount"}:
            yield mention, known.get(_short("".join(piece.text for piece in mention.pieces)))
        else:
            yield mention, None


def pulled(mentions: Iterable[Mention], contexts: Collection[str]) -> Iterator[Mention]:
    """What a Dockerfile names, as far as its build has no context for it."""
    for mention, name in with_contexts(mentions, contexts):
        yield mention if name is None else _skipped(mention, f"{name} is a context of this build")


def _skipped(mention: Mention, detail: str) -> Skip:
    path, format_, span, position, text = mention[:5]
    return Skip(path, format_, span, position, text, "context", detail)


def _short(name: str) -> str:
    for prefix in _HUB:
        name = name.removeprefix(prefix)
    return name.removesuffix(":latest")
