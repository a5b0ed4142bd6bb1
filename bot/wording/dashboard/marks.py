"""The hidden line by which a dashboard is known, and by which it is known to be as it should."""

from __future__ import annotations

import hashlib
import re

from bot.wording.dashboard.boxes import ticked

_MARK = re.compile(r"<!-- basewatch dashboard hash=([0-9a-f]{12})( closed)? -->\s*\Z")
_LONGEST = 200  # characters at the end of a body in which the mark is looked for


def signed(text: str, *, closed: bool = False) -> str:
    """The text with its mark; `closed`: it is what is written as the issue is closed by us."""
    end = " closed" if closed else ""
    return f"{text}\n\n<!-- basewatch dashboard hash={_hash(text)}{end} -->\n"


def was_written_by_us(body: str) -> bool:
    """Whether a body is a dashboard's."""
    return _mark(body) is not None


def was_closed_by_us(body: str) -> bool:
    """Whether a body is the one that a dashboard is closed with."""
    found = _mark(body)
    return bool(found and found[2])


def is_same(body: str, wanted: str) -> bool:
    """
    Whether a body says what is wanted, the boxes ticked that are to be.

    By the hash: forges give texts back with other line ends, and may change more than that.
    """
    now, then = _mark(body), _mark(wanted)
    same = bool(now and then) and (now and now[1]) == (then and then[1])
    return same and ticked(body) == ticked(wanted)


def _mark(body: str) -> re.Match[str] | None:
    return _MARK.search(body, max(len(body) - _LONGEST, 0))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
