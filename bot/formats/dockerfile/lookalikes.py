"""What looks like an image and is none: in comments, here-documents and continued lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.formats.dockerfile.lines import Reading
from bot.formats.dockerfile.places import Places, templated
from bot.formats.dockerfile.text import Instruction
from bot.image import ImageRef
from bot.model import Skip, SkipReason, Span

_FROM = (
    r"FROM[ \t]+(?:--platform=\S+[ \t]+)?[\"']?(?P<from>[^\s\"'\\`]+)[\"']?"
    r"(?:[ \t]+AS[ \t]+[\w.-]+)?"
)
_END = r"[ \t]*(?:[\\`][ \t]*)?\r*$"
_COPY = (
    r"(?:ONBUILD[ \t]+)?COPY[ \t]+(?:--\S+[ \t]+){0,8}?"
    r"--from=[\"']?(?P<copy>[^\s\"']+)[\"']?[ \t]"
)
_RUN = (
    r"(?:ONBUILD[ \t]+)?RUN[ \t]+(?:--\S+[ \t]+){0,8}?"
    r"--mount=\S{0,200}?\bfrom=(?P<run>[^\s,\"']+)"
)
_SYNTAX = r"syntax[ \t]*=[ \t]*(?P<syntax>\S+)"
_BODY = rf"(?:{_FROM}{_END}|{_COPY}|{_RUN})"

# A pattern that begins with a character is found faster than one that begins with `^`.
_FIRST_COMMENT = re.compile(rf"[ \t]*+#[# \t]*+(?:{_BODY}|{_SYNTAX}{_END})", re.MULTILINE)
_COMMENT = re.compile(rf"\n{_FIRST_COMMENT.pattern}", re.MULTILINE)
_CODE = re.compile(rf"^[ \t]*{_BODY}", re.MULTILINE | re.IGNORECASE)
_TELLING = re.compile(r"[:/@]")
_TEMPLATE_FROM = re.compile(r"\bFROM[ \t]+(?P<from>[^\s{<%]+)")


def lookalikes(
    places: Places, reading: Reading, stages: Iterable[str], directive: Span | None
) -> Iterator[Skip]:
    """
    The comments, the lines of here-documents and the continued lines that look like uses.

    `stages`: names in lower case that are no images; `directive`: the line that is a true syntax.
    """
    names = frozenset(stages)
    bodies = [body for found in reading.instructions if found.heredocs for body in found.heredocs]
    if "#" in places.text:
        yield from _comments(places, bodies, names, directive)
    for body in bodies:
        yield from _lines(places, body, "heredoc", names)
    for found in reading.instructions:
        if len(found.seams) > 1:
            yield from _continued(places, found, names)
    if "{{" in places.text or "{%" in places.text or "<%" in places.text:
        yield from _conditional(places, reading)


def _conditional(places: Places, reading: Reading) -> Iterator[Skip]:
    """`FROM`s that share a line with the template's own words."""
    for found in reading.instructions:
        if not templated(found.keyword):
            continue
        for match in _TEMPLATE_FROM.finditer(found.text):
            span = found.span(*match.span("from"))
            yield places.skip(span, "template", "a template decides whether this is built")


def _comments(
    places: Places, bodies: list[Span], stages: frozenset[str], directive: Span | None
) -> Iterator[Skip]:
    at = 0
    first = _FIRST_COMMENT.match(places.text)
    for match in (*([first] if first else []), *_COMMENT.finditer(places.text)):
        start = match.start() + (match is not first)
        while at < len(bodies) and bodies[at].end <= start:
            at += 1
        inside = at < len(bodies) and bodies[at].start <= start
        here = directive and directive.start <= start <= directive.end
        if not inside and not here and (span := _plausible(match, stages)):
            detail = "it is commented out"
            if match["syntax"]:
                detail = "a syntax directive counts only in the first lines, from the first column"
            yield places.skip(span, "comment", detail)


def _lines(
    places: Places, span: Span, reason: SkipReason, stages: frozenset[str]
) -> Iterator[Skip]:
    detail = {
        "heredoc": "it stands in a here-document",
        "continuation": "its line continues another instruction",
    }[reason]
    for match in _CODE.finditer(places.text, span.start, span.end):
        where = _plausible(match, stages)
        if where and (match[0].lstrip()[:2].isupper() or _TELLING.search(where.of(places.text))):
            yield places.skip(where, reason, detail)


def _continued(places: Places, found: Instruction, stages: frozenset[str]) -> Iterator[Skip]:
    """Every line of the instruction but its first."""
    start = places.text.find("\n", found.seams[0][1])
    whole = found.whole
    if 0 <= start < whole.end:
        yield from _lines(places, Span(start + 1, whole.end), "continuation", stages)


def _plausible(match: re.Match[str], stages: frozenset[str]) -> Span | None:
    """Where the reference of a lookalike stands, if it could be one."""
    kind = next((kind for kind in ("from", "copy", "run") if match[kind]), "syntax")
    text = match[kind]
    if text.lower() in stages or text == "scratch" or text.isdecimal():
        return None
    try:
        ImageRef.parse(text.split("$", 1)[0].rstrip(":/@-") if "$" in text else text)
    except ValueError:
        return None
    return Span(*match.span(kind))
