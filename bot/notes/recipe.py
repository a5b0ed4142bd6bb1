"""How the recipe of an image changed, and that of the image it is built on, one level down."""

from __future__ import annotations

from collections.abc import Iterator

from bot.image import ImageRef
from bot.model import Comparison, Description, Note
from bot.notes.sources import Sources
from bot.origin import base_of, origin

NAME = "recipe"


class Recipe:
    """Asks nobody: commits and bases are what the images say of themselves."""

    NAME = NAME

    def __init__(self, _sources: Sources) -> None:
        """Nothing is needed."""

    async def about(self, compared: Comparison) -> tuple[Note, ...]:
        """See `Notes`."""
        bump, (old_base, new_base) = compared.bump, compared.bases
        notes = list(
            _recipe("Image recipe", compared.old, compared.new, (bump.new, compared.bases))
        )
        before, after = base_of(compared.old), base_of(compared.new)
        if after and before != after:
            notes.append(_rebuilt(before, after))
            if old_base and new_base:
                name = f"Recipe of {after.repository.path.removeprefix('library/')}"
                notes += _recipe(name, old_base, new_base, (after, (None, None)))
        return tuple(notes)


def _recipe(
    source: str,
    old: Description,
    new: Description,
    about: tuple[ImageRef, tuple[Description | None, Description | None]],
) -> Iterator[Note]:
    name, bases = about
    before, after = origin(old, name, bases[0]), origin(new, name, bases[1])
    if after is None or not after.commit:
        return
    title = f"{after.path} {after.commit[:7]}"
    folder = f" in {after.folder}" if after.folder else ""
    if before is None or (before.host, before.path) != (after.host, after.path):
        yield Note(source, f"{title}{folder}", after.tree())
    elif before.commit == after.commit:
        yield Note(source, f"{title}{folder}, the same as before", after.tree())
    elif before.commit:
        title = f"{after.path} {before.commit[:7]}…{after.commit[:7]}"
        yield Note(source, f"{title}{folder}", after.compare(before.commit, after.commit))
    else:
        yield Note(source, f"{title}{folder}", after.tree())


def _rebuilt(before: ImageRef | None, after: ImageRef) -> Note:
    if before is None:
        return Note("Base image", f"built on {_short(after)}", "")
    return Note("Base image", f"rebuilt: {_short(before)} → {_short(after)}", "")


def _short(image: ImageRef) -> str:
    name, _, digest = str(image).partition("@")
    return f"{name} ({digest[7:14]})" if digest else name
