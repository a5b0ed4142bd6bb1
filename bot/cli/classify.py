"""`basewatch classify`: what each tag is, what it follows, and why; without network."""

from __future__ import annotations

import argparse
from itertools import zip_longest

from bot import wiring
from bot.cli import DONE, payload
from bot.cli.explaining import Reading, explained
from bot.cli.text import note, out, paint
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.model import LifeCycle, TagFacts
from bot.tags import SeenTags
from bot.wording.lifecycle import until


def classify(arguments: argparse.Namespace) -> int:
    """Say what each tag is."""
    images = [_parsed(text) for text in arguments.references]
    ledger = wiring.ledger(arguments.config, note)
    known = wiring.known(arguments.config)
    book = known.tags
    tags = SeenTags(book, ledger.histories({image.repository for image in images}))
    life = wiring.life(known.life_cycles)
    facts = [(image, tags.facts(image)) for image in images]
    readings = [explained(image, book) for image in images] if arguments.explain else []
    if arguments.json:
        out(payload.printed(payload.classify(facts, life, readings)))
        return DONE
    for (image, tag), reading in zip_longest(facts, readings):
        _print(str(image), tag, life(image))
        if reading:
            _explain(reading)
    return DONE


def _parsed(text: str) -> ImageRef:
    try:
        return ImageRef.parse(text)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _print(reference: str, tag: TagFacts, life: LifeCycle) -> None:
    follows = f", follows {tag.follows}" if tag.follows else ""
    out(f"{paint(reference, 'bold')}: {tag.mutability}{follows}")
    out(f"  {tag.because} (rule: {tag.rule})")
    for cycle in life.cycles:
        out(f"  {paint(until(cycle, life.day), 'held' if cycle in life.worries else 'dim')}")
    for warning in tag.warnings:
        out(f"  {paint('warning:', 'held')} {warning}")


def _explain(reading: Reading) -> None:
    out(f"  read as   {' '.join(f'{text} ({role})' for role, text in reading.parts) or 'no tag'}")
    if reading.line:
        out(f"  line      {reading.line}")
    if reading.claim:
        out(f"  said by   {reading.file}, claim {reading.number}: {reading.claim}")
