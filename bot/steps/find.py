"""Step 3: what base images do the files of a tree name?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.formats import (
    Copies,
    claimant,
    gives_only,
    included,
    markable,
    meetings,
    pins_of,
    possible,
    promised,
    ties_of,
)
from bot.formats.beside import told_beside, wanted_beside
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
from bot.policy import covered, file_matches, ignored_file, ruling, vendored

if TYPE_CHECKING:
    from bot.formats.feeding import Ties
    from bot.model import Entry, FilePattern, Mention, PackagePin, Policy, SkipReason
    from bot.ports import Format, Tree

FILE_LIMIT = 1 << 20
"""Bytes; a build file larger than this is not read. BuildKit's own limit is lower (~512 kB)."""

_DEEP = 20
"""How often files that are included include others: a bound, and nobody's rule."""

_NO_TEXT = "holds NUL bytes, as UTF-16 and what is no text do; builders read UTF-8"


def find(tree: Tree, policy: Policy) -> Findings:
    """Read every file that a format claims; every file left out that promised one is a skip."""
    entries = tree.entries()
    own = _of_own_kind(entries, policy)
    wanted, left_out = _sorted_out(entries, policy, own)
    beside = _beside(tree, entries, wanted) if _reads_trees(policy) else NOTHING_BESIDE
    if own:
        beside = replace(beside, patterns=own)
    skips: list[Skip] = list(left_out)
    reading = _Reading(beside, policy)
    for path, data in tree.read(wanted, limit=FILE_LIMIT):
        if isinstance(data, str):
            skips += _unreadable(path, data)
        elif not reading.took(SourceFile.of(path, data)) and promised(path) and b"\0" in data:
            skips.append(_whole_file(path, "unparsable", _NO_TEXT))
    _follow(tree, reading, wanted)
    skips += told_beside(beside)
    families = reading.families()
    if policy.marks:
        _mark(reading, policy)
    told = [mention for path in sorted(reading.told) for mention in reading.told[path]]
    skips += [mention for mention in told if isinstance(mention, Skip)]
    return Findings(
        tree.snapshot,
        sum(path in families or not gives_only(path) for path in reading.told),
        uses=tuple(mention for mention in told if isinstance(mention, Use)),
        skips=tuple(sorted(skips, key=_place)),
        sources=reading.sources,
        modes={path: entry.mode for path, entry in wanted.items() if path in reading.sources},
        beside=beside,
        meetings=families,
        pins=tuple(reading.pins),
    )


class _Reading:
    """
    What the files said, one after the other: `told` by path, and the `sources` that have uses.

    Kept besides are those that may give or take values that meet across files, and which files
    others include.
    """

    def __init__(self, beside: Beside, policy: Policy) -> None:
        self.told: dict[str, list[Mention]] = {}
        self.sources: dict[str, SourceFile] = {}
        self.pins: list[PackagePin] = []
        self._beside, self._policy = beside, policy
        self._copies = Copies()
        self._givers: dict[str, tuple[SourceFile, Ties]] = {}
        self._lacking: dict[str, SourceFile] = {}
        self._names: dict[str, str] = {}
        self._included: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def took(self, file: SourceFile) -> bool:
        """Take note of a file, and of what it says by itself; whether any format claims it."""
        format_ = claimant(file, self._beside)
        if format_ and self._is_wanted(file.path, format_):
            self._forget(file.path)
            self._names[file.path] = format_.NAME
            self._took_mentions(file, self._copies.mentions(file, format_, self._beside))
            self._took_pins(file, pins_of(file, format_))
            if ties := ties_of(file, format_):
                self._givers[file.path] = file, ties
            if more := included(file, format_):
                self._included[format_.NAME] |= dict.fromkeys(more)
        return format_ is not None

    def included(self, there: Iterable[str]) -> dict[str, str]:
        """Which of the files there are included, and not read as such: by path, their formats."""
        found: dict[str, str] = {}
        for kind, patterns in self._included.items():
            ours = {path for path, name in self._names.items() if name == kind}
            left = set(there) - ours - self._beside.patterns.keys()
            found |= dict.fromkeys(covered(patterns, left), kind)
            patterns.clear()
        return found

    def _is_wanted(self, path: str, format_: Format) -> bool:
        wanted = self._policy.formats
        return wanted is None or path in self._beside.patterns or format_.NAME in wanted

    def _forget(self, path: str) -> None:
        """What was told of a file as long as it was held to be of another format."""
        for known in (self.told, self.sources, self._givers, self._lacking):
            known.pop(path, None)
        self.pins = [pin for pin in self.pins if pin.path != path]

    def _took_mentions(self, file: SourceFile, found: list[Mention]) -> None:
        self.told[file.path] = found
        if any(isinstance(mention, Use) for mention in found):
            self.sources[file.path] = file
        elif any(_lacks_value(mention) for mention in found):
            self._lacking[file.path] = file

    def _took_pins(self, file: SourceFile, pins: Sequence[PackagePin]) -> None:
        self.pins += pins
        if pins:
            self.sources[file.path] = file

    def families(self) -> dict[str, Beside]:
        """Read together what meets; by path, the files that a file meets."""
        found: dict[str, Beside] = {}
        if self._givers:
            for meeting in meetings([*self._givers.values()], {**self._lacking, **self.sources}):
                together = frozenset().union(*meeting.met)
                family = Beside({path: meeting.files[path] for path in sorted(together)}, meet=True)
                found |= dict.fromkeys(together, family)
                for path in together:
                    self.told[path] = meeting.mentions[path]
                    if any(isinstance(mention, Use) for mention in self.told[path]):
                        self.sources[path] = meeting.files[path]
        return found


def _follow(tree: Tree, reading: _Reading, there: Collection[str]) -> None:
    """Read what other files include, as what those say it is: names need not tell."""
    for _ in range(_DEEP):
        kinds = reading.included(there)
        if not kinds:
            return
        for path, data in tree.read(sorted(kinds), limit=FILE_LIMIT):
            if isinstance(data, bytes):
                reading.took(SourceFile.of(path, data)._replace(kind=kinds[path]))


def _mark(reading: _Reading, policy: Policy) -> None:
    """Have digests go into markers where the policy wants to stay on what moves."""
    for path, file in reading.sources.items():
        reading.told[path] = [
            markable(file, mention)
            if isinstance(mention, Use) and ruling(policy, mention).pin == "marker"
            else mention
            for mention in reading.told[path]
        ]


def _lacks_value(mention: Mention) -> bool:
    return isinstance(mention, Skip) and mention.reason == "variable-without-default"


def _reads_trees(policy: Policy) -> bool:
    return policy.formats is None or "docker-pkg" in policy.formats


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


def built_in(tree: Tree, name: str) -> Beside:
    """The files by which a tree tells what is built in it; `name` is how people call the tree."""
    entries = tree.entries()
    return replace(_beside(tree, entries, [entry.path for entry in entries]), name=name)


def _place(skip: Skip) -> tuple[str, int]:
    return skip.path, skip.span.start


def _of_own_kind(entries: Iterable[Entry], policy: Policy) -> dict[str, FilePattern]:
    """The files of kinds that the configuration describes; the first that covers a file has it."""
    return {
        entry.path: pattern
        for pattern in reversed(policy.patterns)
        for entry in entries
        if any(file_matches(glob, entry.path) for glob in pattern.files)
    }


def _sorted_out(
    entries: Iterable[Entry], policy: Policy, own: Collection[str]
) -> tuple[dict[str, Entry], tuple[Skip, ...]]:
    """The entries to read, and skips for those that promise to name images and are not read."""
    wanted: dict[str, Entry] = {}
    skips: list[Skip] = []
    folders: Counter[str] = Counter()
    for entry in entries:
        if entry.kind in {"submodule", "closed"}:
            skips += _not_entered(entry, policy)
        elif entry.path not in own and not possible(entry.path):
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
