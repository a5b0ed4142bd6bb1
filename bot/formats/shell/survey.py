"""Go through a script: what the lines name that a comment asks to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats import telling
from bot.formats.commands import commands
from bot.formats.shell.engines import Named, images
from bot.formats.shell.lines import Asked, Script, assignment, read, values
from bot.formats.telling import COMPOSE, Left, Place, Style, Value, Variables
from bot.formats.yaml_spans import Collection, Reading, Scalar
from bot.model import Mention, SourceFile, Span

NOTHING = "it asks for an image, and none stands beside it"

MAKE = Style(
    # https://www.gnu.org/software/make/manual/html_node/Reference.html
    re.compile(r"\$(?:(?P<escaped>\$)|[({](?P<name>[A-Za-z_][\w.-]*)[)}])(?P<bare>(?!))?"),
    "is not given one value in this file",
)
_REFERENCE = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
_RECIPE = re.compile(r"[ \t]*[@+-]{1,3}")
_TEXT = "tag:yaml.org,2002:str"  # whatever a word looks like, it is no number
_COMPUTED = Left("variable-not-expanded", "it is put together when the line runs")
_LITERAL = Left("variable-not-expanded", "nothing is expanded between single quotes")


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    script = read(file.path, file.text)
    given = values(file.text, script)
    whole = Collection("mapping", 0, len(file.text), [])
    reading = Reading([whole], remarks=tuple(script.remarks))
    return telling.mentions(
        file,
        format_,
        lambda *_: _places(file.text, script, given),
        reading=reading,
        variables=Variables(MAKE if script.language == "make" else COMPOSE),
    )


def _places(text: str, script: Script, given: dict[str, Value]) -> Iterator[Place]:
    for asked in script.asked:
        found = [*_line(text, script, asked, given)]
        yield from found
        if not found:
            comment = Scalar(asked.comment.of(text), asked.comment, tag=_TEXT)
            yield Place("image", comment, left=Left("steering", NOTHING))


def _line(text: str, script: Script, asked: Asked, given: dict[str, Value]) -> Iterator[Place]:
    key = Scalar("", Span(asked.span.start, asked.span.start), tag=_TEXT)
    one = assignment(text, asked.span, script.language)
    if one:
        left = _LITERAL if one.literal and "$" in one.value.value else None
        others = {name: value for name, value in given.items() if name != one.name}
        yield Place("image", one.value, key, left=left, values=others)
        return
    line = asked.span.of(text)
    for command in commands(_as_shell(line, script)):
        for named in images(command):
            yield _named(line, asked.span.start, named, key, given)


def _as_shell(line: str, script: Script) -> str:
    """A line as a shell would get it, each character in its place."""
    if script.language == "shell":
        return line
    line = _REFERENCE.sub(r"${\1}", line)
    lead = _RECIPE.match(line)
    return " " * lead.end() + line[lead.end() :] if lead else line


def _named(line: str, start: int, named: Named, key: Scalar, given: dict[str, Value]) -> Place:
    size = len(named.word.text) - named.start
    at = named.word.at + (line[named.word.at] in "\"'")
    begin = at + named.start
    said = line[begin : begin + size]
    if not said or said.replace("(", "{").replace(")", "}") != named.word.text[named.start :]:
        where = Span(start + named.word.at, start + named.word.at + 1)
        return Place(named.role, Scalar("?", where, tag=_TEXT), key, left=_COMPUTED)
    return Place(
        named.role,
        Scalar(said, Span(start + begin, start + begin + size), tag=_TEXT),
        key,
        platform=named.platform,
        left=_LITERAL if line[at - 1] == "'" and "$" in said else None,
        values=given,
    )
