"""Hidden markers: what the bot must remember of a pull request, kept in that pull request."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal
from urllib.parse import quote, unquote

from bot.model import NewFile, Proposal

SEVERAL = "several"
"""The line of a pull request that is about several images."""

IMAGE = "basewatch/image-"
"""How the branch of a group of all lines of an image begins."""

UNTOLD = "untold"

Ignore = Literal["", "version", "image"]

_START, _END = "<!-- basewatch ", " -->"
_LONGEST = 8_000  # characters of a marker: a longer one is none of ours
_LONGEST_VALUE = 1_200
_MOST_MEMBERS = 60  # of nine characters each
_SAFE = "/:.*@+,_~-"  # beside letters and digits; `--` would end a comment
_SAID = re.compile(r"<!-- basewatch said=([a-z0-9][a-z0-9:-]{0,99}) -->")
_NUMBER = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Marker:
    """
    What stands in the body of a pull request for the bot alone.

    `line`, `to` and `evidence` are what it proposes (bot/wording/body.py); `content` is the
    `fingerprint` of its files. `title` and `dress` are hashes of the title, and of the labels and
    people, that were set: what a person made of them since is left alone. `auto`: auto-merge was
    set. `heard` is the id of the last comment acted upon. `hold`, `ignore` and `retired` are why
    the bot closed it. `members` are what `member` makes of the images of a group, with commas.
    `tip` is the commit at the branch's end that we made and said all this of,
    `UNTOLD` where the forge had not named it yet; `on` is the commit of the base that it stands on.
    """

    line: str = ""
    to: str = ""
    evidence: str = ""
    content: str = ""
    title: str = ""
    dress: str = ""
    auto: bool = False
    heard: int = 0
    hold: dt.date | None = None
    ignore: Ignore = ""
    retired: bool = False
    members: str = ""
    tip: str = ""
    on: str = ""

    @property
    def image(self) -> str:
        """The repository of the image, as `docker.io/library/node`; empty where it is not one."""
        image, _, line = self.line.rpartition(":")
        return "" if line == SEVERAL else image


_WORDS = ("line", "to", "evidence", "content", "title", "dress", "members", "tip", "on")
_NAMES = frozenset(part.name for part in fields(Marker))


def marker_in(text: str) -> Marker:
    """The last marker of a body; an empty one where there is none that makes sense."""
    bounds = _bounds(text)
    if bounds is None:
        return Marker()
    found: dict[str, str] = {}
    for token in text[bounds[0] + len(_START) : bounds[1] - len(_END)].split():
        name, equals, value = token.partition("=")
        if equals and name in _NAMES and len(value) <= _LONGEST_VALUE:
            found.setdefault(name, unquote(value))
    return Marker(
        **{name: found.get(name, "") for name in _WORDS},
        auto=found.get("auto") == "1",
        heard=_number(found.get("heard", "")),
        hold=_date(found.get("hold", "")),
        ignore=_ignore(found.get("ignore", "")),
        retired=found.get("retired") == "1",
    )


def with_marker(text: str, marker: Marker) -> str:
    """The body with this marker at its end, in the place of the one that it had."""
    return ending(without_marker(text), marker)


def ending(text: str, marker: Marker) -> str:
    """A text that has no marker of ours, with this one at its end."""
    return f"{text}\n\n{_written(marker)}\n"


def without_marker(text: str) -> str:
    """The body as people see it."""
    bounds = _bounds(text)
    if bounds is None:
        return text.rstrip()
    before, after = text[: bounds[0]].rstrip(), text[bounds[1] :].strip()
    return f"{before}\n\n{after}" if after else before


def told_of(text: str, tip: str) -> str:
    """The body, saying which commit it is about once that is known."""
    marker = marker_in(text)
    return with_marker(text, replace(marker, tip=tip)) if marker.tip == UNTOLD else text


def meant(wanted: Proposal) -> Marker:
    """The marker that says what a proposal proposes; one without a line is about its branch."""
    said = marker_in(wanted.body)
    content = fingerprint(wanted.files)
    return Marker(
        line=said.line or wanted.branch,
        to=wanted.target or said.to or content,
        evidence=said.evidence or short_hash(wanted.body),
        content=content,
        title=short_hash(wanted.title),
        members=_members(wanted) if said.line.endswith(f":{SEVERAL}") else "",
    )


def member(image: str) -> str:
    """What an image is called among the `members` of a group, where many have to fit."""
    return short_hash(image)[:8]


def _members(wanted: Proposal) -> str:
    """Those that a marker has room for: what is to be told of more names a few anyway."""
    return ",".join(sorted(map(member, wanted.images))[:_MOST_MEMBERS])


def fingerprint(files: Mapping[str, NewFile]) -> str:
    """A hash of what files become: their paths, modes and bytes."""
    whole = hashlib.sha256()
    for path, file in sorted(files.items()):
        for part in (path.encode("utf-8", "surrogateescape"), file.mode.encode(), file.data):
            whole.update(f"{len(part)}:".encode() + part)
    return whole.hexdigest()[:16]


def short_hash(text: str) -> str:
    """Twelve hexadecimal digits that tell texts apart."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def said_marker(key: str) -> str:
    """What ends a comment of ours so that it is said once; `key` is of `[a-z0-9:-]`."""
    return f"<!-- basewatch said={key} -->"


def said_in(text: str) -> str:
    """The key of a comment of ours; empty for any other comment."""
    found = _SAID.search(text, max(len(text) - 200, 0))
    return found[1] if found else ""


def _bounds(text: str) -> tuple[int, int] | None:
    start = text.rfind(_START)
    end = text.find(_END, start, start + _LONGEST) if start >= 0 else -1
    return None if end < 0 else (start, end + len(_END))


def _written(marker: Marker) -> str:
    told: Mapping[str, str] = {
        **{name: getattr(marker, name) for name in _WORDS},
        "auto": "1" if marker.auto else "",
        "heard": str(marker.heard) if marker.heard else "",
        "hold": marker.hold.isoformat() if marker.hold else "",
        "ignore": marker.ignore,
        "retired": "1" if marker.retired else "",
    }
    tokens = (f"{name}={_quoted(value)}" for name, value in told.items() if value)
    return f"{_START}{' '.join(tokens)}{_END}"


def _quoted(value: str) -> str:
    whole = quote(value, safe=_SAFE, errors="replace")
    if len(whole) > _LONGEST_VALUE // 2:  # doubled at most by what follows
        whole = f"{whole[:100].rstrip('%0123456789ABCDEF')}~{short_hash(value)}"
    return whole.replace("--", "-%2D")


def _number(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _ignore(text: str) -> Ignore:
    return "image" if text == "image" else "version" if text == "version" else ""
