"""Go through a Compose file: whether it is one, what it runs, what builds within it say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.formats.compose.giving import args_of, built, found, paths
from bot.formats.compose.inline import within
from bot.formats.compose.services import is_compose, places
from bot.formats.feeding import Build, without_heard
from bot.formats.telling import COMPOSE, Value, Variables, reading_of
from bot.formats.telling import mentions as told
from bot.formats.yaml_spans import Collection, Reading, TooMuchError, target
from bot.model import Mention, SourceFile, Span

NAME = "compose"
_TEMPLATE_LINE = re.compile(
    r"^[ \t]*(?:\{%[^\r\n]*%\}|\{\{[^\r\n]*\}\}|\{#[^\r\n]*#\})[ \t]*(?=\r?$)", re.MULTILINE
)


def is_meant(file: SourceFile, *, named: bool) -> bool:
    """Whether the file is Compose's, or is named so and broken; see `claims`."""
    reading = reading_for(file.text)
    if reading.trouble:
        return named
    try:
        return any(is_compose(document, named=named) for document in reading.documents)
    except TooMuchError:
        return named


def reading_for(text: str) -> Reading:
    """What a file says as YAML; lines that only steer a template are blank, where they disturb."""
    reading = reading_of(text)
    if reading.trouble and ("{%" in text or "{{" in text):
        blank = _TEMPLATE_LINE.sub(lambda line: " " * len(line[0]), text)
        reading = reading if blank == text else reading_of(blank)
    return reading


def mentions(file: SourceFile, env: Mapping[str, Value]) -> Iterator[Mention]:
    """Every use and skip, in the order of the text."""
    reading = reading_for(file.text)
    variables = Variables(COMPOSE, lambda _document, _fields: env)
    mentions_ = [*told(file, NAME, places, reading=reading, variables=variables)]
    try:
        mentions_ += within(file, NAME, reading, env)
        heard = [*_args(file.text, reading)]
    except TooMuchError:
        heard = []
    return iter(sorted(without_heard(mentions_, heard), key=lambda mention: mention.span))


def builds_in(file: SourceFile, env: Mapping[str, Value]) -> list[Build]:
    """What services give to the builds of their images."""
    return found(file, NAME, reading_for(file.text), env)


def paths_in(file: SourceFile) -> list[str]:
    """The Dockerfiles that services are built of with arguments."""
    return paths(file, NAME, reading_for(file.text))


def _args(text: str, reading: Reading) -> Iterator[Span]:
    """From the key of what is given to builds to the end of its last line."""
    for service, fields in built(reading):
        for args in args_of(service, fields):
            said = target(args.value)
            if isinstance(said, Collection) and said.children:
                last = said.children[-1]
                end = last.end if isinstance(last, Collection) else last.span.end
                line_end = text.find("\n", end)
                yield Span(args.key.start, len(text) if line_end < 0 else line_end)
