"""The kinds of file basewatch reads. To add one: a module here, and its name in `FORMATS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.formats import blubber, dockerfile
from bot.model import Use

if TYPE_CHECKING:
    from bot.model import Asked, SourceFile
    from bot.ports import Format

FORMATS: tuple[Format, ...] = (dockerfile, blubber)

_TELLING = ("dockerfile", "containerfile", "blubber")


def possible(path: str) -> bool:
    """Whether a file of this path may be of any format: asked of every path."""
    for format_ in FORMATS:  # noqa: SIM110 - `any` with a generator takes twice the time
        if format_.matches(path):
            return True
    return False


def promised(path: str) -> bool:
    """Whether the file's name alone tells that it names images, so that not reading it is said."""
    name = path.rpartition("/")[2].lower()
    return any(word in name for word in _TELLING)


def claimant(file: SourceFile) -> Format | None:
    """The format that the file is of: the first that claims it."""
    for format_ in FORMATS:
        if format_.matches(file.path) and format_.claims(file):
            return format_
    return None


def uses_of(file: SourceFile) -> list[Use]:
    """The uses of a file, in the order of its text."""
    format_ = claimant(file)
    mentions = format_.find(file) if format_ else ()
    return [mention for mention in mentions if isinstance(mention, Use)]


def asked(file: SourceFile) -> tuple[Asked, ...]:
    """What a file asks of the images it builds on: programs, packages, users, by use."""
    format_ = claimant(file)
    if format_ is dockerfile:
        from bot.formats.dockerfile.asking import asked as found
    elif format_ is blubber:
        from bot.formats.blubber.asking import asked as found
    else:
        return ()
    return found(file)


def second_opinion(file: SourceFile) -> tuple[str, ...] | None:
    """The `FROM` images as another parser reads them; `None` where it cannot be relied on."""
    if not dockerfile.matches(file.path):
        return None
    from bot.formats.dockerfile.second_reader import parents

    return parents(file.text)
