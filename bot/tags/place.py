"""Tell which number of a tag is its version, and which belongs to an operating system."""

from __future__ import annotations

from collections.abc import Sequence

from bot.tags import words
from bot.tags.tokens import NOTHING, Token

_NO_NAMES = words.SYSTEMS | words.REVISIONS | words.REQUESTS | words.PRERELEASES.keys()
"""Words whose number is theirs, or counts something else than versions."""


def release_at(pieces: Sequence[Token]) -> int | None:
    """
    Where the version stands: the first number on its own, unless a date stands before it.

    In a tag without either, it is the first number that touches a name (`php8.3`, `jdk17`), but
    not an operating system's: those name a variant. A channel or a commit needs no version.
    """
    for at, piece in enumerate(pieces):
        if piece.sort in {"date", "epoch"}:
            return None
        if piece.sort == "number" and _stands_alone(pieces, at):
            return at
    if any(piece.sort == "hash" or piece.text.lower() in words.CHANNELS for piece in pieces):
        return None
    return next((at for at in range(1, len(pieces)) if _touches_a_name(pieces, at)), None)


def _stands_alone(pieces: Sequence[Token], at: int) -> bool:
    if at == 0:
        return True
    before = pieces[at - 1]
    if before.sort == "word":
        return before.text in "vV" and (at == 1 or pieces[at - 2].sort == "sep")
    if before.sort != "sep" or at == 1:
        return before.sort == "sep"
    counts_requests = pieces[at - 2].text.lower() in words.REQUESTS
    return not counts_requests and not _names_system(pieces, at - 2, at)


def _touches_a_name(pieces: Sequence[Token], at: int) -> bool:
    name = pieces[at - 1]
    ends = at + 1 == len(pieces) or pieces[at + 1].sort == "sep"
    starts = at == 1 or pieces[at - 2].sort == "sep"
    return (
        pieces[at].sort == "number"
        and name.sort == "word"
        and starts
        and ends
        and len(name.text) > 1
        and name.text.lower() not in _NO_NAMES
    )


def length_of_system(pieces: Sequence[Token], at: int) -> int:
    """How many pieces name an operating system and its release: `alpine3.19`, `debian-12`."""
    following = [*pieces[at + 1 : at + 3], NOTHING, NOTHING]
    if following[0].sort == "number":
        return 2
    bound = following[0].sort == "sep" and following[1].sort == "number"
    return 3 if bound and _names_system(pieces, at, at + 2) else 1


def _names_system(pieces: Sequence[Token], word_at: int, number_at: int) -> bool:
    """Whether a name and a number with a separator between are a system's release."""
    name, number = pieces[word_at], pieces[number_at]
    if name.sort != "word" or name.text.lower() not in words.SYSTEMS:
        return False
    return _is_system_release(name.text.lower(), number.text)


def _is_system_release(name: str, number: str) -> bool:
    """Whether a system has such releases: `alpine-1.35.1` is a version of something on Alpine."""
    found = number.split(".")
    if name == "alpine":
        return found[0] == "3"
    if name in {"debian", "deb"}:
        return len(found) <= 2 and 6 <= int(found[0]) < 20
    if name == "ubuntu":
        return len(found) in {2, 3} and found[1] in {"04", "10"}
    return name not in {"arch", "archlinux", "wolfi", "distroless", "busybox"}
