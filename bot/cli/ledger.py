"""`basewatch ledger`: show, prune and export what this bot has seen of tags."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Mapping

from bot import wiring
from bot.cli import DONE, payload
from bot.cli.text import clean, out, paint
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.ledger import LedgerFile
from bot.model import History, Sighting

_DAYS = re.compile(r"([0-9]{1,5})d?")


def show(arguments: argparse.Namespace) -> int:
    """Show where tags were seen to point: those of the references, or all."""
    file = wiring.ledger_file(arguments.config)
    known = _wanted(file, [_parsed(text) for text in arguments.references])
    if arguments.json:
        out(payload.printed(payload.ledger(str(file.path), known)))
        return DONE
    for image, history in known.items():
        _shown(image, history)
    moved = sum(1 for history in known.values() if history.moves)
    tags = "1 tag" if len(known) == 1 else f"{len(known)} tags"
    out(f"{tags}, {moved} of them seen to move. ({clean(str(file.path))})")
    return DONE


def export(arguments: argparse.Namespace) -> int:
    """Print all of it as one JSON document."""
    file = wiring.ledger_file(arguments.config)
    out(payload.printed(payload.ledger(str(file.path), _sorted(file.histories()))))
    return DONE


def prune(arguments: argparse.Namespace) -> int:
    """Forget what nobody has seen for a while."""
    file = wiring.ledger_file(arguments.config)
    before = dt.datetime.now(dt.UTC) - _days(arguments.older_than)
    forgotten = file.prune(before)
    if arguments.json:
        out(payload.printed(payload.pruned(str(file.path), forgotten)))
    else:
        out(f"Forgot what was last seen before {before:%Y-%m-%d}: {forgotten} in all.")
    return DONE


def _wanted(file: LedgerFile, images: list[ImageRef]) -> Mapping[ImageRef, History]:
    """The tags of the ledger, without pins; of a reference without tag, every tag of its image."""
    among = {image.repository for image in images} if images else None
    return {
        found: history
        for found, history in _sorted(file.histories(among)).items()
        if not found.digest and (not images or any(_covers(image, found) for image in images))
    }


def _covers(image: ImageRef, found: ImageRef) -> bool:
    return image.repository == found.repository and image.tag in (None, found.tag)


def _sorted(known: Mapping[ImageRef, History]) -> dict[ImageRef, History]:
    return dict(sorted(known.items(), key=lambda entry: str(entry[0])))


def _parsed(text: str) -> ImageRef:
    try:
        return ImageRef.parse(text)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _days(text: str) -> dt.timedelta:
    found = _DAYS.fullmatch(text)
    if not found:
        raise ConfigError(f"--older-than {text!r}: write a number of days, as in 400d")
    return dt.timedelta(days=int(found[1]))


def _shown(image: ImageRef, history: History) -> None:
    out(paint(clean(str(image)), "bold"))
    for sighting in history.sightings:
        out(f"  {_time(sighting.first)} to {_time(sighting.last)}  {_digest(sighting)}")


def _time(when: dt.datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M}"


def _digest(sighting: Sighting) -> str:
    return f"{clean(sighting.digest[:19])}…"
