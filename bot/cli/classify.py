"""`basewatch classify`: what each tag is, what it follows, and why; network where asked for."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot import wiring
from bot.cli import DONE, FAILED, payload
from bot.cli.explaining import Classified, Reading, explained
from bot.cli.text import clean, note, out, paint
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.tags import SeenTags
from bot.wording.lifecycle import until
from bot.wording.replaced import moved

if TYPE_CHECKING:
    from bot.flow import Standing


def classify(arguments: argparse.Namespace) -> int:
    """Say what each tag is; with `--online` also how it stands, and 2 where that is not known."""
    rows = list(_classified(arguments))
    if arguments.json:
        out(payload.printed(payload.classify(rows)))
    for row in rows if not arguments.json else ():
        _print(row)
        if row.standing:
            _stands(row.image, row.standing)
        if row.reading:
            _explain(row, row.reading)
    return _code(rows)


def _code(rows: Sequence[Classified]) -> int:
    failed = {str(row.image): row.standing.failure for row in rows if row.standing}
    told = [why if image in why else f"{image}: {why}" for image, why in failed.items() if why]
    for line in told:
        note(f"basewatch: {line}")
    return FAILED if told else DONE


def _classified(arguments: argparse.Namespace) -> Iterator[Classified]:
    images = [_parsed(text) for text in arguments.references]
    standing = _standing(images, arguments.config) if arguments.online else {}
    known = wiring.known(arguments.config, note)
    ledger = wiring.ledger(arguments.config, note)
    book, life = known.tags, wiring.life(known.life_cycles)
    tags = SeenTags(book, ledger.histories({image.repository for image in images}))
    for image in images:
        yield Classified(
            image,
            tags.facts(image),
            life(image),
            book.notes_pages(image),
            book.replacement(image),
            explained(image, book) if arguments.explain else None,
            standing.get(str(image)),
        )


def _standing(images: Sequence[ImageRef], config: str | None) -> dict[str, Standing]:
    """How each reference stands, by its spelling; what tags point at goes into the ledger."""
    from bot import flow
    from bot.cli.text import Progress

    progress = Progress()
    try:
        found = flow.standings(images, wiring.desk(config, progress, note))
    finally:
        progress.clear()
    return {str(image): standing for image, standing in zip(images, found, strict=True)}


def _parsed(text: str) -> ImageRef:
    try:
        return ImageRef.parse(text)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _print(row: Classified) -> None:
    tag, life = row.facts, row.life
    follows = f", follows {tag.follows}" if tag.follows else ""
    out(f"{paint(str(row.image), 'bold')}: {tag.mutability}{follows}")
    out(f"  {tag.because} (rule: {clean(tag.rule)})")
    for cycle in life.cycles:
        out(f"  {paint(until(cycle, life.day), 'held' if cycle in life.worries else 'dim')}")
    if row.replacement:
        out(f"  {paint(clean(moved(row.replacement)), 'held')}")
    for warning in tag.warnings:
        out(f"  {paint('warning:', 'held')} {warning}")


def _stands(image: ImageRef, standing: Standing) -> None:
    from bot.cli.standing import lines

    for line in lines(image, standing):
        out(f"  {line}")


def _explain(row: Classified, reading: Reading) -> None:
    out(f"  read as   {' '.join(f'{text} ({role})' for role, text in reading.parts) or 'no tag'}")
    if reading.line:
        out(f"  line      {reading.line}")
    if reading.claim:
        out(f"  said by   {clean(reading.file)}, claim {reading.number}: {clean(reading.claim)}")
    for page in row.notes:
        out(f"  notes     {page}")
