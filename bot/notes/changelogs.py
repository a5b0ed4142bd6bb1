"""A project's changelog: the file in its repository, and what it says of each version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.notes.forges import Forge, Release
from bot.notes.spans import Versions, between
from bot.origin import Project

_NAMES = (
    *("changelog.md", "changes.md", "history.md", "news.md", "releases.md", "release_notes.md"),
    *("changelog", "changes", "news", "history", "changelog.rst", "changes.rst", "news.rst"),
    *("history.rst", "changelog.txt", "changes.txt", "news.txt"),
)
"""What the file is called, in lower case, the likeliest first."""

_REFS = 3
"""Tags and commits that are tried before the branch that a repository has as its first."""

_REF = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/+-]{0,98}[A-Za-z0-9_+-])?")
_HEADING = re.compile(r"(#{1,4})[ \t]+(\S.*)")
_UNDERLINE = re.compile(r"={3,}|-{3,}|~{3,}|\*{3,}")
_FENCE = re.compile(r"[ \t]{0,3}(?:```|~~~)")
_VERSION = re.compile(
    r"(?<![\w./-])[vV]?(\d{1,9}(?:\.\d{1,9}){1,5}(?:[-+.]?[A-Za-z][\w.+-]{0,40})?)"
)
_WORDS = 2
"""Words that may stand before the version in a heading: `Changes in 1.2.3`."""

_LINE = 200
_TOP = 2


class Changelog(NamedTuple):
    """The file as it was at a tag or commit; `ref` is empty for the first branch."""

    ref: str
    name: str
    text: str


async def changelog(forge: Forge, path: str, refs: Iterable[str]) -> Changelog | None:
    """
    The changelog in the top folder of a project, at the first of these refs that is there.

    Asks for one listing a ref and for one file. Raises `EvidenceError`.
    """
    wanted = [ref for ref in dict.fromkeys(refs) if _REF.fullmatch(ref) and ".." not in ref]
    for ref in (*wanted[:_REFS], ""):
        names = await forge.names(path, ref)
        if names is None:
            continue
        name = _best(names)
        text = await forge.file(path, ref, name) if name else None
        return Changelog(ref, name, text) if text else None
    return None


def told(found: Changelog, project: Project, span: Versions) -> list[Release]:
    """What it says of the versions after the old one up to the new one, newest first."""
    url = project.file(found.ref, found.name)
    said = [Release(version, url, text) for version, text in sections(found.text) if text]
    return between({each.name: each for each in reversed(said)}.values(), span)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """
    Each version that has a heading, as spelled, and what stands below it, as it stands.

    Headings are Markdown's or underlined; in plain text, lines that begin with the version.
    What stands under a heading of a lower level than the first belongs to it.
    """
    version, body, lowest = "", list[str](), 0
    for level, title, line in _lines(text):
        named = _version(title) if title else ""
        if named and (not lowest or level <= max(lowest, _TOP)):
            if version:
                yield version, _joined(body)
            version, body, lowest = named, [], lowest or level
        else:
            body.append(line)
    if version:
        yield version, _joined(body)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Each line, with level and title where it may be a heading."""
    lines = text.splitlines()
    marked = any(_HEADING.match(line) for line in lines)
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= bool(_FENCE.match(line))
        after = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if fenced:
            yield 0, "", line
        elif match := _HEADING.match(line[:_LINE]):
            yield len(match[1]), match[2], line
        elif not line.startswith((" ", "\t")) and (_UNDERLINE.fullmatch(after) or not marked):
            yield _TOP, line[:_LINE], line
        else:
            yield 0, "", line


def _version(title: str) -> str:
    match = _VERSION.search(title)
    if not match or len(title[: match.start()].split()) > _WORDS:
        return ""
    return match[1].rstrip(".-+")


def _joined(body: list[str]) -> str:
    if body and _UNDERLINE.fullmatch(body[0].strip()):
        del body[0]
    return "\n".join(body).strip()


def _best(names: Iterable[str]) -> str:
    by_name = {name.lower(): name for name in names if len(name) <= _LINE}
    return next((by_name[name] for name in _NAMES if name in by_name), "")
