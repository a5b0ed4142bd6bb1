"""What a tag is, once it is known what was seen of it: a tag that moved is rolling."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from bot.image import ImageRef
from bot.model import Candidate, Cycle, History, LaterName, Replaced, TagFacts
from bot.ports import Tags


class SeenTags:
    """A `bot.ports.Tags` that believes what was seen of a tag more than any rule."""

    def __init__(self, tags: Tags, seen: Mapping[ImageRef, History]) -> None:
        self._tags = tags
        self._seen = seen

    def facts(self, image: ImageRef) -> TagFacts:
        """What the rules say, or what was seen where they are wrong or know nothing."""
        tag = image.effective_tag
        facts = self._tags.facts(image)
        history = self._seen.get(image.at(tag)) if tag else None
        return as_seen(facts, history, tag or "") if history else facts

    def line(self, image: ImageRef) -> str:
        """As the rules say."""
        return self._tags.line(image)

    def ordered(self, image: ImageRef) -> bool:
        """As the rules say."""
        return self._tags.ordered(image)

    def successors(self, image: ImageRef, tags: Collection[str]) -> tuple[Candidate, ...]:
        """As the rules say."""
        return self._tags.successors(image, tags)

    def newest(self, image: ImageRef, tags: Collection[str]) -> str | None:
        """As the rules say."""
        return self._tags.newest(image, tags)

    def system(self, image: ImageRef) -> Cycle | None:
        """As the rules say."""
        return self._tags.system(image)

    def variants(self, image: ImageRef, tags: Collection[str]) -> tuple[Candidate, ...]:
        """As the rules say."""
        return self._tags.variants(image, tags)

    def later_names(self, image: ImageRef) -> tuple[LaterName, ...]:
        """As the rules say."""
        return self._tags.later_names(image)

    def replacement(self, image: ImageRef) -> Replaced | None:
        """As the rules say."""
        return self._tags.replacement(image)


def as_seen(facts: TagFacts, history: History, tag: str) -> TagFacts:
    """
    The facts about a tag, corrected by its history; the warnings say what its publisher did.

    What a rolling tag follows is kept. Any other that moved can only have been rebuilt.
    """
    if not history.moved:
        return facts
    return facts._replace(
        mutability="rolling",
        follows=facts.follows or f"rebuilds of {tag}",
        rule="ledger",
        because=f"This bot has seen it move {_how_often(history)}.",
        warnings=tuple(_warnings(facts, history, tag)),
    )


def _how_often(history: History) -> str:
    when = f"{history.moved:%Y-%m-%d}"
    return f"once, on {when}" if history.moves == 1 else f"{history.moves} times, last on {when}"


def _warnings(facts: TagFacts, history: History, tag: str) -> Iterator[str]:
    if facts.mutability == "immutable":
        yield f"{tag} should never move, and this bot has seen it move {_how_often(history)}."
    if left := history.left:
        yield (
            f"{tag} points again at the digest it had until {left.last:%Y-%m-%d}:"
            " its publisher took the newer one back."
        )
