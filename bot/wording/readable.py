"""Sentences of ours that were written as Markdown, for those who read plain text."""

from __future__ import annotations

import re

_MARKS = re.compile(r"\*\*|(?<!\\)`|\u2060")
_ESCAPE = re.compile(r"\\([\\`*_\[\]<>|~&$:!#+=/-])")


def readable(said: str) -> str:
    """A sentence without the marks that only Markdown needs."""
    return _ESCAPE.sub(r"\1", _MARKS.sub("", said))
