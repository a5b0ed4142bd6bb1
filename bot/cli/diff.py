"""`basewatch diff`: what is known of two images, whether or not anything moves between them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

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
    shown = tuple(filter(_is_compared, found))
    lacking = _lacking(platforms, found) if shown else {}
    for complaint in map(_without, lacking.items()) if shown else _complaints(found):
        note(f"basewatch: {complaint}")
    if not shown:
        return FAILED
    uses = _used(arguments.used_by, old)
    if uses:
        from bot.steps.assess import held_against

        shown = tuple(held_against(one, *uses) for one in shown)
    _print(arguments, _Told(shown, lacking, uses[1] if uses else None))
    if lacking:
        return FAILED
    return FOUND if arguments.exit_code and _differ(shown[0]) else DONE


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


def _is_compared(found: Evidence) -> bool:
    """Whether there is something to show, be it that both are the same image."""
    sides = (found.old, found.new, found.difference)
    return not any(isinstance(each, Unavailable) for each in sides)


def _complaints(found: Sequence[Evidence]) -> list[str]:
    """Why there is nothing to compare; what is missing beyond that is told among the rest."""
    first = found[0]
    missing = [side.reason for side in (first.old, first.new) if isinstance(side, Unavailable)]
    unopened = [one.difference.reason for one in found if isinstance(one.difference, Unavailable)]
    return list(dict.fromkeys(missing or unopened))


def _lacking(platforms: Sequence[str], found: Sequence[Evidence]) -> dict[str, str]:
    """Why there is nothing to show of some platforms, by their names."""
    by_platform = zip(platforms, found, strict=False)  # without any, one was chosen
    return {
        platform: one.difference.reason
        for platform, one in by_platform
        if isinstance(one.difference, Unavailable)
    }


def _without(lacking: tuple[str, str]) -> str:
    platform, reason = lacking
    return (
        f"{platform} was not compared: {reason}; try again, or name those that you want by"
        " --platform"
    )


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


class _Told(NamedTuple):
    """What is printed: the platforms compared, why others were not, and who uses the old image."""

    shown: Sequence[Evidence]
    lacking: Mapping[str, str]
    uses: Sequence[Use] | None


def _print(arguments: argparse.Namespace, told: _Told) -> None:
    name = "json" if arguments.json else arguments.format
    if name in ("text", "markdown"):
        out(_words(name, told.shown).rstrip("\n"))
    else:
        from bot.cli import payload

        out(payload.printed(_DOCUMENTS[name](arguments, told)))


def _words(name: str, found: Sequence[Evidence]) -> str:
    from bot.wording.diff import markdown, text

    if name == "markdown":
        return "\n".join(markdown(evidence) for evidence in found)
    return "\n".join("\n".join(map(clean, text(one).split("\n"))) for one in found)


def _json(_arguments: argparse.Namespace, told: _Told) -> payload.Document:
    from bot.cli.evidence import diff as document

    first, *others = (document(one, one.opened, told.uses) for one in told.shown)
    reasons = {f"others.{platform}": why for platform, why in told.lacking.items()}
    first = {**first, "unavailable": dict(sorted({**first["unavailable"], **reasons}.items()))}
    return {**first, "others": others} if others else first


def _sarif(arguments: argparse.Namespace, told: _Told) -> payload.Document:
    from bot.cli.sarif import sarif
    from bot.cli.sarif_parts import steps_to

    steps = steps_to(arguments.used_by or "")
    places = [use._replace(path=f"{steps}{use.path}") for use in told.uses or ()]
    return sarif(told.shown[0], places)


def _cyclonedx(arguments: argparse.Namespace, told: _Told) -> payload.Document:
    from bot.cli.cyclonedx import cyclonedx

    bump, opened = told.shown[0].bump, told.shown[0].opened
    if opened is None:
        raise ConfigError("the images were not opened")
    image, side = (bump.old, opened[0]) if arguments.side == "old" else (bump.new, opened[1])
    return cyclonedx(image, side)


_DOCUMENTS: Mapping[str, Callable[[argparse.Namespace, _Told], payload.Document]] = {
    "json": _json,
    "sarif": _sarif,
    "cyclonedx": _cyclonedx,
}
