"""
What apko's `contents` say, in apko's own files and in melange's: packages, and where from.

The syntax is that of https://github.com/chainguard-dev/apko/blob/main/docs/apko_file.md ; that of
a package is of `resolvePackageNameVersionPin` in its `pkg/apk/apk/version.go`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from bot.model import Feed, Mention, PackagePin, Position, SourceFile, Span

if TYPE_CHECKING:
    from bot.formats.telling import Place, Teller
    from bot.formats.yaml_spans import Fields, Node, Reading, Scalar

ARCHITECTURES = {
    "386": "x86",
    "amd64": "x86_64",
    "arm64": "aarch64",
    "arm/v6": "armhf",
    "arm/v7": "armv7",
    "loong64": "loongarch64",
}
"""OCI's names of architectures, and apk's where it has others."""

FOLDER = "apko takes a folder of that name, an image's layout on disk, and pulls nothing"
REMOTE = "it is a file of another repository, which is not read here"
MOST_PINS = 5_000

_PACKAGE = re.compile(r"([^@=><~]+)([=><~]+)([^@]+)(?:@([A-Za-z0-9]+))?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_.:-]{0,199}")
_VERSION = re.compile(r"[0-9][A-Za-z0-9._~-]{0,99}")
_LABELLED = re.compile(r"@([^\s]+)\s+(\S+)")
_URL = re.compile(r"https?://[!-?A-~]{1,500}")  # an `@` would be of a name and a password


class Pinning(Protocol):
    """A format whose files also pin packages to versions."""

    def pins(self, file: SourceFile) -> Iterator[PackagePin]:
        """Every package that is wanted in some versions only, in the order of the text."""


def base_places(fields: Fields, node: Node) -> Iterator[Place]:
    """The image below `contents.baseimage` of a configuration, and a remote `include`."""
    from bot.formats.telling import Left, Place, along
    from bot.formats.yaml_spans import Scalar, target

    for spot in along(fields, node, "contents.baseimage.image"):
        yield Place("base", spot.node, spot.key, left=Left("built", FOLDER))
    for spot in along(fields, node, "include"):
        said = target(spot.node)
        if isinstance(said, Scalar) and "@" in said.value:
            yield Place("base", spot.node, spot.key, left=Left("elsewhere", REMOTE))


def without_heard(
    file: SourceFile, reading: Reading, mentions: Iterable[Mention], pins: Iterable[PackagePin]
) -> Iterator[Mention]:
    """The mentions without the complaint that a comment beside a pin steers nothing."""
    if "basewatch" not in file.text.lower():
        yield from mentions
        return
    from bot.formats.yaml_spans import Comments, Lines

    lines = Lines(file.text)
    comments = Comments(file.text, reading.scalars, lines, reading.remarks)
    heard = {n for pin in pins for n in comments.around(*[pin.position.line - 1] * 2)}
    for mention in mentions:
        stray = getattr(mention, "reason", "") == "steering"
        if not stray or mention.position.line - 1 not in heard:
            yield mention


def feed_of(fields: Fields, node: Node) -> Feed:
    """Where the packages of a configuration come from: every repository, whatever its label."""
    from bot.formats.telling import along

    said = [
        words
        for name in ("repositories", "build_repositories")
        for words in _texts(spot.node for spot in along(fields, node, f"contents.{name}.*"))
    ]
    keys = _texts(spot.node for spot in along(fields, node, "contents.keyring.*"))
    archs = _texts(spot.node for spot in along(fields, node, "archs.*"))
    named = (ARCHITECTURES.get(arch, arch) for arch in archs)
    return Feed(
        tuple(dict.fromkeys(said)),
        tuple(dict.fromkeys(key for key in keys if _URL.fullmatch(key))),
        tuple(sorted({arch for arch in named if re.fullmatch(r"[a-z0-9_]{1,20}", arch)})),
    )


def pins_of(
    teller: Teller,
    file: SourceFile,
    format_: str,
    fields: Fields,
    found: Iterable[tuple[Node, Feed]],
) -> Iterator[PackagePin]:
    """The packages with a version below `contents` of configurations, each once."""
    from bot.formats.telling import along
    from bot.formats.yaml_spans import Lines, Scalar, target

    lines = Lines(file.text)
    seen: set[int] = set()
    for node, feed in found:
        for spot in along(fields, node, "contents.packages.*"):
            said = target(spot.node)
            if isinstance(said, Scalar) and said.start not in seen and len(seen) < MOST_PINS:
                seen.add(said.start)
                for pin in _pin(teller, file, said, feed):
                    yield pin._replace(format=format_, position=lines.position(pin.span.start))


def _pin(teller: Teller, file: SourceFile, said: Scalar, feed: Feed) -> Iterator[PackagePin]:
    from bot.formats.yaml_spans import spelling

    spelled = spelling(file.text, said)
    match = _PACKAGE.fullmatch(spelled.words.strip())
    if not match or spelled.words.startswith("!"):
        return
    name, operator, version, label = match.groups(default="")
    before = len(spelled.words) - len(spelled.words.lstrip()) + match.start(3)
    yield PackagePin(
        path=file.path,
        format="",
        span=spelled.span,
        position=Position(0, 0),
        text=spelled.span.of(file.text),
        name=name,
        operator=operator,
        version=version,
        version_at=_at(spelled.pieces, before, len(version)),
        feed=_of_label(feed, label),
        label=label,
        steers=teller.steers_beside(said.start, spelled.span.end),
        trouble=_trouble(name, operator, version),
    )


def _at(
    pieces: Iterable[tuple[str, Span | None, str | None]], start: int, length: int
) -> Span | None:
    """Where the file has so many characters of what is spelled; None where it is not at one go."""
    for text, span, _ in pieces:
        if start >= 0 and start + length <= len(text):
            return span and Span(span.start + start, span.start + start + length)
        start -= len(text)
    return None


def _of_label(feed: Feed, label: str) -> Feed:
    """The repositories that a package with this label comes from, or one without any."""
    urls: list[str] = []
    here = 0
    for said in feed.repositories:
        match = _LABELLED.fullmatch(said)
        named, place = match.groups() if match else ("", said)
        if named == label:
            urls += [place.rstrip("/")] if _URL.fullmatch(place) else []
            here += not _URL.fullmatch(place)
    return feed._replace(repositories=tuple(dict.fromkeys(urls)), here=here)


def _trouble(name: str, operator: str, version: str) -> str:
    if "{{" in name + version:
        return "something else fills in a part of it"
    if operator not in {"=", "~", "<", ">", "<=", ">="}:
        return f"{operator} is no operator that apko knows"
    if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        return "it does not read as a package and its version"
    return ""


def _texts(nodes: Iterable[Node]) -> Iterator[str]:
    from bot.formats.yaml_spans import Scalar, target

    for node in nodes:
        said = target(node)
        if isinstance(said, Scalar) and said.value.strip():
            yield said.value.strip()
