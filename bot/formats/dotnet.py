"""
.NET: the image that the SDK puts a program on, told in a project of MSBuild's.

Where an image may be named is told in `docs/formats/dotnet.md`; the source of the rules is
https://learn.microsoft.com/dotnet/core/containers/publish-configuration.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Place, Style, Value
    from bot.formats.xml_spans import Element

NAME = "dotnet"

NO_DIGEST = (
    "SDKs before 9.0.200 pass over a digest, and the project does not say that a later one builds "
    "it (a target of net10.0 does)"
)
"""See https://github.com/dotnet/sdk/pull/44461 and https://github.com/dotnet/sdk/issues/45856."""

_ENDINGS = (".csproj", ".fsproj", ".vbproj", ".props", ".targets", ".pubxml")
_IMAGE = "containerbaseimage"
_LEAST = 10
_FRAMEWORK = re.compile(r"(?:^|;)\s*net([0-9]{1,3})\.[0-9]", re.IGNORECASE)
_USED = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
_UNLESS_SET = re.compile(r"\s*'\$\(([\w.-]+)\)'\s*==\s*''\s*")
_LONGEST = 120


def matches(path: str) -> bool:
    """Whether a file is a project, or what projects take in, by its ending."""
    return path.lower().endswith(_ENDINGS)


def claims(file: SourceFile) -> bool:
    """Whether the file has a word for the property that names the base."""
    return _IMAGE in file.text.lower()


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats import xml_spans
    from bot.formats.telling import Variables, mentions

    document = xml_spans.read(file.text)
    values = _values(file.text, document.root)
    return mentions(
        file,
        NAME,
        lambda *_: _places(document.root),
        reading=document.reading(file.text),
        variables=Variables(_style(), lambda *_: values),
    )


def _style() -> Style:
    # https://learn.microsoft.com/visualstudio/msbuild/msbuild-properties
    from bot.formats.telling import Style

    pattern = re.compile(r"\$\((?P<name>[A-Za-z_][\w.-]*)\)(?P<bare>(?!))?")
    return Style(pattern, "is not given one value in this file")


def _places(root: Element) -> Iterator[Place]:
    from bot.formats.telling import Place

    reason = None if _takes_digests(root) else NO_DIGEST
    for element, condition in _properties(root):
        scalar = element.scalar if element.name.lower() == _IMAGE else None
        if scalar:
            pinned = "@sha256:" in scalar.value
            yield Place(
                "base",
                scalar,
                element.key,
                stage=_shown(condition),
                no_digest=None if pinned else reason,
            )


def _properties(root: Element) -> Iterator[tuple[Element, str]]:
    """Every property, and the condition that it or its group is under."""
    for group in root.every():
        if group.name.lower() == "propertygroup":
            outer = group.attributes.get("Condition", "")
            for element in group.children:
                yield element, element.attributes.get("Condition", "") or outer


def _values(text: str, root: Element) -> Mapping[str, Value]:
    """
    What the properties stand for that are given one value whatever the build, by each spelling.

    Case does not matter in their names. `Condition="'$(X)' == ''"` is how a default is written.
    """
    from bot.formats.yaml_spans import spelling

    found: dict[str, list[Value | None]] = defaultdict(list)
    for element, condition in _properties(root):
        name = element.name.lower()
        unless = _UNLESS_SET.fullmatch(condition)
        sure = not condition or (unless and unless[1].lower() == name)
        scalar = element.scalar
        pieces = spelling(text, scalar).pieces if scalar and sure else ()
        named = tuple(piece._replace(variable=element.name) for piece in pieces)
        found[name].append(named or None)
    spelled = {match[1] for match in _USED.finditer(text)}
    given = {name: found.get(name.lower(), []) for name in spelled}
    return {name: one[0] for name, one in given.items() if len(one) == 1 and one[0]}


def _takes_digests(root: Element) -> bool:
    """Whether only an SDK that takes digests can build what the project targets."""
    named = {"targetframework", "targetframeworks"}
    said = [each.said for each, _ in _properties(root) if each.name.lower() in named]
    return any(int(version) >= _LEAST for one in said for version in _FRAMEWORK.findall(one))


def _shown(condition: str) -> str | None:
    said = " ".join(condition.split())
    return said[:_LONGEST] or None
