"""What a rule is: data that says what the tags of a publisher are."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal, NamedTuple

from bot.image import Repository
from bot.model import Mutability, Replaced
from bot.tags.notes import NotesPlace
from bot.tags.tag import Part, PartRole, Tag

Lts = Literal["even-major", "ubuntu"]

_PATTERN = frozenset("*?[")

#: How many numbers a full version has where no family says otherwise.
FULL = 3


class When(NamedTuple):
    """
    The shape of tag that a claim is about; all that is said must hold, and nothing said is any tag.

    * `images`: globs of the repository;
    * `has`, `lacks`: roles that its parts have, and have not;
    * `full`: whether it names one version whole (see `is_full`);
    * `numbers`: the least and the most numbers of its version;
    * `counts`: the words its revision may have (`r` of `-r8`);
    * `words`: words of which it has at least one; `hash_length`: the length of its commit.
    """

    images: tuple[str, ...] = ()
    has: frozenset[PartRole] = frozenset()
    lacks: frozenset[PartRole] = frozenset()
    full: bool | None = None
    numbers: tuple[int, int] | None = None
    counts: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    hash_length: int | None = None

    def about(self, repository: Repository) -> bool:
        """Whether it is about tags of this repository at all."""
        return not self.images or matches(self.images, repository)

    def holds(self, tag: Tag, *, full: bool) -> bool:
        """Whether a tag is of this shape; `full`: whether it names one version whole there."""
        return (
            self.has <= tag.roles
            and self.lacks.isdisjoint(tag.roles)
            and (self.full is None or self.full == full)
            and (self.numbers is None or self.numbers[0] <= tag.precision <= self.numbers[1])
            and (not self.counts or _counting_word(tag) in self.counts)
            and (not self.words or not self.words.isdisjoint(tag.words()))
            and (self.hash_length is None or self.hash_length in map(_length, tag.all("hash")))
        )


class Claim(NamedTuple):
    """What tags of a shape are, and why, as one sentence for a person."""

    when: When
    mutability: Mutability
    because: str
    follows: str | None = None


class Family(NamedTuple):
    """
    Images of a publisher whose versions are special.

    `full`: how many numbers a full version has; `major`: how many leading numbers make a major;
    `lts`: which versions are supported for long, so that who is on one is offered no other.
    """

    images: tuple[str, ...]
    full: int = FULL
    major: int = 1
    lts: Lts | None = None

    def is_lts(self, tag: Tag) -> bool | None:
        """Whether a tag's version is one with long support; None where that is no question."""
        numbers = tag.release.numbers if tag.release else ()
        if not numbers:
            return None
        if self.lts == "even-major":
            return numbers[0] % 2 == 0
        if self.lts == "ubuntu":  # https://ubuntu.com/about/release-cycle: April of even years
            return len(numbers) >= 2 and numbers[0] % 2 == 0 and numbers[1] == 4
        return None


class Replacement(NamedTuple):
    """
    Images that their publisher replaced: `because` says so in one sentence.

    `by` is the new name. One that ends in `/**` takes the old path below a host in its place.
    """

    images: tuple[str, ...]
    by: str | None
    because: str

    def of(self, repository: Repository) -> Replaced:
        """What became of one of the images."""
        if self.by is None or not self.by.endswith("/**"):
            return Replaced(self.by, self.because)
        return Replaced(f"{self.by.removesuffix('**')}{repository.path}", self.because)


class Inside(NamedTuple):
    """
    What is in some images, of what the data about life cycles knows.

    `product` is its key there; `release` the one that all tags have, and without one a tag begins
    with it. Without `product`, the image's name says what is in it (`nodejs20-slim`).
    """

    images: tuple[str, ...]
    product: str | None = None
    release: str | None = None


class Rule(NamedTuple):
    """
    What is known of a publisher. Of all but `notes` the first match counts.

    `file` is where it stands, as a person finds it. A `guest` is what a repository says of itself:
    it decides nothing about which moves there are, where any other rule does.
    """

    name: str
    images: tuple[str, ...]
    claims: tuple[Claim, ...] = ()
    families: tuple[Family, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    file: str = ""
    lifecycle: tuple[Inside, ...] = ()
    notes: tuple[NotesPlace, ...] = ()
    guest: bool = False


def is_full(tag: Tag, full: int) -> bool:
    """
    Whether a tag names one version whole, where a full version has `full` numbers.

    A revision, a date or a prerelease with its number makes it so too.
    """
    if "date" in tag.roles or "revision" in tag.roles or tag.precision >= full:
        return True
    return tag.prerelease and any(len(part.numbers) > 1 for part in tag.all("prerelease"))


def matches(globs: Sequence[str], repository: Repository) -> bool:
    """
    Whether a repository, as `host/path`, fits one of the globs.

    `*` is anything within one part of the path; `**` at the end, or at the beginning, is any
    number of parts.
    """
    parts = _parts(repository)
    for glob in _read(tuple(globs)):  # noqa: SIM110 - asked hundreds of times of each repository
        if _fits(glob, parts):
            return True
    return False


class _Glob(NamedTuple):
    """A glob's parts, each with whether it is a pattern, and which end of a path may be longer."""

    parts: tuple[tuple[str, bool], ...]
    open_end: bool
    open_start: bool


@lru_cache(maxsize=1 << 12)
def _read(globs: tuple[str, ...]) -> tuple[_Glob, ...]:
    """Globs taken apart: each is asked of every repository."""
    return tuple(_glob(glob.split("/")) for glob in globs)


def _glob(parts: list[str]) -> _Glob:
    open_end = parts[-1] == "**"
    open_start = not open_end and parts[0] == "**"
    kept = parts[:-1] if open_end else parts[1:] if open_start else parts
    told = tuple((part, not _PATTERN.isdisjoint(part)) for part in kept)
    return _Glob(told, open_end, open_start)


@lru_cache(maxsize=1 << 12)
def _parts(repository: Repository) -> tuple[str, ...]:
    return tuple(str(repository).split("/"))


def _fits(glob: _Glob, parts: tuple[str, ...]) -> bool:
    count = len(glob.parts)
    if glob.open_end:
        parts = parts[:count]
    elif glob.open_start:
        parts = parts[len(parts) - count :] if count <= len(parts) else parts
    if len(parts) != count:
        return False
    for (wanted, is_pattern), part in zip(glob.parts, parts, strict=True):
        if wanted != part and not (is_pattern and fnmatchcase(part, wanted)):
            return False
    return True


def _counting_word(tag: Tag) -> str:
    revisions = tag.all("revision")
    return revisions[-1].text.rstrip("0123456789.").rstrip("-_").lower() if revisions else ""


def _length(part: Part) -> int:
    return len(part.text)
