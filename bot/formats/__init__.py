"""The kinds of file basewatch reads. To add one: a module here, and a line in `kinds`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from bot.formats.kinds import KINDS, asked_about, named, possible
from bot.formats.markers import FORMATS as MARKABLE
from bot.formats.markers import markable, marked
from bot.model import NOTHING_BESIDE, Beside, Use

if TYPE_CHECKING:
    from bot.formats.apk_contents import Pinning
    from bot.formats.feeding import Given, Giver, Meeting, Ties
    from bot.formats.telling import Value
    from bot.image import ImageRef
    from bot.model import Asked, Edit, FilePattern, Mention, PackagePin, SourceFile
    from bot.ports import Format

__all__ = [
    "KINDS",
    "Copies",
    "asked",
    "claimant",
    "foreseen",
    "gives_only",
    "included",
    "markable",
    "meetings",
    "mentions_of",
    "met",
    "named",
    "pins_of",
    "possible",
    "promised",
    "second_opinion",
    "ties_of",
    "uses_of",
    "uses_of_all",
]

_GIVING = frozenset({"bake", "compose", "devcontainer", "github-workflow", "gitlab-ci", "skaffold"})
"""
Formats that give values to files of others: their modules have `ties` and `builds`, see
`bot.formats.feeding`, and `find` takes the values of the variables beside a file.
"""

_INCLUDING = frozenset({"gitlab-ci"})
"""Formats whose files include others of any name: their modules have `included`."""

_PINNING = frozenset({"apko", "melange"})
"""Formats that pin packages: their modules have `pins`, beside `find`."""


_OF_TEXT_ALONE = frozenset({"dockerfile"})
"""Formats where two files of the same text say the same, wherever they lie and whatever is near."""


class Includer(Protocol):
    """A format whose files say of others that they are of it."""

    def included(self, file: SourceFile) -> tuple[str, ...]:
        """Their paths; `*` and `**` in them are what they are to `bot.policy.covered`."""

    def given(self, file: SourceFile, values: Mapping[str, Value]) -> Iterable[Mention]:
        """What `find` tells, where a file that includes it gives values to its variables."""

    def variables(self, file: SourceFile) -> Mapping[str, Given]:
        """What it says of variables for all that are read with it."""


_TELLING = ("dockerfile", "containerfile", "blubber")


@cache
def _own(pattern: FilePattern) -> Format:
    """The format that a configuration describes."""
    from bot.formats.own import OwnFormat

    return OwnFormat(pattern)


def promised(path: str) -> bool:
    """Whether the file's name alone tells that it names images, so that not reading it is said."""
    name = path.rpartition("/")[2].lower()
    return any(word in name for word in _TELLING)


def claimant(file: SourceFile, beside: Beside = NOTHING_BESIDE) -> Format | None:
    """The format that the file is of: the first that claims it, or what lies beside it says."""
    if file.path in beside.patterns:
        own = _own(beside.patterns[file.path])
        return own if own.claims(file) else None
    if file.kind:
        said = named(file.kind)
        return said if said.claims(file) else None
    if beside.files:
        from bot.formats.docker_pkg.within import is_within

        if is_within(file.path, beside):
            return named("docker-pkg")
    for format_ in asked_about(file.path):
        if format_.matches(file.path) and format_.claims(file):
            return format_
    return None


def mentions_of(
    file: SourceFile, format_: Format, beside: Beside = NOTHING_BESIDE
) -> Iterable[Mention]:
    """Every use and skip of a file of a format, with what is known from the files beside it."""
    if beside.files and format_.NAME == "docker-pkg":
        from bot.formats.docker_pkg.within import told

        return told(file, beside)
    found = format_.find(file)
    if "rebuild marker:" in file.text and format_.NAME in MARKABLE:
        return marked(file, found)
    return found


class Copies:
    """What files say, those of the same text read once: trees hold the same file many times."""

    def __init__(self) -> None:
        self._read: dict[str, list[Mention]] = {}

    @staticmethod
    def matter(format_name: str) -> bool:
        """Whether two files of that format and of the same text say the same."""
        return format_name in _OF_TEXT_ALONE

    def mentions(
        self, file: SourceFile, format_: Format, beside: Beside = NOTHING_BESIDE
    ) -> list[Mention]:
        """As `mentions_of`."""
        if not self.matter(format_.NAME):
            return [*mentions_of(file, format_, beside)]
        known = self._read.get(file.text)
        if known is None:
            known = self._read[file.text] = [*mentions_of(file, format_)]
            return known
        return [mention._replace(path=file.path) for mention in known]


def uses_of(file: SourceFile, beside: Beside = NOTHING_BESIDE) -> list[Use]:
    """The uses of a file, in the order of its text."""
    return uses_of_all((file,), beside)


def uses_of_all(
    files: Sequence[SourceFile], beside: Beside = NOTHING_BESIDE, copies: Copies | None = None
) -> list[Use]:
    """The uses of files, file by file, in the order of the text; `copies` are not read anew."""
    copies = copies or Copies()
    if beside.meet:
        told = met({**beside.files, **{file.path: file for file in files}}.values()).mentions
        found = (mention for file in files for mention in told[file.path])
    else:
        found = (mention for file in files for mention in _mentions_alone(file, beside, copies))
    return [mention for mention in found if isinstance(mention, Use)]


def foreseen(
    files: Sequence[SourceFile], uses: Sequence[Use], edits: Sequence[Edit]
) -> list[ImageRef] | None:
    """
    What the uses, which are all in the files, name once edits are made; `None` where only
    reading the files anew can tell.
    """
    if len(files) != 1 or any(use.format != "dockerfile" for use in uses):
        return None
    from bot.formats.dockerfile.foreseen import foreseen as told

    return told(files[0], uses, edits)


def _mentions_alone(file: SourceFile, beside: Beside, copies: Copies) -> Iterable[Mention]:
    format_ = claimant(file, beside)
    return copies.mentions(file, format_, beside) if format_ else ()


def pins_of(file: SourceFile, format_: Format) -> tuple[PackagePin, ...]:
    """The packages that a file wants in some versions only; none for most."""
    return tuple(cast("Pinning", format_).pins(file)) if format_.NAME in _PINNING else ()


def ties_of(file: SourceFile, format_: Format) -> Ties | None:
    """Which files a file may give values to, or take some from; `None` for most."""
    if format_.NAME not in _GIVING:
        return None
    ties = cast("Giver", format_).ties(file)
    shares = gives_only(file.path) or format_.NAME in _INCLUDING
    return ties if ties.every() or shares else None


def included(file: SourceFile, format_: Format) -> tuple[str, ...]:
    """The paths and patterns of files that are of a file's format because it includes them."""
    return cast("Includer", format_).included(file) if format_.NAME in _INCLUDING else ()


def gives_only(path: str) -> bool:
    """Whether a file of this path has values for others, and names nothing by itself."""
    return path == ".env" or path.endswith("/.env")


def meetings(
    givers: Sequence[tuple[SourceFile, Ties]], there: Mapping[str, SourceFile]
) -> Iterator[Meeting]:
    """
    The files whose values meet, read together, one family after the other.

    `givers` are those that have `ties_of`, `there` all others that may take values.
    """
    if all(gives_only(file.path) for file, _ in givers):
        return
    from bot.formats.feeding import Families

    families = Families(givers)
    for family in families.every(there):
        meeting = met(family)
        if meeting.met:
            yield meeting
    for file in families.too_large:
        yield met([file]).told_apart()


def met(files: Iterable[SourceFile]) -> Meeting:
    """Files whose values meet, read together."""
    from bot.formats.feeding import Hands, Meeting

    return Meeting(files, Hands(claimant, ties_of, _given, _variables))


def _given(file: SourceFile, values: Mapping[str, Value], target: str | None) -> Sequence[Mention]:
    """What a file says that is given values: one that is included, or else a Dockerfile."""
    format_ = claimant(file)
    if format_ and format_.NAME in _INCLUDING:
        return list(cast("Includer", format_).given(file, values))
    from bot.formats.dockerfile.given import given

    return given(file, values, target)


def _variables(file: SourceFile) -> Mapping[str, Given]:
    """The variables of a file that others share with it."""
    format_ = claimant(file)
    if format_ and format_.NAME in _INCLUDING:
        return cast("Includer", format_).variables(file)
    from bot.formats.feeding import values_of

    return values_of(file)


def asked(file: SourceFile) -> tuple[Asked, ...]:
    """What a file asks of the images it builds on: programs, packages, users, by use."""
    format_ = claimant(file)
    if format_ is None:
        return ()
    if format_.NAME == "dockerfile":
        from bot.formats.dockerfile.asking import asked as found
    elif format_.NAME == "blubber":
        from bot.formats.blubber.asking import asked as found
    else:
        return ()
    return found(file)


def second_opinion(file: SourceFile) -> tuple[str, ...] | None:
    """The `FROM` images as another parser reads them; `None` where it cannot be relied on."""
    if not named("dockerfile").matches(file.path):
        return None
    from bot.formats.dockerfile.second_reader import parents

    return parents(file.text)
