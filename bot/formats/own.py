"""
Files of a user's own kind: lines that name images by a pattern of few words.

A pattern is read from left to right. `{image}` stands for a reference, `{name}`, `{tag}` and
`{digest}` for its parts; `*` for anything, as little as possible; blanks for one or more blanks or
tabs; all else for itself. It begins with something that stands for itself. Nothing is tried twice:
after a `*` the first place where the next of it fits is the one, so that a line of n characters
takes a small multiple of n steps, whatever a repository's file says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.formats.steering import steers
from bot.formats.yaml_spans import lines_of
from bot.image import ImageRef
from bot.model import FilePattern, Mention, Piece, Skip, SourceFile, Span, Steer, Use

NO_DIGEST = "the pattern has no place for a digest"

_LINE_LIMIT = 4000
_TRIES = 64  # at the places of a line where a pattern may begin
_TOKEN = re.compile(r"\{(image|name|tag|digest)\}|(\*+)|([ \t]+)|([^{* \t]+|\{)")
_BLANKS = re.compile(r"[ \t]+")
_FIELDS = {
    "image": re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/:@+-]*[A-Za-z0-9_])?"),
    "name": re.compile(r"[A-Za-z0-9](?:(?>[A-Za-z0-9._/-]+|:[0-9]+/)*+)"),
    "tag": re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"),
    "digest": re.compile(r"sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a pattern: `text` that stands for itself, `any`, `blanks`, or a field's name."""

    kind: str
    text: str = ""


def tokens(line: str) -> tuple[Token, ...]:
    """
    The parts of a pattern.

    Raises `ValueError`, in words for a person, where it is none.
    """
    found = [_token(match) for match in _TOKEN.finditer(line.strip(" \t"))]
    fields = [token.kind for token in found if token.kind in _FIELDS]
    if not found or found[0].kind != "text":
        raise ValueError("a pattern begins with something that stands for itself")
    if not fields:
        raise ValueError("a pattern has {image}, {name}, {tag} or {digest} in it")
    if len(set(fields)) < len(fields) or ("image" in fields and len(fields) > 1):
        raise ValueError("each part of a reference stands in a pattern once")
    return tuple(found)


def _token(match: re.Match[str]) -> Token:
    if match[1]:
        return Token(match[1])
    if match[2] or match[3]:
        return Token("any" if match[2] else "blanks")
    return Token("text", match[4])


@dataclass(frozen=True)
class OwnFormat:
    """The `Format` of one entry of a configuration's `patterns`."""

    pattern: FilePattern

    @property
    def NAME(self) -> str:
        """The name that the configuration gives it."""
        return self.pattern.name

    def matches(self, _path: str) -> bool:
        """Whether a file may be of this kind: only those are asked about that `files` covers."""
        return True

    def claims(self, file: SourceFile) -> bool:
        """Whether the file is text: it was named by whoever wrote the configuration."""
        return "\0" not in file.text

    def find(self, file: SourceFile) -> Iterator[Mention]:
        """Each line's uses; what a pattern fits that is no reference is a skip."""
        above, start = "", 0
        for line in file.text.splitlines(keepends=True):
            if len(line) <= _LINE_LIMIT:
                for found in self._fits(line):
                    yield self._mention(file, start, found, _steers(above, line))
            above = line
            start += len(line)

    @cached_property
    def _lines(self) -> tuple[tuple[Token, ...], ...]:
        return tuple(map(tokens, self.pattern.lines))

    def _fits(self, line: str) -> Iterator[dict[str, Span]]:
        """Where the fields stand of what fits on a line, from its left, each place once."""
        found = [spans for pattern in self._lines for spans in _each(pattern, line)]
        taken: set[Span] = set()
        for spans in sorted(found, key=lambda spans: min(spans.values())):
            if taken.isdisjoint(spans.values()):
                taken |= {*spans.values()}
                yield spans

    def _mention(
        self, file: SourceFile, start: int, found: dict[str, Span], said: tuple[Steer, ...]
    ) -> Mention:
        spans = {field: Span(start + at.start, start + at.end) for field, at in found.items()}
        whole = Span(min(spans.values()).start, max(span.end for span in spans.values()))
        pieces = tuple(_pieces(self.pattern.image, spans, file.text))
        position, text = lines_of(file.text).position(whole.start), whole.of(file.text)
        try:
            image = ImageRef.parse("".join(piece.text for piece in pieces))
        except ValueError as error:
            why = str(error)
            return Skip(file.path, self.NAME, whole, position, text, "invalid-reference", why)
        no_digest = NO_DIGEST if not spans.keys() & {"image", "digest"} else None
        return Use(
            path=file.path,
            format=self.NAME,
            span=whole,
            position=position,
            text=text,
            image=image,
            pieces=pieces,
            role="image",
            carries="tag" if no_digest else "reference",
            digest_at=whole.end if "image" in spans else None,
            no_digest=no_digest,
            steers=said,
        )


def _pieces(fixed: str, spans: dict[str, Span], text: str) -> Iterator[Piece]:
    """A reference put together from what stands in the file and the name that is given."""
    for field, between in (("image", ""), ("name", ""), ("tag", ":"), ("digest", "@")):
        if span := spans.get(field):
            if between:
                yield Piece(between, None)
            yield Piece(span.of(text), span)
        elif field == "name" and "image" not in spans:
            yield Piece(fixed, None)


def _each(pattern: tuple[Token, ...], line: str) -> Iterator[dict[str, Span]]:
    """The fields of a pattern wherever it fits on a line, one after the other."""
    at = 0
    for _ in range(_TRIES):
        at = line.find(pattern[0].text, at)
        if at < 0:
            return
        spans = _fit(pattern, line.rstrip("\r\n"), at)
        if spans:
            yield spans
        at = max((span.end for span in spans.values()), default=at + 1)


def _fit(pattern: tuple[Token, ...], line: str, at: int) -> dict[str, Span]:
    """The fields of a pattern that begins at a place; none where it does not fit there."""
    spans: dict[str, Span] = {}
    loose = False
    for token in pattern:
        if token.kind == "any":
            loose = True
            continue
        place = _place(token, line, at, loose=loose)
        if place is None:
            return {}
        if token.kind in _FIELDS:
            spans[token.kind] = place
        at, loose = place.end, False
    return spans


def _place(token: Token, line: str, at: int, *, loose: bool) -> Span | None:
    """Where a token stands: right here, or at the first place from here on if that is loose."""
    if token.kind == "text":
        start = line.find(token.text, at) if loose else at
        fits = start >= 0 and line.startswith(token.text, start)
        return Span(start, start + len(token.text)) if fits else None
    reader = _BLANKS if token.kind == "blanks" else _FIELDS[token.kind]
    match = reader.search(line, at) if loose else reader.match(line, at)
    return Span(*match.span()) if match else None


def _steers(above: str, line: str) -> tuple[Steer, ...]:
    """What is said to this bot at a line's end, or on a line right above that says nothing else."""
    here = line.partition("basewatch")
    found = [steers(f"{here[1]}{here[2].rstrip()}")] if here[1] else []
    before, word, said = above.partition("basewatch")
    if word and not re.search(r"\w", before):
        found.append(steers(f"{word}{said.rstrip()}"))
    return tuple(dict.fromkeys(steer for each in found for steer in each))
