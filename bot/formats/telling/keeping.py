"""Comments by which people of a house tell its own tools to leave a line alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.model import Mention, SourceFile, Steer, Use

_COMMENT = re.compile(r"[\"']?[ \t]+#[ \t]*(?P<said>[^\r\n]*)")

_BY_FLUX = re.compile(r"[^\r\n]{0,300}?#[ \t]*\{[ \t]*\"\$imagepolicy\"")
_FLUX = Steer("ignore", complaint="Flux moves it, by the `$imagepolicy` in the comment beside it.")


def kept_by_flux(file: SourceFile, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """
    The mentions, of which those that Flux's image automation moves are to be left alone.

    It puts a tag or a reference into what stands before its comment, and would drop a digest:
    https://fluxcd.io/flux/guides/image-update/#configure-image-update-for-custom-resources.
    """
    if "$imagepolicy" not in file.text:
        yield from mentions
        return
    for mention in mentions:
        if isinstance(mention, Use) and _is_of_flux(file.text, mention):
            yield mention._replace(steers=(*mention.steers, _FLUX))
        else:
            yield mention


def _is_of_flux(text: str, use: Use) -> bool:
    ends = (piece.span.end for piece in use.pieces if piece.span)
    return any(_BY_FLUX.match(text, end) for end in ends)


def kept_by_comment(file: SourceFile, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """
    The mentions, of which those with a comment behind them on their line are to be left alone.

    A comment that is meant for basewatch says itself what is meant. The rule is that of
    https://gerrit.wikimedia.org/g/integration/config (`utils/docker-updates`).
    """
    for mention in mentions:
        comment = _COMMENT.match(file.text, mention.span.end)
        own = comment and not comment["said"].lower().startswith("basewatch")
        if own and isinstance(mention, Use):
            yield mention._replace(steers=(*mention.steers, Steer("ignore")))
        else:
            yield mention
