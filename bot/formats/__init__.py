"""
The kinds of file basewatch reads. To add one: a module here, and a line in `KINDS`.

A format is loaded when a path that may be of its kind is met: most repositories have few kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from bot.model import NOTHING_BESIDE, Beside, Use

if TYPE_CHECKING:
    from bot.formats.feeding import Giver, Meeting, Ties
    from bot.model import Asked, FilePattern, Mention, SourceFile
    from bot.ports import Format

KINDS = {
    "docker-pkg": "template yaml yml",
    "dockerfile": "*",
    "blubber": "yaml yml",
    "compose": "yaml yml env",
    "devcontainer": "json",
    "bake": "hcl json",
    "skaffold": "yaml yml",
    "ko": "yaml yml",
    "apko": "yaml yml",
    "melange": "yaml yml",
    "apko-lock": "json",
    "helm-values": "yaml yml",
    "kustomize": "yaml yml -",
    "kubernetes": "yaml yml json",
    "quadlet": "container image volume build conf",
    "ansible": "yaml yml",
    "github-workflow": "yml yaml",
    "gitlab-ci": "yml yaml",
    "circleci": "yml yaml",
    "drone": "yml yaml",
    "woodpecker": "yml yaml",
    "azure-pipelines": "yml yaml",
    "bitbucket": "yml yaml",
    "cloudbuild": "yaml yml json",
    "buildkite": "yml yaml json",
    "jenkinsfile": "*",
    "pipelinelib": "yaml yml",
    "jjb": "yaml yml",
    "zuul": "yaml yml",
}
"""
Each format's name, in the order in which they are asked whether a file is theirs, and the endings
(what follows the last `.`, in lower case) of the files it may want: `*` for any, `-` for none.
The module is named like the format, with `_` for `-`.
"""

_GIVING = frozenset({"bake", "compose", "devcontainer", "github-workflow", "gitlab-ci", "skaffold"})
"""
Formats that give values to files of others: their modules have `ties` and `builds`, see
`bot.formats.feeding`, and `find` takes the values of the variables beside a file.
"""

_TELLING = ("dockerfile", "containerfile", "blubber")


def _by_ending() -> dict[str, tuple[str, ...]]:
    endings = {ending for said in KINDS.values() for ending in said.split()}
    return {
        ending: tuple(name for name, said in KINDS.items() if {ending, "*"} & {*said.split()})
        for ending in endings
    }


_WANTED_BY_CONTENT = (".yaml", ".yml")  # blubber wants all of them, whatever their names

_BY_ENDING = _by_ending()
_ANY = _BY_ENDING["*"]


@cache
def named(name: str) -> Format:
    """The format of a name in `KINDS`."""
    return cast("Format", import_module(f"bot.formats.{name.replace('-', '_')}"))


@cache
def _own(pattern: FilePattern) -> Format:
    """The format that a configuration describes."""
    from bot.formats.own import OwnFormat

    return OwnFormat(pattern)


@cache
def _of_names(names: tuple[str, ...]) -> tuple[Format, ...]:
    return tuple(map(named, names))


def _asked_about(path: str) -> tuple[Format, ...]:
    """The formats that may want a file of this path, in order."""
    ending = path[path.rfind(".") + 1 :]
    if len(ending) == len(path) or "/" in ending:
        ending = "-"
    return _of_names(_BY_ENDING.get(ending.lower(), _ANY))


def possible(path: str) -> bool:
    """Whether a file of this path may be of any format: asked of every path."""
    if path.endswith(_WANTED_BY_CONTENT):
        return True
    for format_ in _asked_about(path):  # noqa: SIM110 - `any` with a generator takes twice the time
        if format_.matches(path):
            return True
    return False


def promised(path: str) -> bool:
    """Whether the file's name alone tells that it names images, so that not reading it is said."""
    name = path.rpartition("/")[2].lower()
    return any(word in name for word in _TELLING)


def claimant(file: SourceFile, beside: Beside = NOTHING_BESIDE) -> Format | None:
    """The format that the file is of: the first that claims it, or what lies beside it says."""
    if file.path in beside.patterns:
        own = _own(beside.patterns[file.path])
        return own if own.claims(file) else None
    if beside.files:
        from bot.formats.docker_pkg.within import is_within

        if is_within(file.path, beside):
            return named("docker-pkg")
    for format_ in _asked_about(file.path):
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
    return format_.find(file)


def uses_of(file: SourceFile, beside: Beside = NOTHING_BESIDE) -> list[Use]:
    """The uses of a file, in the order of its text."""
    return uses_of_all((file,), beside)


def uses_of_all(files: Sequence[SourceFile], beside: Beside = NOTHING_BESIDE) -> list[Use]:
    """The uses of files, file by file, each in the order of its text."""
    if beside.meet:
        told = met({**beside.files, **{file.path: file for file in files}}.values()).mentions
        found = (mention for file in files for mention in told[file.path])
    else:
        found = (mention for file in files for mention in _mentions_alone(file, beside))
    return [mention for mention in found if isinstance(mention, Use)]


def _mentions_alone(file: SourceFile, beside: Beside) -> Iterable[Mention]:
    format_ = claimant(file, beside)
    return mentions_of(file, format_, beside) if format_ else ()


def ties_of(file: SourceFile, format_: Format) -> Ties | None:
    """Which files a file may give values to, or take some from; `None` for most."""
    if format_.NAME not in _GIVING:
        return None
    ties = cast("Giver", format_).ties(file)
    return ties if ties.builds or ties.env or gives_only(file.path) else None


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


def met(files: Iterable[SourceFile]) -> Meeting:
    """Files whose values meet, read together."""
    from bot.formats.dockerfile.given import given
    from bot.formats.feeding import Hands, Meeting

    return Meeting(files, Hands(claimant, ties_of, given))


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
