"""
A Debian changelog: which image and version it is of, all that came before, and a block on top.

The grammar is that of https://manpages.debian.org/deb-changelog; docker-pkg reads the first block
by python-debian's `Changelog`, which passes over what stands before it.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Sequence
from email.utils import format_datetime, parsedate_to_datetime
from typing import NamedTuple

from bot.model import SourceFile, Span

_HEADER = re.compile(
    r"^(?P<name>\w[-+0-9a-z.]*) \((?P<version>[^() \t\r\n]+)\)"
    r"(?P<where>(?:[ \t]+[-+0-9a-z.]+)+);(?P<rest>[^\r\n]*)\r?$",
    re.MULTILINE | re.IGNORECASE | re.ASCII,
)
_TRAILER = re.compile(r"^ -- (?P<who>[^\r\n]*?>)[ \t]{1,4}(?P<when>[^\r\n]+)\r?$", re.MULTILINE)
_PERSON = re.compile(r"[^<>\r\n]+ <[^<>\s]+>")
_WIDTH = 100
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Block(NamedTuple):
    """One version: its heading, and all of its text from there to the next one."""

    name: str
    version: str
    distribution: str
    span: Span
    text: str

    @property
    def moment(self) -> dt.datetime:
        """When its trailer says it was written; the beginning of time where none can be read."""
        match = _TRAILER.search(self.text)
        try:
            found = parsedate_to_datetime(match["when"]) if match else _NEVER
            return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
        except (ValueError, IndexError, TypeError, OverflowError):
            return _NEVER

    @property
    def notes(self) -> str:
        """What it says between its heading and its trailer."""
        body = self.text.partition("\n")[2]
        match = _TRAILER.search(body)
        return textwrap.dedent(body[: match.start()] if match else body).strip("\r\n ")


class Changelog(NamedTuple):
    """A changelog's blocks, newest first."""

    file: SourceFile
    blocks: tuple[Block, ...]

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version there was, newest first."""
        return tuple(block.version for block in self.blocks)


def read(file: SourceFile) -> Changelog | None:
    """The changelog that a file is; `None` where no block begins in it."""
    found = list(_HEADER.finditer(file.text))
    ends = [*(match.start() for match in found[1:]), len(file.text)][: len(found)]
    blocks = tuple(
        Block(
            match["name"],
            match["version"],
            match["where"].split()[0],
            Span(match.start(), end),
            file.text[match.start() : end],
        )
        for match, end in zip(found, ends, strict=True)
    )
    return Changelog(file, blocks) if blocks else None


def is_person(text: str) -> bool:
    """Whether a text is `Name <mail>`, as a trailer has it."""
    return bool(_PERSON.fullmatch(text))


class Entry(NamedTuple):
    """A block to be written: its items are sentences, `who` is `Name <mail>`."""

    version: str
    items: Sequence[str]
    who: str
    when: dt.datetime
    urgency: str = "medium"


def prepended(log: Changelog, entry: Entry) -> str:
    """The changelog's text with one block more on top; every other byte stays as it is."""
    newest = log.blocks[0]
    lines = [f"{newest.name} ({entry.version}) {newest.distribution}; urgency={entry.urgency}", ""]
    for item in entry.items:
        lines += _item(item)
    lines += ["", f" -- {entry.who}  {format_datetime(entry.when)}", "", ""]
    text = log.file.text
    end = "\r\n" if newest.text.partition("\n")[0].endswith("\r") else "\n"
    at = 1 if text.startswith("\ufeff") else 0
    return f"{text[:at]}{end.join(lines)}{text[at:]}"


def _item(text: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        width=_WIDTH,
        initial_indent="  * ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
