"""
Groovy cut into words, strings, signs and comments: as much of it as tells code from text.

Patterns between slashes are not told from divisions, so a quote within one may begin a string; that
string ends with its line. https://groovy-lang.org/syntax.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.model import Span

_TOKEN = re.compile(
    r"(?P<comment>//[^\r\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)"
    r"|(?P<long>'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+(?:\"\"\")?)"
    r"|(?P<text>'(?:[^'\\\r\n]|\\.)*+'?|\"(?:[^\"\\\r\n]|\\.)*+\"?)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>[^\s\w])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of code; `span` is what it says, without the quotes of a text."""

    kind: Literal["comment", "text", "word", "sign"]
    span: Span
    said: str
    quotes: str = ""


def tokens(text: str) -> Iterator[Token]:
    """Every token of a text, in order; raises nothing, whatever the text."""
    for match in _TOKEN.finditer(text):
        span = Span(match.start(), match.end())
        if match["word"]:
            yield Token("word", span, match[0])
        elif match["sign"]:
            yield Token("sign", span, match[0])
        elif match["comment"]:
            yield Token("comment", span, match[0])
        else:
            yield _text(text, span, 3 if match["long"] else 1)


def _text(text: str, span: Span, width: int) -> Token:
    quotes = text[span.start : span.start + width]
    closed = span.end - span.start >= 2 * width and span.of(text).endswith(quotes)
    inner = Span(span.start + width, span.end - (width if closed else 0))
    return Token("text", inner, inner.of(text), quotes)
