"""
ko: the images that Go programs are put on.

Where an image may be named is told in `docs/formats/ko.md`; the syntax is that of
https://ko.build/configuration/ and, for GoReleaser's files, https://goreleaser.com/customization/ko/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.telling import Left, Place
    from bot.formats.yaml_spans import Fields, Node

NAME = "ko"

DAEMON = "ko.local"
"""
The registry that ko takes for the Docker daemon.

See https://github.com/ko-build/ko/blob/main/pkg/commands/config.go .
"""

_ENDINGS = (".yaml", ".yml")
_OWN = {f"{name}{ending}" for name in (".ko", "ko") for ending in _ENDINGS}
_RELEASER = {f"{name}{ending}" for name in (".goreleaser", "goreleaser") for ending in _ENDINGS}
_DEFAULT, _OVERRIDES = "defaultbaseimage", "baseimageoverrides"
_FIELDS = frozenset(
    {_DEFAULT, _OVERRIDES, "builds", "defaultplatforms", "defaultenv"}
    | {"defaultflags", "defaultldflags", "verification"}
)
_ONE_DOCUMENT = "ko reads the first document of its file and no other"
_IN_THE_DAEMON = f"ko takes what is called {DAEMON} from the Docker daemon, and pulls nothing"


def matches(path: str) -> bool:
    """Whether a path is that of a YAML file: `KO_CONFIG_PATH` may name any."""
    return path[-1:] == "l" and path.endswith(_ENDINGS)


def claims(file: SourceFile) -> bool:
    """Whether the file is called as ko's is, or has fields at its top that only ko's have."""
    name = file.path.rpartition("/")[2]
    if name in _RELEASER:
        return "kos" in file.text and "base_image" in file.text
    lower = file.text.lower()
    if _DEFAULT not in lower and _OVERRIDES not in lower:
        return False
    return name in _OWN or _has_no_other_fields(file)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.telling import mentions

    released = file.path.rpartition("/")[2] in _RELEASER
    return mentions(file, NAME, _released if released else _places())


def _has_no_other_fields(file: SourceFile) -> bool:
    from bot.formats.telling import reading_of
    from bot.formats.yaml_spans import Fields

    documents = reading_of(file.text).documents
    names = {field.name.lower() for field in Fields().own(documents[0])} if documents else set()
    return bool(names & {_DEFAULT, _OVERRIDES}) and names <= _FIELDS


def _places() -> Callable[[Node, Fields], Iterator[Place]]:
    """What tells the places of one document after the other: those behind the first are unread."""
    read: list[Node] = []

    def places(document: Node, fields: Fields) -> Iterator[Place]:
        read.append(document)
        return _of_ko(document, fields, _ONE_DOCUMENT if read[1:] else None)

    return places


def _of_ko(document: Node, fields: Fields, unread: str | None) -> Iterator[Place]:
    """The fields of ko, whose names are read in any case, as its reader takes them."""
    from bot.formats.telling import Place

    for field in fields.of(document):
        if field.name.lower() == _DEFAULT:
            yield Place("base", field.value, field.key, left=_left(field.value), unread=unread)
        elif field.name.lower() == _OVERRIDES:
            for one in fields.of(field.value):
                if not one.is_merge:
                    left = _left(one.value)
                    yield Place("base", one.value, one.key, one.name, left=left, unread=unread)


def _released(document: Node, fields: Fields) -> Iterator[Place]:
    """GoReleaser's `kos`, each with an `id`."""
    from bot.formats.telling import Place, along

    for spot in along(fields, document, "kos.*.base_image"):
        yield Place("base", spot.node, spot.key, left=_left(spot.node))


def _left(node: Node) -> Left | None:
    from bot.formats.telling import Left
    from bot.formats.yaml_spans import Scalar, target

    said = target(node)
    local = isinstance(said, Scalar) and said.value.startswith(f"{DAEMON}/")
    return Left("built", _IN_THE_DAEMON) if local else None
