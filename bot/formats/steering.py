"""
Comments that steer: what a person wrote beside a use about whether it may move.

* `# basewatch: ignore`: never move it.
* `# basewatch: hold until 2027-01-31`: leave it alone up to and with that day.
* `# basewatch: allow patch, minor`: no kinds of move but these.
* `# basewatch: image`: an image stands here; in files that are read only where this asks for it
  (`docs/formats/shell.md`). It steers nothing, and says nothing in other files.

A directive starts its comment, or follows a further `#` in it (`# hadolint … # basewatch: ignore`).
After ` -- `, ` because ` or ` (` come words for people, which are not read. Case does not matter.

**A directive that cannot be read counts as `ignore`**: whoever wrote it wanted something held back,
and a pull request not made is cheaper than one made against a wish. Its `complaint` says why.
"""

from __future__ import annotations

import datetime as dt
import re

from bot.model import KINDS, Kind, Steer

_LOOSE = re.IGNORECASE | re.ASCII
_DIRECTIVE = re.compile(
    r"basewatch(?:\s*:|\s+(?=(?:ignore|hold|allow)\b))(?P<said>.*)", _LOOSE | re.DOTALL
)
_FOR_PEOPLE = re.compile(r"\s(?:--|—|–|because\b|\()", _LOOSE)
_HOLD = re.compile(r"hold\s+until\s+([0-9]{4}-[0-9]{2}-[0-9]{2})", _LOOSE)
_ALLOW = re.compile(r"allow\b(.*)", _LOOSE | re.DOTALL)
_ASKS = re.compile(r"basewatch\s*+:\s*+image\s*+[.;]?\s*+", _LOOSE)
_KIND_BREAK = re.compile(r"[\s,]+")
_KIND_NAMES: dict[str, Kind] = {kind: kind for kind in KINDS}
_SHOWN = 60

STRAY = "no image stands beside it, so it steers nothing; it goes right above the line of one"
"""What is told of a comment that can be read and has nothing to steer."""


def steers(comment: str) -> tuple[Steer, ...]:
    """What a comment, with or without its `#`, says about the use beside it; mostly nothing."""
    found = (_steer(said) for said in _directives(comment) if not _asks(said))
    return tuple(dict.fromkeys(found))


def asks_for_image(comment: str) -> bool:
    """Whether a comment says that an image stands beside it."""
    return any(_asks(said) for said in _directives(comment))


def complaint(comment: str) -> str | None:
    """What is wrong with a comment that `steers` had to take as `ignore`, as a full sentence."""
    return next((steer.complaint for steer in steers(comment) if steer.complaint), None)


def _asks(directive: str) -> bool:
    return bool(_ASKS.fullmatch(_FOR_PEOPLE.split(directive, maxsplit=1)[0]))


def _steer(directive: str) -> Steer:
    reading = _reading(directive)
    if isinstance(reading, Steer):
        return reading
    why = f"The comment {_short(directive)} is taken as `ignore`, because {reading}."
    return Steer("ignore", complaint=why)


def _directives(comment: str) -> list[str]:
    if "basewatch" not in comment.lower():
        return []
    matches = (_DIRECTIVE.match(part.strip()) for part in comment.split("#"))
    return [match[0] for match in matches if match]


def _reading(directive: str) -> Steer | str:
    """What a directive says, or why it cannot be read."""
    head, colon, said = directive.partition(":")
    if not colon or len(head.split()) > 1:
        return "it has no colon after `basewatch`"
    said = _FOR_PEOPLE.split(f" {said}", maxsplit=1)[0].strip().rstrip(".;")
    if said.lower() == "ignore":
        return Steer("ignore")
    if said.lower().startswith("hold"):
        return _hold(said)
    if allow := _ALLOW.fullmatch(said):
        return _allow(allow[1])
    return "it says none of `ignore`, `hold until YYYY-MM-DD` and `allow KIND`"


def _hold(said: str) -> Steer | str:
    match = _HOLD.fullmatch(said)
    if not match:
        return "`hold` is to be followed by `until YYYY-MM-DD`"
    try:
        return Steer("hold", until=dt.date.fromisoformat(match[1]))
    except ValueError:
        return f"there is no day {match[1]}"


def _allow(said: str) -> Steer | str:
    words = [word for word in _KIND_BREAK.split(said.lower()) if word not in {"", "and"}]
    unknown = [word for word in words if word not in _KIND_NAMES]
    if unknown or not words:
        named = f"`{unknown[0][:_SHOWN]}`" if unknown else "nothing"
        return f"it allows {named}, which is none of {', '.join(KINDS)}"
    return Steer("allow", kinds=frozenset(_KIND_NAMES[word] for word in words))


def _short(said: str) -> str:
    flat = " ".join(said[: 4 * _SHOWN].split())
    return f"`{flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + '…'}`"
