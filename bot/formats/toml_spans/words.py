"""The words of TOML: texts in quotes of any kind, numbers, truth values and dates."""

from __future__ import annotations

import re

from bot.formats.yaml_spans import Scalar, Trouble
from bot.model import Span

_TEXT = "tag:yaml.org,2002:str"  # whatever a text of several lines looks like, it is no number
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_TEXTS = tuple(
    (quotes, re.compile(f"{quotes}(?P<said>{said}){quotes}"))
    for quotes, said in (
        ('"""', rf'(?:[^"\\{_CONTROLS}]|\\[^\x00]|"{{1,2}}(?!"))*+"{{0,2}}'),
        ("'''", rf"(?:[^'{_CONTROLS}]|'{{1,2}}(?!'))*+'{{0,2}}"),
        ('"', rf'(?:[^"\\\n\r{_CONTROLS}]|\\[^\x00-\x1f])*+'),
        ("'", rf"[^'\n\r{_CONTROLS}]*+"),
    )
)
_ESCAPE = re.compile(
    r"\\(?:(?P<one>[btnfr\"\\])|u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})"
    r"|(?P<join>[ \t]*+\n[ \t\n]*+)|(?P<wrong>[\s\S]))"
)
_ONE = dict(zip('btnfr"\\', '\b\t\n\f\r"\\', strict=True))
_DATE = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
_BARE = re.compile(
    rf"(?:true|false|{_DATE}(?:[Tt ]{_TIME}(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?|{_TIME}"
    r"|0x[0-9A-Fa-f]+(?:_[0-9A-Fa-f]+)*|0o[0-7]+(?:_[0-7]+)*|0b[01]+(?:_[01]+)*|[+-]?(?:inf|nan)"
    r"|[+-]?(?:0|[1-9]\d*(?:_\d+)*)(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?)"
    r"(?![A-Za-z0-9_.:+-])",
    re.ASCII,
)


class StoppedError(Exception):
    """The text is no TOML; `trouble` says why, and where."""

    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.trouble = Trouble(problem, offset)


def word_at(text: str, at: int) -> tuple[Scalar, int]:
    """The value of one word that begins at `at`, and where it ends. Raises `StoppedError`."""
    if found := quoted_at(text, at):
        return found
    match = _BARE.match(text, at)
    if not match:
        raise StoppedError("it is no value", at)
    return Scalar(match[0], Span(*match.span())), match.end()


def quoted_at(text: str, at: int) -> tuple[Scalar, int] | None:
    """A text in quotes, if one begins at `at`, and where it ends. Raises `StoppedError`."""
    for quotes, pattern in _TEXTS:
        if text.startswith(quotes, at):
            match = pattern.match(text, at)
            if not match:
                raise StoppedError("its quotes are not closed", at)
            return _text_of(match, quotes), match.end()
    return None


def _text_of(match: re.Match[str], quotes: str) -> Scalar:
    said = match["said"]
    if "\r" in said.replace("\r\n", ""):
        raise StoppedError("a carriage return ends no line", match.start())
    words = said.replace("\r\n", "\n")
    if len(quotes) > 1:
        words = words.removeprefix("\n")
    value = _plain(words, match.start()) if quotes[0] == '"' else words
    if len(quotes) > 1:
        return Scalar(value, Span(*match.span("said")), tag=_TEXT)
    return Scalar(value, Span(*match.span()), quotes)


def _plain(words: str, at: int) -> str:
    """What words with escapes say."""
    if "\\" not in words:
        return words

    def unescaped(found: re.Match[str]) -> str:
        number = int(found["u"] or found["U"] or "0", 16)
        if found["wrong"] or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
            raise StoppedError("its escape is none that TOML has", at)
        if found["join"]:
            return ""
        return _ONE[found["one"]] if found["one"] else chr(number)

    return _ESCAPE.sub(unescaped, words)
