"""Comments of languages other than YAML, line by line, as those who look for steering want them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.formats.yaml_spans import Remark
from bot.model import Span

_LINES = re.compile(r"[^\r\n]+")
_NEAR = 500
"""Characters before a comment, within which its line begins if it is alone there."""


def remarks(text: str, comments: Iterable[Span], signs: str) -> Iterator[Remark]:
    """
    The lines of comments without the `signs` that comments begin and end with.

    `comments` are in the order of the text. A line that says nothing else is no remark.
    """
    blanks = " \t\ufeff" + signs
    for comment in comments:
        for line in _LINES.finditer(text, *comment):
            said = line[0].strip(blanks)
            if said:
                at = line.start() + line[0].index(said)
                yield Remark(Span(at, at + len(said)), _is_alone(text, line.start(), blanks))


def _is_alone(text: str, start: int, blanks: str) -> bool:
    near = max(start - _NEAR, 0)
    begin = max(text.rfind("\n", near, start) + 1, near)
    return not text[begin:start].strip(blanks)
