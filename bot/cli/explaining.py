"""How a tag was read, and which claim of which rule decided what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.image import ImageRef
from bot.model import LifeCycle, Replaced, TagFacts
from bot.tags import TagBook, When, parse

if TYPE_CHECKING:
    from bot.flow import Standing  # who asks nobody need not load who asks


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What `classify --explain` shows of one reference.

    `parts`: role and text of each part of its tag, in order; `line`: the line that the tag is on,
    if later tags can surpass it; `file`, `number` (from 1) and `claim`: where the claim stands that
    decided, and of which tags it is. Where none did, `number` is 0.
    """

    parts: tuple[tuple[str, str], ...] = ()
    line: str | None = None
    file: str = ""
    number: int = 0
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Classified:
    """
    All that `classify` shows of one reference.

    `notes`: the pages with its release notes; `reading`: what `--explain` adds; `standing`: what
    `--online` does.
    """

    image: ImageRef
    facts: TagFacts
    life: LifeCycle
    notes: tuple[str, ...]
    replacement: Replaced | None
    reading: Reading | None = None
    standing: Standing | None = None


def explained(image: ImageRef, book: TagBook) -> Reading:
    """Read the reference's tag; what the ledger saw of it does not count here."""
    tag = image.effective_tag
    if tag is None:
        return Reading()
    parts = tuple((str(part.role), part.text) for part in parse(tag).parts)
    line = book.line(image) if book.ordered(image) else None
    found = book.claim(image)
    if found is None:
        return Reading(parts, line)
    rule, claim = found
    return Reading(parts, line, rule.file, rule.claims.index(claim) + 1, described(claim.when))


def described(when: When) -> str:
    """Which tags a claim is about, as `tags with version and date, without system`."""
    said = list(_conditions(when))
    return f"tags {', '.join(said)}" if said else "every tag that no claim before it is about"


def _conditions(when: When) -> Iterator[str]:
    yield from _roles(when)
    if when.full is not None:
        yield "that name one version whole" if when.full else "that name no version whole"
    if when.numbers:
        yield f"whose version has {when.numbers[0]} to {when.numbers[1]} numbers"
    for what, options in (("a revision counted by", when.counts), ("the word", when.words)):
        if options:
            yield f"with {what} {' or '.join(sorted(options))}"
    if when.hash_length:
        yield f"with a commit of {when.hash_length} digits"
    if when.images:
        yield f"of {' or '.join(when.images)}"


def _roles(when: When) -> Iterator[str]:
    for word, roles in (("with", when.has), ("without", when.lacks)):
        if roles:
            yield f"{word} {' and '.join(map(_named, sorted(roles)))}"


def _named(role: str) -> str:
    """A role by the name that rules have for it."""
    return "version" if role == "release" else role
