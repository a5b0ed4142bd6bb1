"""The images of Jib and Spring Boot in Maven's models, through properties of the same file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from bot.formats import telling, xml_spans
from bot.formats.jib.bases import lead, left, no_digest
from bot.formats.telling import Left, Place, Style, Value, Variables, expanded
from bot.formats.xml_spans import Element
from bot.formats.yaml_spans import spelling
from bot.model import Mention, Piece, SourceFile

PLUGIN = "jib-maven-plugin"
PROPERTY = "jib.from.image"
SPRING = "spring-boot-maven-plugin"
_WAYS = ((), ("executions", "execution"))

STYLE = Style(
    re.compile(r"\$\{(?P<name>[\w.-]{1,200})\}(?P<bare>(?!))?"),
    "is not given one value in this file",
)
"""https://maven.apache.org/pom.html#properties."""


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    document = xml_spans.read(file.text)
    given = _values(file.text, document.root)
    return telling.mentions(
        file,
        format_,
        lambda *_: _places(document.root, given),
        reading=document.reading(file.text),
        variables=Variables(STYLE, lambda *_: given),
    )


def _values(text: str, root: Element) -> dict[str, Value]:
    """What the properties stand for that are given one value, whatever the profile."""
    found: dict[str, list[Value]] = defaultdict(list)
    for element in root.every():
        if element.name == "properties":
            for each in element.children:
                scalar = each.scalar
                pieces = spelling(text, scalar).pieces if scalar else ()
                named = tuple(piece._replace(variable=each.name) for piece in pieces)
                found[each.name].append(named)
    return {name: given[0] for name, given in found.items() if len(given) == 1 and given[0]}


def _places(root: Element, given: dict[str, Value]) -> Iterator[Place]:
    for element in root.every():
        if element.name == "plugin" and _says(element, "artifactId") == PLUGIN:
            reason = no_digest(_version(element, given))
            for way in _WAYS:
                for image in element.along(*way, "configuration", "from", "image"):
                    yield from _place(image, reason)
        elif element.name == "plugin" and _says(element, "artifactId") == SPRING:
            yield from _of_spring(element)
        elif element.name == "properties":
            for image in element.along(PROPERTY):
                yield from _place(image, None)


def _of_spring(plugin: Element) -> Iterator[Place]:
    """https://docs.spring.io/spring-boot/maven-plugin/build-image.html, which takes a digest."""
    for way in _WAYS:
        for name in ("builder", "runImage"):
            for image in plugin.along(*way, "configuration", "image", name):
                yield from _place(image, None)


def _place(element: Element, reason: str | None) -> Iterator[Place]:
    scalar = element.scalar
    if scalar:
        why = left(scalar.value)
        yield Place("base", scalar, element.key, left=why, lead=lead(scalar), no_digest=reason)


def _version(plugin: Element, given: dict[str, Value]) -> str | None:
    words = expanded((Piece(_says(plugin, "version"), None),), STYLE, given)
    return None if isinstance(words, Left) else "".join(piece.text for piece in words)


def _says(element: Element, name: str) -> str:
    return next((child.said for child in element.children if child.name == name), "")
