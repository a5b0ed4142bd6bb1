"""`basewatch classify`: what each tag is, what it follows, and why; without network."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from bot import wiring
from bot.cli import DONE, payload
from bot.cli.explaining import Classified, Reading, explained
from bot.cli.text import clean, note, out, paint
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.tags import SeenTags
from bot.wording.lifecycle import until
from bot.wording.replaced import moved


def classify(arguments: argparse.Namespace) -> int:
    """Say what each tag is."""
    rows = list(_classified(arguments))
    if arguments.json:
        out(payload.printed(payload.classify(rows)))
        return DONE
    for row in rows:
        _print(row)
        if row.reading:
            _explain(row, row.reading)
    return DONE


def _classified(arguments: argparse.Namespace) -> Iterator[Classified]:
    images = [_parsed(text) for text in arguments.references]
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
        )


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


def _explain(row: Classified, reading: Reading) -> None:
    out(f"  read as   {' '.join(f'{text} ({role})' for role, text in reading.parts) or 'no tag'}")
    if reading.line:
        out(f"  line      {reading.line}")
    if reading.claim:
        out(f"  said by   {clean(reading.file)}, claim {reading.number}: {clean(reading.claim)}")
    for page in row.notes:
        out(f"  notes     {page}")
