"""What passes from one step of the run to the next. Plain data: no I/O, no behaviour to mock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, get_args

from bot.image import ImageRef, Repository

# ---------------------------------------------------------------- words with a fixed set of values

Kind = Literal["digest", "pin", "revision", "patch", "minor", "major", "date", "variant"]
Role = Literal["from", "copy", "mount", "syntax", "base", "label"]
Mutability = Literal["rolling", "immutable", "unknown"]
OutcomeName = Literal["update", "pin", "current", "held", "skipped", "failed"]
Pin = Literal["digest", "off"]
Carries = Literal["reference", "tag", "digest"]
Verb = Literal["created", "updated", "rebased", "unchanged", "retired", "left", "failed"]
SkipReason = Literal[
    "scratch",  # FROM scratch: nothing is pulled
    "stage",  # the name of an earlier stage
    "stage-number",  # COPY --from=0
    "variant",  # blubber: the name of a variant, or `local`
    "context",  # a named build context
    "heredoc",  # looks like an instruction, but stands in a here-document
    "comment",  # looks like an instruction, but is commented out
    "continuation",  # looks like an instruction, but continues another one
    "template",  # a placeholder of a template language
    "variable-without-default",  # a variable that nothing gives a value
    "variable-not-expanded",  # a variable where the builder expands none
    "invalid-reference",  # not an image reference
    "dead-config",  # a configuration version that no builder reads any more
    "unparsable",  # the file cannot be read as what its name says
    "unreadable",  # the file could not be opened, or is too large
    "symlink",  # not a regular file
    "submodule",  # another repository
    "vendored",  # in a folder of other people's code
    "ignored",  # the configuration says to ignore the file
]
SKIP_REASONS: tuple[str, ...] = get_args(SkipReason)
KINDS: tuple[Kind, ...] = get_args(Kind)

# ---------------------------------------------------------------- repositories and their files


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository to look at: `slug` names it to people, `location` is a path or clone URL."""

    slug: str
    location: str
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A repository at one commit (`None`: the working tree as it lies there)."""

    repo: Repo
    commit: str | None


EntryKind = Literal["file", "symlink", "submodule"]


class Entry(NamedTuple):
    """One path of a tree, `/` between its parts. `mode` is git's, as `100755`."""

    # A tuple, as there are tens of thousands of them: half the time of a frozen dataclass.

    path: str
    kind: EntryKind = "file"
    mode: str = "100644"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person finds it: line and column, both from 1; a byte order mark has no column."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where in a file's text something stands: characters `start` up to `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The text that stands there."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """
    A file's path within its repository, and its text.

    The text is the file's bytes decoded as UTF-8 with `surrogateescape`, byte order mark and line
    ends kept, so that `data()` gives every byte back.
    """

    path: str
    text: str

    @classmethod
    def of(cls, path: str, data: bytes) -> SourceFile:
        """The file with these bytes."""
        return cls(path, data.decode("utf-8", "surrogateescape"))

    def data(self) -> bytes:
        """The file's bytes."""
        return self.text.encode("utf-8", "surrogateescape")

    def position(self, offset: int) -> Position:
        """The line and column of a character."""
        start = self.text.rfind("\n", 0, offset) + 1
        bom = 1 if start == 0 and offset and self.text.startswith("\ufeff") else 0
        return Position(self.text.count("\n", 0, offset) + 1, offset - start - bom + 1)


# ---------------------------------------------------------------- what files say about images


@dataclass(frozen=True, slots=True)
class Piece:
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

    `complaint` says, as a sentence, why a comment that could not be read is taken as `ignore`.
    """

    verb: Literal["ignore", "hold", "allow"]
    until: dt.date | None = None
    kinds: frozenset[Kind] = frozenset()
    complaint: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Use:
    """
    One place in one file where a build pulls an image.

    * `span`, `text`: what the file says there, variables unexpanded; `image`: what a builder sees.
    * `pieces`: the expanded reference, character for character (see `Piece`). Where `carries` is
      `digest`, they spell the digest only; where it is `tag`, no digest may be written.
    * `digest_at`: where `@sha256:…` may be inserted so that it stays true; `None` with
      `no_digest` saying why where there is no such place. Without meaning if a digest is there.
    * `follows`: for a label, the span of the `FROM` that it must be kept in step with.
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
    no_digest: str | None = None
    follows: Span | None = None
    steers: tuple[Steer, ...] = ()


@dataclass(frozen=True, slots=True)
class Skip:
    """One place that looks like a use and is left alone, and why."""

    path: str
    format: str
    span: Span
    position: Position
    text: str
    reason: SkipReason
    detail: str


Mention: TypeAlias = Use | Skip


@dataclass(frozen=True, slots=True)
class Findings:
    """All that one snapshot says about base images; `sources` holds the files that have uses."""

    snapshot: Snapshot
    files: int
    uses: tuple[Use, ...]
    skips: tuple[Skip, ...]
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- what registries say


@dataclass(frozen=True, slots=True)
class TagList:
    """
    The tags of one repository, in the registry's order.

    `digests` and `pushed` hold what the listing gave along with them, tag by tag; `complete` is
    false where the listing was cut at the bound on pages.
    """

    tags: tuple[str, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    pushed: Mapping[str, dt.datetime] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that a step had to drop, and why, each fit for one line."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lookups:
    """
    What was asked of registries in a run, each distinct question once.

    `digests` is keyed by reference without digest (`node:20`); a `Failure` is never "no change".
    """

    tags: Mapping[Repository, TagList | Failure] = field(default_factory=dict)
    digests: Mapping[ImageRef, str | Failure] = field(default_factory=dict)


# ---------------------------------------------------------------- what tags are


@dataclass(frozen=True, slots=True)
class TagFacts:
    """What a tag is: `follows` says what a rolling tag follows; `because` is one full sentence."""

    mutability: Mutability
    follows: str | None
    rule: str
    because: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tag that may succeed another of its line, and what kind of move that would be."""

    tag: str
    kind: Kind
    prerelease: bool = False


# ---------------------------------------------------------------- what is wanted


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """What to do differently for some images or files (globs; empty: all). The first match wins."""

    images: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    ignore: bool = False
    allow: frozenset[Kind] | None = None
    apart: frozenset[Kind] | None = None
    pin: Pin | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What the user says about which moves are wanted.

    `allow`: kinds done in one proposal per line; `apart`: kinds proposed on their own;
    `limit`: kinds the operator admits at all; `today`: the day that `hold until` is read on;
    `imposed`: the operator's rules, whose `ignore` no other of the `rules` undoes.
    """

    pin: Pin = "digest"
    allow: frozenset[Kind] = frozenset({"digest", "pin", "revision", "patch", "minor", "date"})
    apart: frozenset[Kind] = frozenset({"major"})
    limit: frozenset[Kind] = frozenset(KINDS)
    rules: tuple[PolicyRule, ...] = ()
    ignore_files: tuple[str, ...] = ()
    vendored: bool = False
    today: dt.date = dt.date.min
    imposed: tuple[PolicyRule, ...] = ()


# ---------------------------------------------------------------- what is decided


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Put `text` in the place of `span`; an insertion has an empty span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A move of one use: the reference it becomes, the kind of move, and the edits that do it."""

    new: ImageRef
    kind: Kind
    edits: tuple[Edit, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The one outcome of one use, with its reason as a full sentence.

    `offer` is there for `update` and `pin`; `apart` holds moves proposed on their own (majors).
    `line` names the line (`20.*.*-alpine`), the same for every later move of it.
    """

    use: Use
    outcome: OutcomeName
    because: str
    line: str
    offer: Offer | None = None
    apart: tuple[Offer, ...] = ()
    until: str | None = None
    reason: str | None = None
    facts: TagFacts | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every use of one snapshot exactly once, in the order of the files."""

    findings: Findings
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Bump:
    """One image moving from one tag and digest to another: the same wherever it is used."""

    old: ImageRef
    new: ImageRef
    kind: Kind


@dataclass(frozen=True, slots=True)
class Move:
    """One use and the offer taken for it."""

    use: Use
    offer: Offer
    facts: TagFacts | None = None

    @property
    def bump(self) -> Bump:
        """What moves, whatever the place."""
        return Bump(self.use.image, self.offer.new, self.offer.kind)


@dataclass(frozen=True, slots=True)
class Update:
    """The moves that belong on one branch; the branch's name is the update's identity."""

    findings: Findings
    branch: str
    line: str
    moves: tuple[Move, ...]


# ---------------------------------------------------------------- evidence and proposals


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a registry tells about one image without opening it."""

    digest: str
    media_type: str
    platforms: tuple[str, ...]
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Evidence that could not be had, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a reviewer may say yes to a bump."""

    bump: Bump
    old: ImageFacts | Unavailable
    new: ImageFacts | Unavailable
    old_tag: TagFacts
    new_tag: TagFacts


@dataclass(frozen=True, slots=True)
class Case:
    """An update together with its evidence: all that a pull request is written from."""

    update: Update
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it should become: its bytes, and git's mode for it."""

    data: bytes
    mode: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request as it should be, whether or not it exists yet."""

    snapshot: Snapshot
    branch: str
    title: str
    body: str
    files: Mapping[str, NewFile]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a proposal; `where` leads a person to it (a URL, a branch, a file)."""

    repo: str
    branch: str
    title: str
    verb: Verb
    where: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, what it left alone, and what it could not do."""

    plans: tuple[Plan, ...]
    outcomes: tuple[Outcome, ...]
    failures: tuple[Failure, ...]
