"""What a reviewer must not overlook, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bot.model import Difference, Unavailable
from bot.wording.configuration import serious_changes
from bot.wording.lifecycle import worry
from bot.wording.markdown import code, plain
from bot.wording.platforms import lost, unsaid
from bot.wording.provenance import not_as_signed, worries
from bot.wording.replaced import replacements

if TYPE_CHECKING:
    from bot.model import Broken, Case, Evidence

_MOST = 12
"""Needs of build files that are told one by one."""

_LOUDEST = 40


def warnings(case: Case) -> str:
    """All of them as one block, the most urgent first; empty where there is none."""
    return block(
        [
            *(said for evidence in case.evidence for said in not_as_signed(evidence)),
            *(said for evidence in case.evidence for said in warnings_of(evidence)),
            *unsaid(case),
            *(plain(said) for move in case.update.moves for said in move.elsewhere),
            *(plain(said) for said in replacements(case.update.moves)),
        ]
    )


def block(found: Iterable[str]) -> str:
    """Sentences as a block that is seen first, each once, as many as anyone reads."""
    said = list(dict.fromkeys(found))
    if len(said) > _LOUDEST:
        said[_LOUDEST:] = [f"There are {len(said) - _LOUDEST} more warnings of this kind."]
    return "\n>\n".join(f"> ⚠️ {warning}" for warning in said)


def warnings_of(evidence: Evidence) -> Iterator[str]:
    """What one move gives to worry about, the most urgent first."""
    yield from not_as_signed(evidence)
    yield from _broken(evidence.broken)
    yield from lost(evidence.old, evidence.new)
    yield from _lagging(evidence)
    yield from serious_changes(evidence.difference)
    if isinstance(evidence.difference, Difference):
        yield from (f"**{plain(warning)}**" for warning in evidence.difference.warnings)
    yield from worries(evidence)
    yield from _of_tags(evidence)


def _broken(found: tuple[Broken, ...]) -> Iterator[str]:
    for broken in found[:_MOST]:
        yield f"**{code(broken.path)} line {broken.line}**: {plain(broken.because)}"
    if len(found) > _MOST:
        yield f"{len(found) - _MOST} more things that build files ask for are missing."


def _lagging(evidence: Evidence) -> Iterator[str]:
    change = evidence.platforms
    if change and change.lagging:
        names = ", ".join(map(code, change.lagging))
        have = "has" if len(change.lagging) == 1 else "have"
        yield f"**{names} {have} not moved yet**: the image for it is the one of before."


def _of_tags(evidence: Evidence) -> Iterator[str]:
    old, new = evidence.old, evidence.new
    bump = evidence.bump
    for warning in dict.fromkeys((*evidence.old_tag.warnings, *evidence.new_tag.warnings)):
        yield f"**{plain(warning)}**"
    if bump.kind == "digest" and evidence.old_tag.mutability == "immutable":
        tag = code(bump.new.tag or "")
        yield f"**{tag} should never move**, and its publisher pointed it at another image."
    for cycle in evidence.new_life.worries:
        yield f"**{plain(worry(cycle, evidence.new_life.day))}.**"
    for which, facts in (("present", old), ("new", new)):
        if isinstance(facts, Unavailable):
            yield f"The {which} image could not be looked at: {plain(facts.reason)}"
