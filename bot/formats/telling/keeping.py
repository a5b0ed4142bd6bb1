"""Comments by which people of a house tell its own tools to leave a line alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.model import Mention, SourceFile, Steer, Use

_COMMENT = re.compile(r"[\"']?[ \t]+#[ \t]*(?P<said>[^\r\n]*)")


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
