"""The sentence that says why a use moves, or why it stays: for people, after the fact."""

from __future__ import annotations

from collections.abc import Iterable

from bot.image import ImageRef
from bot.model import Candidate, Kind, Use
from bot.steps.plan.choose import Choice
from bot.tags import CHANGELOG

_GONE = " The present tag is no longer listed."
_CUT = " The registry lists more tags than are read, so there may be a newer one."


def why_current(choice: Choice) -> str:
    """Why nothing is offered, though nothing stands against it."""
    image = choice.use.image
    tag = image.effective_tag
    # A changelog is one line; what rules tell of lines ends at the major.
    beside = {"variant"} if choice.facts.rule == CHANGELOG else {"major", "variant"}
    if any(candidate.kind not in beside for candidate in choice.apart):
        known = f"What is newer than {tag} in the line {choice.line} is proposed on its own."
    elif choice.options or _versions(choice.apart) or choice.line != tag:
        known = f"{tag} is the newest tag of the line {choice.line}."
    elif image.digest:
        which = "the digest that the changelogs keep" if choice.use.is_recorded else "this digest"
        return f"The tag {tag} still points at {which}."
    else:
        known = f"No tag succeeds {tag}."
    unpinned = "" if image.digest or choice.use.carries == "tag" else " It is not to be pinned."
    gone = _GONE if choice.gone and not choice.cut else ""
    return f"{known}{gone}{unpinned}{_CUT if choice.cut else ''}"


def why(choice: Choice, kind: Kind, new: ImageRef) -> str:
    """Why `new` is offered, which is a move of that kind."""
    tag = new.tag or "latest"
    short = (new.digest or "")[:19]
    if choice.renamed:
        what = f"{_a_tag(choice, choice.target.tag or '')} Today it is the same image as {tag}"
        return f"{what}, whose digest is {short}…."
    if kind == "pin":
        return f"{_a_tag(choice, tag)} Its digest today is {short}…; {_of_the_pin(choice.use)}."
    if kind == "digest" and choice.older:
        return f"{short}… is the newest that the tag {tag} pointed at and that is old enough."
    if kind == "digest":
        return f"The tag {tag} now points at {short}…{_instead(choice.use)}."
    gone = _GONE if choice.gone else ""
    cut = _CUT if choice.cut else ""
    if kind == "variant":
        return f"{on_later_system(choice, tag)}.{gone}{cut}"
    return (
        f"{tag} is the newest tag of the line {choice.line} that may be taken ({kind}).{gone}{cut}"
    )


def _of_the_pin(use: Use) -> str:
    if use.carries == "record":
        return "the changelogs of what is built on it keep it, as there is no room for it here"
    if use.marker:
        return "a comment above keeps it, so that it is built again when the tag moves"
    return "the pin keeps builds alike"


def _instead(use: Use) -> str:
    old = (use.image.digest or "")[:19]
    return f", and no more at {old}… that the changelogs keep" if use.is_recorded else ""


def _versions(candidates: Iterable[Candidate]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.kind != "variant"]


def on_later_system(choice: Choice, tag: str) -> str:
    """What another tag is to the present one, as the beginning of a sentence."""
    return f"{tag} is {choice.use.image.tag} on a later release of its operating system"


def _a_tag(choice: Choice, tag: str) -> str:
    facts = choice.facts
    if facts.mutability == "rolling":
        return f"{tag} is a rolling tag" + (f" ({facts.follows})." if facts.follows else ".")
    if facts.mutability == "immutable":
        return f"{tag} is an immutable tag."
    return f"Nothing promises that {tag} stays as it is."
