"""Which more precise tags name the very image that a rolling tag points at today?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from bot.image import ImageRef
from bot.model import Lookups, TagList
from bot.ports import Tags
from bot.steps.plan.choose import Choice
from bot.steps.plan.same import told_digest
from bot.tags import Tag, parse
from bot.tags.tag import PartRole

ASKED = 3
"""How many tags are asked about at most for one that is to be rewritten."""

SHOWN = 8
"""How many names of one image are told at most."""

_VARIANT: frozenset[PartRole] = frozenset({"system", "codename", "flavour", "arch"})
_BUILD: frozenset[PartRole] = frozenset({"date", "revision"})
_PRECISER = re.compile(r"(?<![0-9])-?[0-9][0-9.]*|(?:\.[0-9]+)+")
_Rank: TypeAlias = tuple[object, ...]


def wants_equivalents(choice: Choice) -> bool:
    """Whether the choice's tag is to be rewritten to a more precise one, if there is one."""
    if choice.ruling.pin != "immutable" or choice.use.carries != "reference":
        return False
    return (
        not (choice.stop or choice.taken or choice.blocked) and choice.facts.mutability == "rolling"
    )


def likely_equivalents(present: ImageRef, lookups: Lookups, tags: Tags) -> tuple[ImageRef, ...]:
    """Tags to ask about: the newest of the best names, where the listing told no digests."""
    listing = lookups.tags.get(present.repository)
    if not isinstance(listing, TagList) or told_digest(present, lookups):
        return ()
    old = _tag(present)
    names = list(_more_precise(present, listing.tags, tags))
    names.sort(key=lambda ref: _likelihood(old, ref, tags), reverse=True)
    asked: list[ImageRef] = []
    for ref in names:
        # `22.11` points where `22.11.0` does, which comes before it.
        if len(asked) < ASKED and not any(_is_within(_tag(ref), _tag(one)) for one in asked):
            asked.append(ref)
    return tuple(asked)


def _is_within(tag: Tag, other: Tag) -> bool:
    return _extends(tag, other) and _says_more(tag, other)


def with_equivalents(choices: Iterable[Choice], lookups: Lookups, tags: Tags) -> tuple[Choice, ...]:
    """The choices with the names that their tags' images have besides, the best one first."""
    known: dict[tuple[ImageRef, bool], Sequence[ImageRef]] = {}
    return tuple(_with_names(choice, known, lookups, tags) for choice in choices)


def _with_names(
    choice: Choice,
    known: dict[tuple[ImageRef, bool], Sequence[ImageRef]],
    lookups: Lookups,
    tags: Tags,
) -> Choice:
    if choice.stop or choice.facts.mutability != "rolling" or not choice.use.image.effective_tag:
        return choice
    present, wanted = choice.use.image.at(choice.use.image.effective_tag), wants_equivalents(choice)
    if (present, wanted) not in known:
        asked = likely_equivalents(present, lookups, tags) if wanted else ()
        known[present, wanted] = equivalents(present, asked, lookups, tags)
    if not known[present, wanted]:
        return choice
    names = tuple(str(ref.tag) for ref in known[present, wanted][:SHOWN])
    return choice._replace(equivalents=names, renamed=names[0] if wanted else None)


def equivalents(
    present: ImageRef, asked: Iterable[ImageRef], lookups: Lookups, tags: Tags
) -> list[ImageRef]:
    """
    The more precise tags of the image that the present one points at, the best first.

    Those whose digest a listing told, and of those `asked` about whose digest was looked up.
    """
    digest = lookups.digests.get(present, told_digest(present, lookups))
    listing = lookups.tags.get(present.repository)
    told = listing.digests if isinstance(listing, TagList) else {}
    alike = [tag for tag, other in told.items() if other == digest]
    alike += [str(ref.tag) for ref in asked if lookups.digests.get(ref) == digest]
    return _ranked(present, alike, tags)


def _ranked(present: ImageRef, texts: Iterable[str], tags: Tags) -> list[ImageRef]:
    """The tags that name more precisely what the present one names, the best first."""
    more = _more_precise(present, texts, tags)
    return sorted(more, key=lambda ref: _rank(present, ref, tags), reverse=True)


def _more_precise(present: ImageRef, texts: Iterable[str], tags: Tags) -> Iterator[ImageRef]:
    old = _tag(present)
    for text in set(texts) - {present.tag}:
        new, ref = parse(text), present.at(text)
        fits = _extends(old, new) and tags.ordered(ref)
        if fits and (_says_more(old, new) or tags.facts(ref).mutability == "immutable"):
            yield ref


def _extends(old: Tag, new: Tag) -> bool:
    """Whether a tag may name the same: no word of the variant is lost, no number differs."""
    if new.prerelease > old.prerelease or not all(_is_kept(word, new) for word in _words(old)):
        return False
    if not old.release:
        return True
    return new.release is not None and new.release.numbers[: old.precision] == old.release.numbers


def _is_kept(word: str, new: Tag) -> bool:
    """Whether a tag has a word, or has it more precisely: `alpine3.20` is an `alpine`."""
    others = (other for other in _words(new) if other.startswith(word))
    return any(other == word or _PRECISER.fullmatch(other, len(word)) for other in others)


def _says_more(old: Tag, new: Tag) -> bool:
    return new.precision > old.precision or bool(_BUILD & new.roles - old.roles)


def _words(tag: Tag) -> frozenset[str]:
    return frozenset(part.text for part in tag.parts if part.role in _VARIANT)


def _fit(present: ImageRef, ref: ImageRef, tags: Tags) -> _Rank:
    """
    How well a name suits: an immutable one, then one of the same words.

    Who named neither version nor variant (`latest`) has none to keep, so there the whole is best.
    """
    old, new = _tag(present), _tag(ref)
    alike = _words(old) == _words(new) or not (old.release or _words(old))
    return tags.facts(ref).mutability == "immutable", _channels(old) <= _channels(new), alike


def _rank(present: ImageRef, ref: ImageRef, tags: Tags) -> _Rank:
    new = _tag(ref)
    said = len(_BUILD & new.roles), new.precision, len(new.parts)
    return *_fit(present, ref, tags), *said, str(new)


def _channels(tag: Tag) -> frozenset[str]:
    return frozenset(part.text for part in tag.parts if part.role == "channel")


def _likelihood(old: Tag, ref: ImageRef, tags: Tags) -> _Rank:
    """An immutable name, then one of the same words, then the newest."""
    new = _tag(ref)
    version = new.release.numbers if new.release else ()
    moving = tuple(part.numbers for part in new.moving)
    fit = tags.facts(ref).mutability == "immutable", _channels(old) <= _channels(new)
    return *fit, _words(old) == _words(new), version, moving, str(new)


def _tag(ref: ImageRef) -> Tag:
    return parse(ref.tag or "")
