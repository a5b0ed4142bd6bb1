"""Try the examples of a rule: what does not turn out as it says?"""

from __future__ import annotations

from collections.abc import Iterator

from bot.image import ImageRef
from bot.ports import Known
from bot.rules.models import Example, TagRule
from bot.tags import TagBook
from bot.tags.rules import matches


def disproved(rule: TagRule, known: Known[TagBook]) -> Iterator[tuple[int, str]]:
    """Each example that is wrong by number, with a phrase for each way in which it is."""
    for number, example in enumerate(rule.examples):
        for why in _wrong(example, rule, known):
            yield number, why


def _wrong(example: Example, rule: TagRule, known: Known[TagBook]) -> Iterator[str]:
    try:
        image = ImageRef.parse(example.image)
    except ValueError as error:
        yield str(error)
        return
    if not matches(rule.images, image.repository):
        yield f"{example.image} is none of the rule's `images`"
    yield from _other_facts(example, image, known.tags)
    yield from _other_order(example, image, known.tags)
    yield from _not_apart(example, image, known.tags)
    yield from _other_surroundings(example, image, known)


def _other_facts(example: Example, image: ImageRef, book: TagBook) -> Iterator[str]:
    if example.mutability is None:
        return
    facts = book.facts(image)
    if facts.mutability != example.mutability:
        yield f"{image} is {facts.mutability} by {facts.rule}, not {example.mutability}"
    elif facts.follows != example.follows:
        yield f"{image} follows {facts.follows or 'nothing'}, not {example.follows or 'nothing'}"


def _other_order(example: Example, image: ImageRef, book: TagBook) -> Iterator[str]:
    order = example.order or []
    for at, tag in enumerate(order):
        found = [c.tag for c in book.successors(image.at(tag), order)][::-1]
        if found != order[at + 1 :]:
            yield f"{tag} is succeeded by {_listed(found)}, not by {_listed(order[at + 1 :])}"


def _not_apart(example: Example, image: ImageRef, book: TagBook) -> Iterator[str]:
    for tag in example.apart or ():
        if found := book.successors(image.at(tag), example.apart or ()):
            yield f"{tag} is succeeded by {_listed([c.tag for c in found])}"


def _other_surroundings(example: Example, image: ImageRef, known: Known[TagBook]) -> Iterator[str]:
    pages = list(known.tags.notes_pages(image))
    if example.notes is not None and pages != example.notes:
        yield f"the notes of {image} are at {_listed(pages)}, not at {_listed(example.notes)}"
    replaced = known.tags.replacement(image) is not None
    if example.replaced is not None and replaced != example.replaced:
        yield f"{image} is {'' if replaced else 'not '}replaced"
    inside = [cycle.subject for cycle in known.life_cycles.of(image)]
    if example.says is not None and inside != example.says:
        yield f"in {image} is {_listed(inside)}, not {_listed(example.says)}"


def _listed(words: list[str]) -> str:
    return ", ".join(words) or "nothing"
