"""
apko: images that are put together of packages, without commands.

What is read is told in `docs/formats/apko.md`; the syntax is that of
https://github.com/chainguard-dev/apko/blob/main/docs/apko_file.md .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.model import Mention, PackagePin, SourceFile

if TYPE_CHECKING:
    from bot.formats.yaml_spans import Node

NAME = "apko"

_ENDINGS = (".yaml", ".yml")
_NAMED = re.compile(r"(?>(?:.*?\.)??apko(?=[.-]))(?:[.-].*)?\.ya?ml")
_TOP = re.compile(r"^(?:\ufeff)?[\"']?(?:contents|include)[\"']?[ \t]*:", re.MULTILINE)
_FIELDS = frozenset(
    {"contents", "entrypoint", "cmd", "stop-signal", "work-dir", "accounts", "archs"}
    | {"environment", "paths", "vcs-url", "annotations", "include", "volumes", "layering"}
    | {"certificates", "os-release", "options"}
)
"""What apko takes at the top of its files; the last two it took once."""

_OWN_CONTENTS = frozenset(
    {"packages", "repositories", "build_repositories", "runtime_repositories"}
    | {"keyring", "runtime_keyring", "baseimage"}
)


def matches(path: str) -> bool:
    """Whether a path is that of a YAML file: what is in it decides."""
    return path[-1:] == "l" and path.endswith(_ENDINGS)


def claims(file: SourceFile) -> bool:
    """Whether `contents` or `include` stand at its top, with fields that only apko's files have."""
    text = file.text
    if not (("contents" in text or "include" in text) and _TOP.search(text)):
        return False
    from bot.formats.telling import reading_of

    reading = reading_of(file.text)
    named = _NAMED.fullmatch(file.path.rpartition("/")[2].lower())
    if not reading.documents:
        return bool(named and reading.trouble)
    return _is_apko(reading.documents[0], named=bool(named))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every skip, in the order of the text; there are no images in it that are pulled."""
    from bot.formats.apk_contents import base_places, without_heard
    from bot.formats.telling import mentions, reading_of

    told = mentions(file, NAME, lambda document, fields: base_places(fields, document))
    return without_heard(file, reading_of(file.text), told, pins(file))


def pins(file: SourceFile) -> Iterator[PackagePin]:
    """The packages that it pins, in the order of its text."""
    from bot.formats.apk_contents import feed_of, pins_of
    from bot.formats.telling import Teller, reading_of
    from bot.formats.yaml_spans import Fields, TooMuchError

    reading = reading_of(file.text)
    fields = Fields()
    found: list[PackagePin] = []
    try:
        read = [(document, feed_of(fields, document)) for document in reading.documents[:1]]
        found += pins_of(Teller(file, NAME, reading), file, NAME, fields, read)
    except TooMuchError:  # aliases lead to the same again and again
        pass
    return iter(sorted(found, key=lambda pin: pin.span))


def _is_apko(document: Node, *, named: bool) -> bool:
    from bot.formats.yaml_spans import Fields

    fields = Fields()
    top = {field.name: field.value for field in fields.own(document)}
    if not named and not top.keys() <= _FIELDS:
        return False
    contents = {field.name for field in fields.own(top["contents"])} if "contents" in top else set()
    if contents:
        return contents <= _OWN_CONTENTS and (named or len(contents) > 1 or len(top) > 1)
    return "include" in top and bool(top.keys() - {"include"})
