"""What is told of a file, while files that meet it have their say."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Mention, Span


class Told:
    """The mentions of a file, of which some come to be told otherwise."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self.mentions = list(mentions)
        self._known = set(self.mentions)
        self._places: dict[Span, int] = {}
        for place, mention in enumerate(self.mentions):
            self._places.setdefault(mention.span, place)

    def at(self, span: Span) -> Mention | None:
        """The first that is told of a place."""
        place = self._places.get(span)
        return None if place is None else self.mentions[place]

    def replace(self, mention: Mention) -> None:
        """Put a mention in the place of the first of its span."""
        place = self._places.setdefault(mention.span, len(self.mentions))
        self.mentions[place : place + 1] = [mention]
        self._known.add(mention)

    def add(self, mention: Mention) -> None:
        """Tell one more, unless it is told already."""
        if mention not in self._known:
            self._places.setdefault(mention.span, len(self.mentions))
            self._known.add(mention)
            self.mentions.append(mention)
