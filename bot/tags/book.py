"""Answer what a tag is and what succeeds it, by the grammar and the rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache, partial
from typing import TypeAlias

from bot.image import ImageRef, Repository
from bot.model import Candidate, Cycle, LaterName, Replaced, TagFacts
from bot.tags.follows import followed_by
from bot.tags.grammar import parse
from bot.tags.notes import NotesPlace
from bot.tags.order import Ranks, not_known
from bot.tags.rules import Claim, Family, Rule, is_full, matches
from bot.tags.systems import System, Systems
from bot.tags.tag import Tag
from bot.tags.variants import based, variants

_ORDINARY = Family(images=())
_LATEST = "latest"

Lts: TypeAlias = Callable[[Repository, str], bool | None]
"""Tells whether a tag of a repository names a release with long support; None: not known."""

LaterNames: TypeAlias = Callable[[ImageRef], tuple[LaterName, ...]]
"""Tells what an image would be called on a later release of what its name says is in it."""

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


def _perhaps(_repository: Repository) -> bool:
    return True


def _no_names(_image: ImageRef) -> tuple[LaterName, ...]:
    return ()


class TagBook:
    """
    The rules laid out for use (`bot.ports.Tags`).

    `is_lts` tells of a tag whether it is a release with long support, and None where it does not
    know; then the family of its image tells; `has_lts` whether it knows of any in a repository, so
    that it need not be asked about each tag of a listing. `systems` are the operating systems that
    are known; `later_names` is asked what images would be called that name a release.

    The first rule that matches an image is its publisher's; what it makes no claim about is left
    to the later rules that match too, so a last rule for all images is the default. A family is
    taken from a guest last of all: how versions compare decides which moves are held.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        is_lts: Lts = _unknown,
        systems: Iterable[System] = (),
        later_names: LaterNames = _no_names,
        has_lts: Callable[[Repository], bool] = _perhaps,
    ) -> None:
        self._rules = tuple(rules)
        self._known_lts = is_lts
        self._has_lts = has_lts
        self._systems = Systems(systems)
        self._names_after = lru_cache(maxsize=1024)(later_names)
        self._of = lru_cache(maxsize=4096)(self._matching)
        self._facts_of = lru_cache(maxsize=4096)(self._facts)
        self._claims_of = lru_cache(maxsize=4096)(self._claims)
        self._family_of = lru_cache(maxsize=4096)(self._family)
        self._ranks = lru_cache(maxsize=256)(Ranks)
        self._after = lru_cache(maxsize=4096)(self._successors)  # one image stands in many files
        self._aside = lru_cache(maxsize=1024)(self._variants)
        self._line_of = lru_cache(maxsize=4096)(self._line)
        self._system_of = lru_cache(maxsize=4096)(self._system)
        self._lts_of = lru_cache(maxsize=1 << 14)(self._is_lts)  # of every tag of a listing
        self._replaced = lru_cache(maxsize=4096)(self._replacement)

    def facts(self, image: ImageRef) -> TagFacts:
        """What the reference's tag is, what it follows if it is rolling, and which rule says so."""
        text = image.effective_tag
        return _BY_DIGEST if text is None else self._facts_of(image.repository, text)

    def _facts(self, repository: Repository, text: str) -> TagFacts:
        tag = parse(text)
        full = is_full(tag, self._family_of(repository).full)
        rule, claim = self._said_of(tag, repository, full=full)
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
        for rule, claim in self._claims_of(repository):
            if claim.when.holds(tag, full=full):
                return rule, claim
        return None, None

    def _claims(self, repository: Repository) -> tuple[tuple[Rule, Claim], ...]:
        """What is claimed of tags of a repository; a listing asks it for each of thousands."""
        return tuple(
            (rule, claim)
            for rule in self._of(repository)
            for claim in rule.claims
            if claim.when.about(repository)
        )

    def line(self, image: ImageRef) -> str:
        """The name of the tag's line: the same for every move but a major (`20.*.*-alpine`)."""
        return self._line_of(image.repository, image.tag or _LATEST)

    def _line(self, repository: Repository, text: str) -> str:
        return parse(text).line(self._family_of(repository).major)

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
        family = self._family_of(repository)
        asked = family.lts or self._has_lts(repository)
        is_lts = partial(self._lts_of, repository) if asked else not_known
        found = self._ranks(tags).successors(current, family.major, is_lts)
        return tuple([c for c in found if c.lts is not False]) if is_lts(current) else found

    def _is_lts(self, repository: Repository, tag: str) -> bool | None:
        known = self._known_lts(repository, tag)
        return self._family_of(repository).is_lts(parse(tag)) if known is None else known

    def newest(self, _image: ImageRef, _tags: Collection[str]) -> str | None:
        """None: tags of different lines have no order by rule."""
        return None

    def system(self, image: ImageRef) -> Cycle | None:
        """The release of an operating system that the tag names; None where it names none."""
        return self._system_of(image.tag) if image.tag else None

    def _system(self, text: str) -> Cycle | None:
        found = based(parse(text), self._systems)
        return found.release.cycle if found else None

    def variants(self, image: ImageRef, tags: Collection[str]) -> tuple[Candidate, ...]:
        """The tags that are the image's own on a later release of its system, newest first."""
        return self._aside(image.tag, tuple(tags)) if image.tag else ()

    def _variants(self, current: str, tags: tuple[str, ...]) -> tuple[Candidate, ...]:
        return variants(current, tags, self._systems)

    def later_names(self, image: ImageRef) -> tuple[LaterName, ...]:
        """What the image would be called on each later release of what its name says is in it."""
        return self._names_after(image.at(None))

    def replacement(self, image: ImageRef) -> Replaced | None:
        """By what the image's publisher replaced it, if so."""
        return self._replaced(image.repository)

    def _replacement(self, repository: Repository) -> Replaced | None:
        return next(
            (
                replacement.of(repository)
                for rule in self._of(repository)
                for replacement in rule.replacements
                if matches(replacement.images, repository)
            ),
            None,
        )

    def notes(self, image: ImageRef) -> tuple[NotesPlace, ...]:
        """Where its release notes live, by the first rule that knows any place for them."""
        places = (
            tuple(place for place in rule.notes if matches(place.images, image.repository))
            for rule in self._of(image.repository)
        )
        return next((found for found in places if found), ())

    def notes_pages(self, image: ImageRef) -> tuple[str, ...]:
        """The pages with them, for a person: of the tag's own release where it names one whole."""
        tag = parse(image.effective_tag or "")
        full = is_full(tag, self._family_of(image.repository).full) and not tag.prerelease
        pages = (place.page(image, full=full) for place in self.notes(image))
        return tuple(dict.fromkeys(page for page in pages if page))

    def _matching(self, repository: Repository) -> tuple[Rule, ...]:
        return tuple(rule for rule in self._rules if matches(rule.images, repository))

    def _family(self, repository: Repository) -> Family:
        return next(
            (
                family
                for rule in sorted(self._of(repository), key=_is_guest)
                for family in rule.families
                if matches(family.images, repository)
            ),
            _ORDINARY,
        )


def _is_guest(rule: Rule) -> bool:
    return rule.guest


def _facts(tag: Tag, claim: Claim, rule: Rule, *, full: bool) -> TagFacts:
    follows = None
    if claim.mutability == "rolling":
        follows = claim.follows or followed_by(tag, full=full)
    return TagFacts(claim.mutability, follows, rule.name, claim.because)
