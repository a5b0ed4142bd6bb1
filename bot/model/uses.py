"""
What files say about images.

What a scan makes thousands of is a tuple: a frozen dataclass takes three times as long to make.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from bot.image import ImageRef
from bot.model.files import Position, Snapshot, SourceFile, Span
from bot.model.pinned import PackagePin
from bot.model.policy import FilePattern
from bot.model.words import Carries, Kind, Role, SkipReason


class Piece(NamedTuple):
    """
    A run of characters of a reference as the builder sees it, and where the file has them.

    A reference is the concatenation of its pieces. `span` covers exactly `text` in the file; it is
    `None` where the characters were computed (`${X/a/b}`, an escape, a name implied by another
    line) and so cannot be edited. `variable` names the variable whose value holds the piece.
    """

    text: str
    span: Span | None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Steer:
    """
    A comment `# basewatch: …` beside a use: ignore it, hold it for a while, or allow kinds.

    `complaint` says, as a sentence, why a comment that could not be read is taken as `ignore`, or
    why no more is allowed where no comment says so, but the file as it is.
    """

    verb: Literal["ignore", "hold", "allow"]
    until: dt.date | None = None
    kinds: frozenset[Kind] = frozenset()
    complaint: str | None = field(default=None, compare=False)


class DigestIn(NamedTuple):
    """What goes before and after a digest, and how it begins where its reader adds that itself."""

    before: str = "@"
    after: str = ""
    implied: str = ""


class Use(NamedTuple):
    """
    One place in one file where a build pulls an image.

    * `span`, `text`: what the file says there, variables unexpanded; `image`: what a builder sees.
    * `pieces`: the expanded reference, character for character (see `Piece`). Where `carries` is
      `digest`, they spell the digest only; where it is `tag`, no digest may be written; where it is
      `record`, other files keep the digest, and say another one once something is built on that.
    * `digest_at`: where `@sha256:…` may be inserted so that it stays true; `None` with
      `no_digest` saying why where there is no such place. Without meaning if a digest is there.
      `digest_in` is what goes before and after it there, where that is not just an `@`.
    * `marker`: the digest stands, or goes, in a comment: it says what the tag pointed at, and pins
      nothing; see `bot.formats.markers`.
    * `follows`: for a label, the span of the `FROM` that it must be kept in step with.
    * `variants`: for blubber's `base`, the variants that start from it in the end.
    """

    path: str
    format: str
    span: Span
    position: Position
    text: str
    image: ImageRef
    pieces: tuple[Piece, ...]
    role: Role
    stage: str | None = None
    platform: str | None = None
    carries: Carries = "reference"
    digest_at: int | None = None
    digest_in: DigestIn = DigestIn()
    no_digest: str | None = None
    marker: bool = False
    follows: Span | None = None
    steers: tuple[Steer, ...] = ()
    variants: tuple[str, ...] = ()

    @property
    def is_pinned(self) -> bool:
        """Whether the digest decides what is pulled."""
        return bool(self.image.digest) and not self.marker and not self.is_recorded

    @property
    def is_recorded(self) -> bool:
        """Whether the digest stands in other files, which keep it and pin nothing."""
        return self.carries == "record" and self.image.digest is not None


class Skip(NamedTuple):
    """One place that looks like a use and is left alone, and why."""

    path: str
    format: str
    span: Span
    position: Position
    text: str
    reason: SkipReason
    detail: str


Mention: TypeAlias = Use | Skip


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """
    Files that say what others mean, or must change when others do; `modes` are git's, by path.

    `name`: what people call the checkout that they are of, where that is another one.

    Each is itself alone: what is made of it is made once. `meet`: values in some of them make
    references in others, so that all are read together. `patterns`: by path, what the configuration
    says of files that are of a user's own kind.
    """

    files: Mapping[str, SourceFile] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    meet: bool = False
    patterns: Mapping[str, FilePattern] = field(default_factory=dict)
    name: str = ""


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Findings:
    """
    All that one snapshot says about base images; `sources` holds the files that have uses.

    `beside`: further files that were read with them. `meetings`: by path, the files that a file
    meets, itself among them (see `Beside`). `pins`: the packages that files want in some versions.
    `elsewhere`: what is built in other repositories that are believed.
    """

    snapshot: Snapshot
    files: int
    uses: tuple[Use, ...]
    skips: tuple[Skip, ...]
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    beside: Beside = NOTHING_BESIDE
    meetings: Mapping[str, Beside] = field(default_factory=dict)
    pins: tuple[PackagePin, ...] = ()
    elsewhere: tuple[Beside, ...] = ()

    def beside_of(self, path: str) -> Beside:
        """What a file is to be read with."""
        return self.meetings.get(path, self.beside)

    def family(self, path: str) -> tuple[str, ...]:
        """The paths of the files that a file meets and itself, sorted."""
        beside = self.meetings.get(path)
        return tuple(sorted(beside.files)) if beside else (path,)
