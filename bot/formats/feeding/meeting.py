"""Read files that meet: what one gives, another makes references of, and the giver has the use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.formats.feeding.addresses import Addresses, Home
from bot.formats.feeding.contexts import with_contexts
from bot.formats.feeding.families import MOST_FILES, MOST_TEXT
from bot.formats.feeding.hands import Hands
from bot.formats.feeding.homes import (
    among_own,
    at_home,
    decided_by,
    digest_is_elsewhere,
    skipped,
    together,
    unpinned,
)
from bot.formats.feeding.told import Told
from bot.formats.feeding.values import Build, Given, Ties
from bot.formats.telling import Value
from bot.formats.yaml_spans import lines_of
from bot.model import Mention, Piece, SourceFile, Span, Use

BUDGET = 1 << 22
"""Characters of Dockerfiles that are read at most, each as often as builds give it values."""
_PULLED = ("from", "image")
"""What a Dockerfile makes of an argument, and a file of jobs of what it is given."""
_MENTION = 500
"""What each image in them counts besides."""
TOO_LARGE = (
    f"it meets more than {MOST_FILES} files, or {MOST_TEXT >> 20} MB of text; each is read by "
    "itself, and what one gives to another is not followed"
)
_TOO_MANY = (
    "from here on values are given to more builds than are followed (4 MB of Dockerfiles), and "
    "what is made of them is not told"
)


class Meeting:
    """
    Files that meet, read together.

    `mentions` has those of each file, in the order of its text; `met` the paths of the files that
    some use is made of, where these are several.
    """

    def __init__(self, files: Iterable[SourceFile], hands: Hands) -> None:
        self.files = {file.path: file for file in files}
        self.met: set[frozenset[str]] = set()
        self._hands = hands
        self._addresses = Addresses()
        self._left = BUDGET
        self._is_stopped = False
        self._given: defaultdict[str, list[Use]] = defaultdict(list)
        self._told = {path: Told(hands.find(file, {})) for path, file in self.files.items()}
        for file in self.files.values():
            self._read(file)
        self.mentions = {
            path: together(told.mentions, self._given[path]) for path, told in self._told.items()
        }

    def _read(self, file: SourceFile) -> None:
        ties = self._hands.ties(file)
        if ties is None:
            return
        env = self._env(ties)
        if env:
            for mention in self._hands.find(file, env):
                if isinstance(mention, Use) and any(map(self._home, mention.pieces)):
                    self._beside(mention, file)
        if ties.builds:
            for build in self._hands.builds(file, env):
                self._built(build, file)

    def _env(self, ties: Ties) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for path in (*ties.shares, *([ties.env] if ties.env else [])):
            if file := self.files.get(path):
                name = self._hands.named(file)
                for variable, given in self._hands.variables(file).items():
                    found[variable] = self._addresses.of(given, variable, file, name)
        return found

    def _home(self, piece: Piece) -> Home | None:
        return self._addresses.home(piece.span)

    # ------------------------------------------------------------ variables from beside a file

    def _beside(self, use: Use, file: SourceFile) -> None:
        """Tell a use of a file whose variables have values beside it."""
        self._joined(use, file)
        home = decided_by(use, self._home)
        if home is None or digest_is_elsewhere(use, home, self._home):
            self._replaced(among_own(use, self._home), file)
        else:
            self._given[home.file.path].append(at_home(use, home, self._home))
            self._replaced(self._elsewhere(use.span, file, home), file)

    def _joined(self, use: Use, *files: SourceFile) -> None:
        homes = [home for piece in use.pieces if (home := self._home(piece))]
        self.met.add(frozenset(file.path for file in (*files, *(home.file for home in homes))))

    def _elsewhere(self, span: Span, file: SourceFile, home: Home) -> Mention:
        return self._left_to(span, file, home.file, home.given.span)

    def _left_to(self, span: Span, file: SourceFile, other: SourceFile, at: Span) -> Mention:
        detail = (
            f"{other.path}, line {lines_of(other.text).of(at.start) + 1}, decides what stands here"
        )
        return skipped(file, self._hands.named(file), span, "elsewhere", detail)

    def _replaced(self, mention: Mention, file: SourceFile) -> None:
        """Put a mention in the place of what the file says there on its own."""
        self._told[file.path].replace(mention)

    # ------------------------------------------------------------ values that are given to a build

    def _built(self, build: Build, giver: SourceFile) -> None:
        taker = self.files.get(build.path) or self.files.get(build.otherwise or "")
        if taker is None:
            return
        if build.contexts:
            self._taken_elsewhere(build.contexts, taker, giver)
        args = _wanted(build, taker)
        if args and self._spent(len(taker.text)):
            self._stopped(giver)
        if not args or self._left < 0:
            return
        name = self._hands.named(giver)
        given = {arg: self._addresses.of(value, arg, giver, name) for arg, value in args.items()}
        found = self._hands.given(taker, given, build.target)
        self._spent(len(found) * _MENTION)
        for mention, context in with_contexts(found, build.contexts):
            if isinstance(mention, Use) and mention.role in _PULLED and context is None:
                used = {piece.variable for piece in mention.pieces} & args.keys()
                if used:
                    self._made(mention, taker, giver, {arg: args[arg] for arg in used if arg})

    def _taken_elsewhere(
        self, contexts: Mapping[str, Span], taker: SourceFile, giver: SourceFile
    ) -> None:
        """Tell the images of a Dockerfile that a build replaces with contexts of its own."""
        here = self._told[taker.path].mentions
        if self._spent(len(here) * _MENTION):
            self._stopped(giver)
            return
        for mention, name in [*with_contexts(here, contexts)]:
            if name is not None:
                self.met.add(frozenset({taker.path, giver.path}))
                line = lines_of(giver.text).of(contexts[name].start) + 1
                detail = f"{giver.path}, line {line}, gives the build a context of this name"
                format_ = self._hands.named(taker)
                told = skipped(taker, format_, mention.span, "elsewhere", detail)
                self._replaced(told, taker)

    def _made(
        self, use: Use, taker: SourceFile, giver: SourceFile, args: Mapping[str, Given]
    ) -> None:
        """Tell a use of a Dockerfile that is made of what another file gives."""
        home = decided_by(use, self._home)
        self._joined(use, taker, giver)
        alone = self._told[taker.path].at(use.span)
        if isinstance(alone, Use):
            by = f"{giver.path}, line {_line(giver, args)},"
            self._replaced(unpinned(alone, args, by), taker)
        elif alone and alone.reason == "variable-without-default":
            told = self._elsewhere(use.span, taker, home) if home else among_own(use, self._home)
            self._replaced(told, taker)
        if home:
            self._at_giver(use, home, taker, giver, args)

    def _at_giver(
        self, use: Use, home: Home, taker: SourceFile, giver: SourceFile, args: Mapping[str, Given]
    ) -> None:
        if digest_is_elsewhere(use, home, self._home):
            told = self._left_to(home.given.span, home.file, taker, use.span)
            self._told[home.file.path].add(told)
        elif home.given.left:
            told = skipped(home.file, home.format, home.given.span, *home.given.left)
            self._told[home.file.path].add(told)
        else:
            self._given[home.file.path].append(at_home(use, home, self._home))
        if home.file.path != giver.path:
            for given in args.values():
                if given.span.end > given.span.start:
                    self._told[giver.path].add(self._elsewhere(given.span, giver, home))

    # ------------------------------------------------------------ how much is read

    def _spent(self, cost: int) -> bool:
        """Whether more is spent than there was; what is read then is not followed."""
        self._left -= cost
        return self._left < 0

    def _stopped(self, giver: SourceFile) -> None:
        """Tell once of the files that meet that not all is followed, where that begins."""
        if not self._is_stopped:
            self._is_stopped = True
            self._told[giver.path].add(self._whole(giver, _TOO_MANY))

    def told_apart(self) -> Meeting:
        """The same, and that more files meet its first one than are read together."""
        for path, file in self.files.items():
            self.mentions[path].append(self._whole(file, TOO_LARGE))
        return self

    def _whole(self, file: SourceFile, detail: str) -> Mention:
        self.met.add(frozenset({file.path}))
        return skipped(file, self._hands.named(file), Span(0, 0), "unreadable", detail)


def _wanted(build: Build, taker: SourceFile) -> dict[str, Given]:
    """The arguments that the Dockerfile makes something of."""
    text = taker.text
    return {
        name: value
        for name, value in build.args.items()
        if f"${name}" in text or f"${{{name}" in text or ("." in name and name in text)
    }


def _line(file: SourceFile, args: Mapping[str, Given]) -> int:
    return lines_of(file.text).of(min(given.span.start for given in args.values())) + 1
