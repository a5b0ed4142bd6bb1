"""
Code cut into words, texts, signs and comments: as much as tells what is said from what is meant.

For Groovy and Kotlin (`SLASHES`), and for Starlark (`HASH`). Patterns between slashes are not told
from divisions, so a quote within one may begin a text; that text ends with its line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple, TypeAlias

from bot.formats.telling import Left, Place, Style, Value
from bot.formats.yaml_spans import Scalar
from bot.model import Piece, Role, Span

_REST = (
    r"|(?P<long>'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+(?:\"\"\")?)"
    r"|(?P<text>'(?:[^'\\\r\n]|\\.)*+'?|\"(?:[^\"\\\r\n]|\\.)*+\"?)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>[^\s\w])"
)
SLASHES = re.compile(rf"(?P<comment>//[^\r\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?){_REST}", re.DOTALL)
HASH = re.compile(rf"(?P<comment>\#[^\r\n]*){_REST}", re.DOTALL)

MOST = 150_000
"""Words, signs, texts and comments of one file."""
TOO_LONG = f"it has more than {MOST} words and signs"
_TEXT = "tag:yaml.org,2002:str"  # whatever a text looks like, it is no number

COMPUTED = Left("variable-not-expanded", "it is put together when the build runs")
ESCAPED = Left("invalid-reference", "it has an escape in it")


_Kind: TypeAlias = Literal["comment", "text", "word", "sign"]
_KINDS: dict[str, _Kind] = {"comment": "comment", "word": "word", "sign": "sign"}


class Token(NamedTuple):
    """A piece of code; `span` is what it says, without the quotes of a text."""

    kind: _Kind
    span: Span
    said: str
    quotes: str = ""


def tokens(text: str, language: re.Pattern[str]) -> Iterator[Token]:
    """Every token of a text, in order; raises nothing, whatever the text."""
    for match in language.finditer(text):
        span = Span(*match.span())
        if kind := _KINDS.get(match.lastgroup or ""):
            yield Token(kind, span, match[0])
        else:
            yield _text(text, span, 3 if match["long"] else 1)


def all_tokens(text: str, language: re.Pattern[str]) -> list[Token] | None:
    """Every token of a text; `None` where there are more than anyone would write."""
    found = [*islice(tokens(text, language), MOST + 1)]
    return found if len(found) <= MOST else None


def _text(text: str, span: Span, width: int) -> Token:
    quotes = text[span.start : span.start + width]
    closed = span.end - span.start >= 2 * width and span.of(text).endswith(quotes)
    inner = Span(span.start + width, span.end - (width if closed else 0))
    return Token("text", inner, inner.of(text), quotes)


def says(code: Sequence[Token], at: int, said: str) -> bool:
    """Whether there is such a word or sign at a place."""
    return 0 <= at < len(code) and code[at].said == said and code[at].kind != "text"


def goes_on(code: Sequence[Token], at: int) -> bool:
    """Whether something is done to what stands before this token."""
    return any(says(code, at, sign) for sign in ("+", ".", "%", "(", "["))


def values(code: Sequence[Token]) -> dict[str, Value]:
    """What the names stand for that are given one text and nothing else. `code`: no comments."""
    givings: Counter[str] = Counter()
    found: dict[str, Value] = {}
    for at, token in enumerate(code):
        if token.kind != "word" or not says(code, at + 1, "=") or says(code, at + 2, "="):
            continue
        givings[token.said] += 1
        text = code[at + 2] if at + 2 < len(code) else token
        if text.kind == "text" and not goes_on(code, at + 3) and _is_plain(text):
            found[token.said] = (Piece(text.said, text.span, token.said),)
    return {name: value for name, value in found.items() if givings[name] == 1}


def _is_plain(text: Token) -> bool:
    return (
        bool(text.said) and "\\" not in text.said and not (text.quotes == "'" and "$" in text.said)
    )


def node(token: Token, style: Style) -> Scalar | Left:
    """
    What a token says as a node; of a word, what it stands for. Why it says nothing otherwise.

    A word is told as `style` writes variables.
    """
    if token.kind == "word":
        return Scalar("${" + token.said + "}", token.span, tag=_TEXT)
    if token.kind == "sign":
        return COMPUTED
    if "\\" in token.said:
        return ESCAPED
    if style.sign in token.said and token.quotes == "'":
        return Left("variable-not-expanded", "nothing is expanded between single quotes")
    return Scalar(token.said, token.span, tag=_TEXT)


def left_at(token: Token, role: Role, left: Left) -> Place:
    """A place that is left alone, known by the token that stands there."""
    return Place(role, Scalar(token.said or "?", token.span, tag=_TEXT), left=left)
