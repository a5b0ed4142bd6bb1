"""`basewatch diff`: what is known of two images, whether or not anything moves between them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot import flow, wiring
from bot.cli import DONE, FAILED, FOUND
from bot.cli.text import Progress, clean, note, out
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.model import Bump, Unavailable

if TYPE_CHECKING:
    from bot.cli import payload
    from bot.model import Evidence, Findings, Kind, Use
    from bot.ports import Desk

_OF_ONE = ("sarif", "cyclonedx")
"""The formats that tell of one image, for readers that take one for one document."""


def diff(arguments: argparse.Namespace) -> int:
    """Compare two images."""
    old, new = _image(arguments.old), _image(arguments.new)
    progress = Progress()
    desk = wiring.desk(arguments.config, progress, note, looking=True)
    bump = Bump(old, new, _kind(desk, old, new))
    try:
        platforms = _platforms(arguments, desk, bump)
        found = flow.compare(desk, bump, platforms, anyway=_is_of_one(arguments))
    finally:
        progress.clear()
    if complaints := _complaints(found):
        for complaint in complaints:
            note(f"basewatch: {complaint}")
        return FAILED
    uses = _used(arguments.used_by, old)
    if uses:
        from bot.steps.assess import held_against

        found = tuple(held_against(one, *uses) for one in found)
    _print(arguments, found, uses[1] if uses else None)
    return FOUND if arguments.exit_code and _differ(found[0]) else DONE


def _image(text: str) -> ImageRef:
    try:
        return ImageRef.parse(text)
    except ValueError as error:
        raise ConfigError(f"{error}") from None


def _kind(desk: Desk, old: ImageRef, new: ImageRef) -> Kind:
    """What kind of move it would be, by the tags; `digest` where they are of no line."""
    if old.repository == new.repository and new.tag and old.effective_tag != new.tag:
        for candidate in desk.tags.successors(old, [new.tag]):
            return candidate.kind
    return "digest"


def _platforms(arguments: argparse.Namespace, desk: Desk, bump: Bump) -> Sequence[str]:
    """Which are opened, beyond the one that is read first; a document of one takes no more."""
    wanted = tuple(dict.fromkeys(arguments.platform or ()))
    if arguments.all_platforms:
        wanted = flow.common_platforms(desk, bump)
    if len(wanted) > 1 and _is_of_one(arguments):
        raise ConfigError(
            f"{arguments.format} is about one platform, and they have {', '.join(wanted)}:"
            " name it by --platform"
        )
    return wanted


def _is_of_one(arguments: argparse.Namespace) -> bool:
    """Whether what is printed is about the new image by itself, and not about what changed."""
    return arguments.format in _OF_ONE and not arguments.json


def _complaints(found: Sequence[Evidence]) -> list[str]:
    """Why there is nothing to compare; what is missing beyond that is told among the rest."""
    first = found[0]
    missing = [side.reason for side in (first.old, first.new) if isinstance(side, Unavailable)]
    unopened = [one.difference.reason for one in found if isinstance(one.difference, Unavailable)]
    return list(dict.fromkeys(missing or unopened))


def _used(path: str | None, old: ImageRef) -> tuple[Findings, tuple[Use, ...]] | None:
    """The files below a path, and their uses of the old image: the same repository will do."""
    if path is None:
        return None
    from bot.model import Policy
    from bot.steps.find import find

    findings = find(wiring.work_tree(path), Policy())
    uses = tuple(use for use in findings.uses if use.image.repository == old.repository)
    if not uses:
        note(f"basewatch: nothing under {clean(path)} builds on {old.repository}")
    return findings, uses


def _differ(evidence: Evidence) -> bool:
    sides = (evidence.old, evidence.new)
    digests = {side.digest for side in sides if not isinstance(side, Unavailable)}
    return len(digests) > 1


# ---------------------------------------------------------------- formats


def _print(
    arguments: argparse.Namespace, found: Sequence[Evidence], uses: Sequence[Use] | None
) -> None:
    name = "json" if arguments.json else arguments.format
    if name in ("text", "markdown"):
        out(_words(name, found).rstrip("\n"))
    else:
        from bot.cli import payload

        out(payload.printed(_DOCUMENTS[name](arguments, found, uses)))


def _words(name: str, found: Sequence[Evidence]) -> str:
    from bot.wording.diff import markdown, text

    if name == "markdown":
        return "\n".join(markdown(evidence) for evidence in found)
    return "\n".join("\n".join(map(clean, text(one).split("\n"))) for one in found)


def _json(
    _arguments: argparse.Namespace, found: Sequence[Evidence], uses: Sequence[Use] | None
) -> payload.Document:
    from bot.cli.evidence import diff as document

    first, *others = (document(evidence, evidence.opened, uses) for evidence in found)
    return {**first, "others": others} if others else first


def _sarif(
    arguments: argparse.Namespace, found: Sequence[Evidence], uses: Sequence[Use] | None
) -> payload.Document:
    from bot.cli.sarif import sarif
    from bot.cli.sarif_parts import steps_to

    steps = steps_to(arguments.used_by or "")
    return sarif(found[0], [use._replace(path=f"{steps}{use.path}") for use in uses or ()])


def _cyclonedx(
    arguments: argparse.Namespace, found: Sequence[Evidence], _uses: Sequence[Use] | None
) -> payload.Document:
    from bot.cli.cyclonedx import cyclonedx

    bump, opened = found[0].bump, found[0].opened
    if opened is None:
        raise ConfigError("the images were not opened")
    image, side = (bump.old, opened[0]) if arguments.side == "old" else (bump.new, opened[1])
    return cyclonedx(image, side)


_DOCUMENTS: Mapping[
    str,
    Callable[[argparse.Namespace, Sequence[Evidence], Sequence[Use] | None], payload.Document],
] = {"json": _json, "sarif": _sarif, "cyclonedx": _cyclonedx}
