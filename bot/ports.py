"""
Everything basewatch can be extended with, on one page.

An implementation is one file in the package named after the port, plus one line in that
package's `__init__`; it imports the floors below, and nothing imports it but `wiring`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from bot.absent import NoLedger, NoLifeCycles

if TYPE_CHECKING:  # a Protocol is made of words: nothing here loads what they stand for
    from collections.abc import AsyncIterator

    from bot.image import ImageRef, Repository
    from bot.model import (
        Beside,
        Candidate,
        Comparison,
        Cycle,
        Description,
        Document,
        Entry,
        Failure,
        History,
        ImageFacts,
        LaterName,
        Mention,
        Note,
        Opened,
        OsRelease,
        Outcome,
        Outline,
        Page,
        Passed,
        Policy,
        Proposal,
        Provenance,
        Referrer,
        Replaced,
        Repo,
        Scanned,
        Snapshot,
        SourceFile,
        TagFacts,
        TagList,
        Wishes,
    )
    from bot.shelves import Packages


class Tree(Protocol):
    """The files of one snapshot. Raises `RepoError`."""

    @property
    def snapshot(self) -> Snapshot: ...
    def entries(self) -> Sequence[Entry]:
        """Every path that a person would call part of the repository, sorted."""

    def read(self, paths: Iterable[str], *, limit: int) -> Iterator[tuple[str, bytes | str]]:
        """Each path that is there with its bytes (at most `limit`), or why they cannot be had."""


class Format(Protocol):
    """A kind of file that names base images. Pure; implemented by a module of `bot.formats`."""

    @property
    def NAME(self) -> str: ...
    def matches(self, path: str) -> bool:
        """Whether a file of this path may be of this kind: cheap, asked of every path."""

    def claims(self, file: SourceFile) -> bool:
        """Whether a file that `matches` is of this kind, by what it says."""

    def find(self, file: SourceFile) -> Iterable[Mention]:
        """Every use and skip, in the order of the text; what cannot be read is a skip."""


class Registry(Protocol):
    """Where images are published. Raises `RegistryError`."""

    async def tags(self, image: ImageRef) -> TagList: ...
    async def digest(self, image: ImageRef) -> str:
        """The digest of the index (or manifest) that the reference's tag points at now."""

    async def outline(self, image: ImageRef) -> Outline:
        """What the index or manifest at the reference's digest (or tag) says."""

    async def facts(self, image: ImageRef) -> ImageFacts:
        """What the registry tells about the image at the reference's digest (or tag)."""

    async def document(self, image: ImageRef) -> Document:
        """The manifest or index at the reference's digest (or tag)."""

    async def blob(
        self,
        image: ImageRef,
        digest: str,
        size: int,
        write: Callable[[bytes], object],
        have: Iterable[bytes] = (),
    ) -> None:
        """
        Hand the bytes of a blob of the image's repository to `write`, as they come.

        They are `size` bytes, verified against `digest` once all were handed over: what was
        written before a `RegistryError` is to be thrown away. `have` are the first of them where
        they are here already: verified with the others, and not handed over.
        """

    async def referrers(self, image: ImageRef) -> tuple[Referrer, ...]:
        """What names the manifest at the reference's digest as its subject."""


class Tags(Protocol):
    """What tags are and which succeeds which, by the rules. Pure."""

    def facts(self, image: ImageRef) -> TagFacts: ...
    def line(self, image: ImageRef) -> str: ...  # `20.*.*-alpine`: shared with its successors
    def ordered(self, image: ImageRef) -> bool:
        """Whether the tag is on a line that other tags can compete on (`latest` is not)."""

    def successors(self, image: ImageRef, tags: Collection[str]) -> tuple[Candidate, ...]:
        """The tags of the line that come after the image's own, newest first."""

    def newest(self, image: ImageRef, tags: Collection[str]) -> str | None:
        """The newest of its tags, whatever the image's own; None where only lines are ordered."""

    def system(self, image: ImageRef) -> Cycle | None:
        """The release of an operating system that the tag names; None where it names none."""

    def variants(self, image: ImageRef, tags: Collection[str]) -> tuple[Candidate, ...]:
        """The tags that are the image's own on a later release of its system, newest first."""

    def later_names(self, image: ImageRef) -> tuple[LaterName, ...]:
        """What it would be called on each later release of what its name says, the best first."""

    def replacement(self, image: ImageRef) -> Replaced | None:
        """By what the image's publisher replaced it, if so."""


class Images(Protocol):
    """
    Images, opened: each once, whoever asks. Raises `EvidenceError`.

    `platform`: as `linux/arm64`; None: what the operator reads first. No digest: that of its tag.
    """

    async def describe(self, image: ImageRef, platform: str | None = None) -> Description:
        """Its manifest and configuration; no layer is read."""

    async def open(self, image: ImageRef, platform: str | None = None) -> Opened:
        """Its packages and all else that stands in its layers."""


class Scanner(Protocol):
    """Something that knows vulnerabilities. Raises `EvidenceError`."""

    @property
    def NAME(self) -> str: ...
    async def compare(self, old: Opened, new: Opened) -> Scanned:
        """Both images by the same version, data and options."""


class Notes(Protocol):
    """Where something is written about changes. Raises `EvidenceError`."""

    @property
    def NAME(self) -> str: ...
    async def about(self, compared: Comparison) -> tuple[Note, ...]:
        """What there is between the two, newest first; nothing where it is not about them."""


class Origins(Protocol):
    """What is published with images about where they come from. Raises `EvidenceError`."""

    async def of(
        self, image: ImageRef, found: Description, base: Description | None = None
    ) -> Provenance:
        """Signatures, attestations and what the image says; of its `base` nothing is its own."""


class Inspectors(NamedTuple):
    """Who is asked about the images of a move; `platform` is the one read where both have it."""

    images: Images
    scanners: tuple[Scanner, ...] = ()
    notes: tuple[Notes, ...] = ()
    origins: Origins | None = None
    platform: str = "linux/amd64"
    strict: bool = False  # whether no other platform will do
    anyway: bool = False  # whether to look also where both are one image
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None


@asynccontextmanager
async def _nobody(_registry: Registry) -> AsyncIterator[Inspectors | None]:
    yield None


class LifeCycles(Protocol):
    """Until when what is in an image is supported. Pure."""

    def of(self, image: ImageRef) -> tuple[Cycle, ...]:
        """The operating system, where the reference says it, then each runtime."""

    def installed(self, system: OsRelease) -> Cycle | None:
        """The operating system that was found in an image; None where nothing is known of it."""


class Platform(Protocol):
    """Where repositories and pull requests live. Raises `RepoError` and `PlatformError`."""

    @property
    def calls(self) -> Mapping[str, int]: ...  # requests that were sent so far, by what for
    @property
    def calls_by_repo(self) -> Mapping[str, Mapping[str, int]]: ...  # those about one, by its path
    def repos(self) -> Iterable[Repo | Passed | Failure]:
        """Each repository to be looked at, each that is not, and each that cannot be."""

    def tree(self, repo: Repo) -> Tree: ...  # EmptyRepoError, NoBranchError: it is passed over
    def arranged(self, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
        """All that this run proposes, in the order to be ensured; told once, beforehand."""

    def ensure(self, proposal: Proposal) -> Outcome:
        """Make the pull request be as proposed; a second call with the same changes nothing."""

    def retire(self, snapshot: Snapshot, keep: Collection[str]) -> Iterable[Outcome]:
        """Take back every proposal of ours whose branch is not among `keep`."""

    def show(self, snapshot: Snapshot, page: Page) -> Iterable[Outcome]:
        """Have the repository's dashboard, where there is one, say this; what became of it."""


class Ledger(Protocol):
    """What this bot has seen, run by run; a reference with a digest is a pin seen in a file."""

    def histories(self, repositories: Collection[Repository]) -> Mapping[ImageRef, History]: ...
    def record(self, seen: Mapping[ImageRef, str], now: dt.datetime) -> None:
        """Remember which digest each reference points at now."""

    def outlines(self, repositories: Collection[Repository]) -> Mapping[ImageRef, Outline]:
        """What was read of images by their digests, which never changes."""

    def keep(self, outlines: Mapping[ImageRef, Outline]) -> None:
        """Remember what was read of images, each named by its digest alone."""


TagsT_co = TypeVar("TagsT_co", bound=Tags, covariant=True)


class Known(NamedTuple, Generic[TagsT_co]):
    """What is known of images in a repository."""

    tags: TagsT_co
    life_cycles: LifeCycles = NoLifeCycles()


class Desk(NamedTuple):
    """What one run works with: `wiring` lays out the real one, the tests a fake one."""

    tags: Tags
    registry: Callable[[], AbstractAsyncContextManager[Registry]]
    policy: Callable[[Tree], Policy]
    """What is wanted in a repository: its own configuration within the operator's. `RepoError`."""
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None
    ledger: Ledger = NoLedger()
    life_cycles: LifeCycles = NoLifeCycles()
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.min.replace(tzinfo=dt.UTC)
    inspectors: Callable[[Registry], AbstractAsyncContextManager[Inspectors | None]] = _nobody
    """Who looks into images; None: nobody, and what a registry tells is all there is."""
    wishes: Callable[[Tree], Wishes] | None = None
    """How a repository wants to have its proposals; without it, as they come. `RepoError`."""
    packages: Callable[[], AbstractAsyncContextManager[Packages]] | None = None
    """Who knows the indexes of packages; without it, nobody is asked."""
    own: Callable[[Tree], Known[Tags]] | None = None
    """What is known in a repository that may have rules of its own. Raises `RepoError`."""
    elsewhere: tuple[Beside, ...] = ()
    """What is built in other repositories that is believed in all."""

    def known(self, tree: Tree) -> Known[Tags]:
        """What is known in a repository; without `own` it is the same in all."""
        return self.own(tree) if self.own else Known(self.tags, self.life_cycles)
