"""The comments of a Dockerfile that steer its uses, and what each of them is about."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from bot.formats.dockerfile.lines import Reading
from bot.formats.dockerfile.places import Places
from bot.formats.dockerfile.text import BLANKS, Instruction
from bot.formats.steering import STRAY, complaint, steers
from bot.model import Mention, Skip, Span, Steer, Use

_WORD = "basewatch"


class Steering:
    """
    What the comments of one file say.

    A comment belongs to the instruction that follows it without an empty line between, to the one
    whose continued lines it stands among, or to the one at whose end it stands.
    """

    def __init__(self, places: Places, directive: Span | None = None) -> None:
        self.places, self.directive = places, directive
        self.wanted = _WORD in places.text or _WORD in places.text.lower()

    def of(self, found: Instruction) -> tuple[Steer, ...]:
        """What is said beside an instruction."""
        if not self.wanted:
            return ()
        spans = [span for span in (*found.above, *found.inside) if not self._directs(span)]
        comments = [span.of(self.places.text) for span in spans]
        comments.append(trailing(found.text))
        said = [steer for comment in comments if comment for steer in steers(comment)]
        return tuple(dict.fromkeys(said))

    def _directs(self, span: Span) -> bool:
        """Whether the comment is the syntax directive, which has a use of its own."""
        line = self.directive
        return line is not None and line.start <= span.start <= line.end

    def on(self, line: Span) -> tuple[Steer, ...]:
        """What is said behind a directive, on its line."""
        return steers(trailing(line.of(self.places.text))) if self.wanted else ()

    @staticmethod
    def added(use: Use, others: Iterable[tuple[Steer, ...]]) -> Use:
        """The use with what is said elsewhere, once each."""
        said = [*use.steers, *[steer for other in others for steer in other]]
        every = tuple(dict.fromkeys(said))
        return use._replace(steers=every) if every != use.steers else use

    def complaints(self, reading: Reading, mentions: Sequence[Mention]) -> Iterator[Skip]:
        """
        A skip for every comment that cannot be read, or cannot be obeyed: it stands beside no use.

        What cannot be read and stands beside one counts as `ignore` there, and its steer says why.
        """
        if not self.wanted:
            return
        uses = [mention for mention in mentions if isinstance(mention, Use)]
        told = {steer.complaint for use in uses for steer in use.steers}
        behind = list(self._trailing(reading))
        heard = {*behind, *_beside(reading, mentions)}
        for span in (*reading.comments, *behind):
            said = span.of(self.places.text)
            why = complaint(said)
            if why and why not in told:
                yield self.places.skip(span, "steering", why)
            elif not why and steers(said) and span not in heard and not self._directs(span):
                yield self.places.skip(span, "steering", STRAY)

    @staticmethod
    def _trailing(reading: Reading) -> Iterator[Span]:
        for found in reading.instructions:
            if said := trailing(found.text):
                yield found.span(len(found.text) - len(said), len(found.text))


def _beside(reading: Reading, mentions: Iterable[Mention]) -> Iterator[Span]:
    """The comments beside an instruction that has something to steer; any `ARG` may have."""
    starts = sorted(mention.span.start for mention in mentions)
    for found in reading.instructions:
        whole = found.whole
        at = bisect_left(starts, whole.start)
        if found.keyword.upper() == "ARG" or (at < len(starts) and starts[at] < whole.end):
            yield from found.above
            yield from found.inside


def trailing(text: str) -> str:
    """The comment for this bot that ends the text, from its `#` on; empty where there is none."""
    low = text.lower()
    word = low.rfind(_WORD)
    if word < 0:
        return ""
    mark = text.rfind("#", 0, word)
    while mark > 0 and text[mark - 1] not in BLANKS:
        mark = text.rfind("#", 0, mark)
    return text[mark:] if mark > 0 else ""
