"""What succeeds a tag, of an image whose own changelog is at hand: what stands above it there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import takewhile

from bot.image import ImageRef, Repository
from bot.model import Candidate, Chronicle, Cycle, LaterName, Replaced, TagFacts
from bot.ports import Tags
from bot.tags.grammar import parse
from bot.tags.stems import kind_of_step

CHANGELOG = "changelog"
"""What stands for the rule, where it is a changelog that tells."""


class ChronicledTags:
    """
    A `bot.ports.Tags` that believes the changelogs of images more than the grammar of tags.

    Neither versions nor dates tell that `4.0.2-2` came after `4.0.2-1-20250119`, but its changelog
    does. Nothing is known to be newer than a version that no changelog has, and what no changelog
    has is newer than nothing. Of all other images the answers are those of `tags`.
    """

    def __init__(self, tags: Tags, chronicles: Mapping[Repository, Chronicle]) -> None:
        self._tags = tags
        self._chronicles = chronicles

    def facts(self, image: ImageRef) -> TagFacts:
        """A version is never built twice; one that the changelog does not have is warned of."""
        facts, log = self._tags.facts(image), self._of(image)
        if log is None:
            return facts
        if image.tag in log.versions:
            because = f"{log.source} has it, and docker-pkg builds no version twice."
            return TagFacts("immutable", None, CHANGELOG, because)
        why = f"{log.source} does not have {image.tag}, so nothing tells what is newer."
        return facts._replace(warnings=(*facts.warnings, why))

    def line(self, image: ImageRef) -> str:
        """Where the changelog is, which is one line; as the rules say of all else."""
        log = self._of(image)
        return log.source if log and image.tag in log.versions else self._tags.line(image)

    def ordered(self, image: ImageRef) -> bool:
        """Whether the changelog has the version; as the rules say of all else."""
        log = self._of(image)
        return image.tag in log.versions if log else self._tags.ordered(image)

    def successors(self, image: ImageRef, tags: Collection[str]) -> tuple[Candidate, ...]:
        """Of what the changelog has above the version, what is published; newest first."""
        log, tag = self._of(image), image.tag
        if log is None or tag is None:
            return self._tags.successors(image, tags)
        if tag not in log.versions:
            return ()
        there, is_early = frozenset(tags), parse(tag).prerelease
        above = dict.fromkeys(takewhile(lambda version: version != tag, log.versions))
        return tuple(
            Candidate(new, kind_of_step(tag, new), parse(new).prerelease and not is_early)
            for new in above
            if new in there
        )

    def newest(self, image: ImageRef, tags: Collection[str]) -> str | None:
        """The first version of its changelog that is published, and no prerelease."""
        log, there = self._chronicles.get(image.repository), frozenset(tags)
        if log is None:
            return self._tags.newest(image, tags)
        published = (version for version in log.versions if version in there)
        return next((version for version in published if not parse(version).prerelease), None)

    def system(self, image: ImageRef) -> Cycle | None:
        """As the rules say."""
        return self._tags.system(image)

    def variants(self, image: ImageRef, tags: Collection[str]) -> tuple[Candidate, ...]:
        """None where a changelog orders all there is; as the rules say of all else."""
        return () if self._of(image) else self._tags.variants(image, tags)

    def later_names(self, image: ImageRef) -> tuple[LaterName, ...]:
        """As the rules say."""
        return self._tags.later_names(image)

    def replacement(self, image: ImageRef) -> Replaced | None:
        """As the rules say."""
        return self._tags.replacement(image)

    def _of(self, image: ImageRef) -> Chronicle | None:
        """The changelog of an image that is named at a version; `latest` moves like any other."""
        if image.tag in {None, "latest"}:
            return None
        return self._chronicles.get(image.repository)
