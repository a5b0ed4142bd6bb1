"""Comments that steer what is given to others: they stand beside no image, and are heard."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from bot.model import Mention, Skip, Span


def without_heard(mentions: Iterable[Mention], spans: Iterable[Span]) -> Iterator[Mention]:
    """What is told, but for comments said to stand beside no image that are within these spans."""
    joined = [*_joined(sorted(spans))]
    starts = [span.start for span in joined]
    for mention in mentions:
        at = mention.span.start
        near = bisect_right(starts, at) - 1
        heard = near >= 0 and at <= joined[near].end
        if not (heard and isinstance(mention, Skip) and mention.reason == "steering"):
            yield mention


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if last and span.start <= last.end:
            last = Span(last.start, max(last.end, span.end))
            continue
        if last:
            yield last
        last = span
    if last:
        yield last
