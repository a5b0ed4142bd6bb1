"""
The variables of a `.env` file, as Compose reads one.

See https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/.
"""

from __future__ import annotations

import re

from bot.formats.feeding.values import Given
from bot.formats.steering import steers
from bot.formats.telling import COMPOSE, Left, Value, expanded
from bot.model import Piece, SourceFile, Span

_MANY = 20_000
_ENTRY = re.compile(
    r"[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.]*)[ \t]*[=:][ \t]*"
    r"(?:'(?P<single>[^']*+)'|\"(?P<double>(?:[^\"\\]|\\.)*+)\"|(?P<plain>[^\r\n]*))",
    re.DOTALL,
)
_PLAIN = re.compile(r"(?:[^\s#]|(?<=\S)#|[ \t]+(?=[^\s#]))*+")
_REST = re.compile(r"(?P<said>[^\r\n]*)(?:\r\n|\r|\n|$)")
_COMMENT = re.compile(r"[ \t]*#[^\r\n]*")


def values_of(file: SourceFile) -> dict[str, Given]:
    """Each variable of a `.env` file that has a known value, the last of each name."""
    reader = _Reader(file.text)
    at = 1 if file.text.startswith("\ufeff") else 0
    while at < len(file.text) and len(reader.found) < _MANY:
        at = reader.line(at)
    return reader.found


class _Reader:
    def __init__(self, text: str) -> None:
        self.found: dict[str, Given] = {}
        self._text = text
        self._known: dict[str, Value] = {}
        self._above: list[str] = []

    def line(self, at: int) -> int:
        """Read what begins at an offset; the offset of the next line."""
        entry = _ENTRY.match(self._text, at)
        rest = _REST.match(self._text, entry.end() if entry else at)
        assert rest
        if entry:
            self._entry(entry, rest["said"])
        if _COMMENT.fullmatch(self._text, at, rest.end("said")):
            self._above.append(rest["said"])
        else:
            self._above = []
        return rest.end()

    def _entry(self, entry: re.Match[str], rest: str) -> None:
        style = next(style for style in ("single", "double", "plain") if entry[style] is not None)
        start, end = entry.span(style)
        if style == "plain":
            said = _PLAIN.match(self._text, start, end)
            end, rest = (said.end() if said else start), self._text[start:end]
        pieces = self._value(Span(start, end), style)
        if not isinstance(pieces, Left):
            said_beside = [each for comment in (*self._above, rest) for each in steers(comment)]
            self._known[entry["name"]] = pieces
            self.found[entry["name"]] = Given(
                pieces, Span(start, end), tuple(dict.fromkeys(said_beside))
            )

    def _value(self, span: Span, style: str) -> Value | Left:
        words = span.of(self._text)
        if style == "double" and "\\" in words:
            return Left("variable-not-expanded", "its escapes are not read")
        piece = Piece(words, span)
        if style == "single" or "$" not in words:
            return (piece,) if words else ()
        return expanded((piece,), COMPOSE, self._known)
