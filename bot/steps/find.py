"""Step 3: what base images do the files of a tree name?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from bot.formats import claimant, mentions_of, possible, promised, told_beside, wanted_beside
from bot.model import (
    NOTHING_BESIDE,
    Beside,
    Findings,
    Position,
    Skip,
    SourceFile,
    Span,
    Use,
)
from bot.policy import ignored_file, vendored

if TYPE_CHECKING:
    from bot.model import Entry, Mention, Policy, SkipReason
    from bot.ports import Tree

FILE_LIMIT = 1 << 20
"""Bytes; a build file larger than this is not read. BuildKit's own limit is lower (~512 kB)."""

_NO_TEXT = "holds NUL bytes, as UTF-16 and what is no text do; builders read UTF-8"


def find(tree: Tree, policy: Policy) -> Findings:
    """Read every file that a format claims; every file left out that promised one is a skip."""
    entries = tree.entries()
    wanted, left_out = _sorted_out(entries, policy)
    beside = _beside(tree, entries, wanted)
    mentions: list[Mention] = list(left_out)
    sources: dict[str, SourceFile] = {}
    files = 0
    for path, data in tree.read(wanted, limit=FILE_LIMIT):
        if isinstance(data, str):
            mentions += _unreadable(path, data)
            continue
        file = SourceFile.of(path, data)
        format_ = claimant(file, beside)
        if format_ and (policy.formats is None or format_.NAME in policy.formats):
            files += 1
            found = list(mentions_of(file, format_, beside))
            mentions += found
            if any(isinstance(mention, Use) for mention in found):
                sources[path] = file
        elif format_ is None and promised(path) and b"\0" in data:
            mentions.append(_whole_file(path, "unparsable", _NO_TEXT))
    mentions += told_beside(beside)
    return Findings(
        tree.snapshot,
        files,
        uses=tuple(m for m in mentions if isinstance(m, Use)),
        skips=tuple(sorted((m for m in mentions if isinstance(m, Skip)), key=_place)),
        sources=sources,
        modes={path: entry.mode for path, entry in wanted.items() if path in sources},
        beside=beside,
    )


def _beside(tree: Tree, entries: Iterable[Entry], wanted: Collection[str]) -> Beside:
    """The files that are read to understand others, or to be changed with them."""
    paths = wanted_beside(wanted, (entry.path for entry in entries if entry.kind == "file"))
    if not paths:
        return NOTHING_BESIDE
    modes = {entry.path: entry.mode for entry in entries}
    files = {
        path: SourceFile.of(path, data)
        for path, data in tree.read(paths, limit=FILE_LIMIT)
        if isinstance(data, bytes)
    }
    return Beside(files, {path: modes[path] for path in files})


def _place(skip: Skip) -> tuple[str, int]:
    return skip.path, skip.span.start


def _sorted_out(
    entries: Iterable[Entry], policy: Policy
) -> tuple[dict[str, Entry], tuple[Skip, ...]]:
    """The entries to read, and skips for those that promise to name images and are not read."""
    wanted: dict[str, Entry] = {}
    skips: list[Skip] = []
    folders: Counter[str] = Counter()
    for entry in entries:
        if entry.kind in {"submodule", "closed"}:
            skips += _not_entered(entry, policy)
        elif not possible(entry.path):
            continue
        elif not policy.vendored and (folder := vendored(entry.path)):
            folders[folder] += promised(entry.path)
        elif reason := _left_out(entry, policy):
            skips += [_whole_file(entry.path, *reason)] if promised(entry.path) else []
        else:
            wanted[entry.path] = entry
    return wanted, (*skips, *_vendored_skips(folders))


def _not_entered(entry: Entry, policy: Policy) -> list[Skip]:
    """Of a folder no name tells whether there are build files in it, so each is told."""
    if entry.kind == "submodule":
        detail = "is another repository, which is not entered"
        return [_whole_file(entry.path, "submodule", detail)]
    inside = f"{entry.path}/Dockerfile"
    if ignored_file(policy, inside) or (vendored(inside) and not policy.vendored):
        return []
    detail = "is a folder that could not be opened, so nothing in it is known"
    return [_whole_file(entry.path, "unreadable", detail)]


def _left_out(entry: Entry, policy: Policy) -> tuple[SkipReason, str] | None:
    if entry.kind == "symlink":
        return "symlink", "is a symbolic link; a file of this tree is read where it lies"
    if pattern := ignored_file(policy, entry.path):
        return "ignored", f"matches {pattern!r} in the configuration's `ignore`"
    return None


def _unreadable(path: str, why: str) -> list[Skip]:
    return [_whole_file(path, "unreadable", why)] if promised(path) else []


def _vendored_skips(folders: Counter[str]) -> Iterator[Skip]:
    for folder, count in folders.items():
        if count:
            files = "1 build file" if count == 1 else f"{count} build files"
            detail = f"{files} in a folder of other people's code; `vendored: true` reads them"
            yield _whole_file(folder, "vendored", detail)


def _whole_file(path: str, reason: SkipReason, detail: str) -> Skip:
    return Skip(path, "", Span(0, 0), Position(1, 1), "", reason, detail)
