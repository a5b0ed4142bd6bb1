"""Answer what a tag is and what succeeds it, by the grammar and the rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from bot.image import ImageRef, Repository
from bot.model import Candidate, TagFacts
from bot.tags.follows import followed_by
from bot.tags.grammar import parse
from bot.tags.order import successors
from bot.tags.rules import Claim, Family, Replacement, Rule, is_full, matches
from bot.tags.tag import Tag

_ORDINARY = Family(images=())
_LATEST = "latest"

Lts: TypeAlias = Callable[[Repository, str], bool | None]
"""Tells whether a tag of a repository names a release with long support; None: not known."""

_BY_DIGEST = TagFacts(
    "immutable",
    None,
    "digest",
    "A digest is computed from the image itself, so it can only ever name this one.",
)
_NOT_SAID = TagFacts(
    "unknown", None, "none", "No rule says whether the publisher of this image re-points its tags."
)


def _unknown(_repository: Repository, _tag: str) -> bool | None:
    return None


class TagBook:
    """
    The rules laid out for use (`bot.ports.Tags`).

    `is_lts` tells of a tag whether it is a release with long support, and None where it does not
    know; then the family of its image tells.

    The first rule that matches an image is its publisher's; what it makes no claim about is left
    to the later rules that match too, so a last rule for all images is the default.
    """

    def __init__(self, rules: Sequence[Rule], is_lts: Lts = _unknown) -> None:
        self._rules = tuple(rules)
        self._known_lts = is_lts
        self._of = lru_cache(maxsize=4096)(self._matching)
        self._family_of = lru_cache(maxsize=4096)(self._family)
        self._after = lru_cache(maxsize=1024)(self._successors)  # one image stands in many files

    def facts(self, image: ImageRef) -> TagFacts:
        """What the reference's tag is, what it follows if it is rolling, and which rule says so."""
        text = image.effective_tag
        if text is None:
            return _BY_DIGEST
        tag = parse(text)
        full = is_full(tag, self._family_of(image.repository).full)
        rule, claim = self._said_of(tag, image.repository, full=full)
        return _facts(tag, claim, rule, full=full) if rule and claim else _NOT_SAID

    def claim(self, image: ImageRef) -> tuple[Rule, Claim] | None:
        """The rule that says what the reference's tag is, and its claim; `None` without one."""
        if image.effective_tag is None:
            return None
        tag = parse(image.effective_tag)
        full = is_full(tag, self._family_of(image.repository).full)
        rule, claim = self._said_of(tag, image.repository, full=full)
        return (rule, claim) if rule and claim else None

    def _said_of(
        self, tag: Tag, repository: Repository, *, full: bool
    ) -> tuple[Rule | None, Claim | None]:
        for rule in self._of(repository):
            for claim in rule.claims:
                if claim.when.holds(tag, repository, full=full):
                    return rule, claim
        return None, None

    def line(self, image: ImageRef) -> str:
        """The name of the tag's line: the same for every move but a major (`20.*.*-alpine`)."""
        return parse(image.tag or _LATEST).line(self._family_of(image.repository).major)

    def ordered(self, image: ImageRef) -> bool:
        """Whether the tag has a number that later tags can surpass."""
        return image.tag is not None and bool(parse(image.tag).moving)

    def successors(self, image: ImageRef, tags: Collection[str]) -> tuple[Candidate, ...]:
        """
        The tags of the line that come after the image's own, newest first, majors included.

        Prereleases are marked. Who is on a version with long support is offered no other.
        """
        return self._after(image.repository, image.tag or _LATEST, tuple(tags))

    def _successors(
        self, repository: Repository, current: str, tags: tuple[str, ...]
    ) -> tuple[Candidate, ...]:
        if not parse(current).moving:
            return ()
        on_lts = self._is_lts(repository, current)
        found = successors(current, tags, self._family_of(repository).major)
        marked = (replace(c, lts=self._is_lts(repository, c.tag)) for c in found)
        return tuple(c for c in marked if not on_lts or c.lts is not False)

    def _is_lts(self, repository: Repository, tag: str) -> bool | None:
        known = self._known_lts(repository, tag)
        return self._family_of(repository).is_lts(parse(tag)) if known is None else known

    def replacement(self, image: ImageRef) -> Replacement | None:
        """By what the image's publisher replaced it, if so."""
        return next(
            (
                replacement
                for rule in self._of(image.repository)
                for replacement in rule.replacements
                if matches(replacement.images, image.repository)
            ),
            None,
        )

    def _matching(self, repository: Repository) -> tuple[Rule, ...]:
        return tuple(rule for rule in self._rules if matches(rule.images, repository))

    def _family(self, repository: Repository) -> Family:
        return next(
            (
                family
                for rule in self._of(repository)
                for family in rule.families
                if matches(family.images, repository)
            ),
            _ORDINARY,
        )


def _facts(tag: Tag, claim: Claim, rule: Rule, *, full: bool) -> TagFacts:
    follows = None
    if claim.mutability == "rolling":
        follows = claim.follows or followed_by(tag, full=full)
    return TagFacts(claim.mutability, follows, rule.name, claim.because)
