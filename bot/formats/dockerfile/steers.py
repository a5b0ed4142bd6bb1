"""The comments of a Dockerfile that steer its uses, and what each of them is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.formats.dockerfile.lines import Reading
from bot.formats.dockerfile.places import Places
from bot.formats.dockerfile.text import BLANKS, Instruction
from bot.formats.steering import complaint, steers
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

    def complaints(self, reading: Reading, mentions: Iterable[Mention]) -> Iterator[Skip]:
        """
        A skip for every comment that cannot be read and stands beside no use.

        What stands beside one counts as `ignore` there, and its steer says why.
        """
        if not self.wanted:
            return
        uses = [mention for mention in mentions if isinstance(mention, Use)]
        told = {steer.complaint for use in uses for steer in use.steers}
        for span in (*reading.comments, *self._trailing(reading)):
            why = complaint(span.of(self.places.text))
            if why and why not in told:
                yield self.places.skip(span, "comment", why)

    @staticmethod
    def _trailing(reading: Reading) -> Iterator[Span]:
        for found in reading.instructions:
            if said := trailing(found.text):
                yield found.span(len(found.text) - len(said), len(found.text))


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
