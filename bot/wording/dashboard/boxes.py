"""The check boxes of a dashboard: a person ticks one to have a proposal now."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_LONGEST = 1_000
_SAFE = "/._-"
_TICKED = re.compile(
    r"^[ \t]{0,3}[-*] \[[xX]\] <!-- basewatch-box ask=([!-=?-~]{1,1000}) -->", re.MULTILINE
)


def box(branch: str, *, is_ticked: bool = False) -> str:
    """The start of a list item that stands for a branch."""
    mark = quote(branch, safe=_SAFE, errors="replace").replace("--", "-%2D")
    return f"- [{'x' if is_ticked else ' '}] <!-- basewatch-box ask={mark[:_LONGEST]} -->"


def ticked(body: str) -> frozenset[str]:
    """The branches whose boxes are ticked."""
    return frozenset(unquote(found[1]) for found in _TICKED.finditer(body))
