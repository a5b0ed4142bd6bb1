"""`basewatch lifecycle`: show until when releases are supported, and learn it anew."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot import endoflife, wiring
from bot.cli import DONE, FAILED, payload
from bot.cli.text import clean, note, out, paint
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.lifecycle import LifeCycles, Product
from bot.lifecycle.answers import Rows, merged
from bot.model import LifeCycle
from bot.rules.data import known_products, refreshed
from bot.wording.lifecycle import until


def refresh(arguments: argparse.Namespace) -> int:
    """Ask endoflife.date about every product; what it does not tell stays as it was."""
    file = wiring.ledger_file(arguments.config).dates
    wanted = [product.key for product in known_products().products]
    answers = endoflife.asked(wanted, arguments.api, dt.datetime.now(dt.UTC).date())
    if answers.rows:
        kept = _kept(file)
        learned = {key: merged(kept.get(key, {}), rows) for key, rows in answers.rows.items()}
        endoflife.keep(file, {**kept, **learned}, arguments.api)
    for product, why in answers.failures.items():
        note(f"basewatch: {product} stays as it was: {why}")
    releases = sum(map(len, answers.rows.values()))
    if arguments.json:
        out(payload.printed(_told(file, answers, releases)))
    else:
        out(f"{len(answers.rows)} of {len(wanted)} products, {releases} releases. ({_named(file)})")
    return DONE if answers.rows else FAILED


def _kept(file: Path) -> Mapping[str, Rows]:
    """What was learned before; a file that is of no use is written anew."""
    try:
        return refreshed(file)
    except ConfigError as error:
        note(f"basewatch: {error}")
        return {}


def _told(file: Path, answers: endoflife.Answers, releases: int) -> payload.Document:
    return {
        "schema": "basewatch.lifecycle/1",
        "path": _named(file),
        "refreshed": {"products": sorted(answers.rows), "releases": releases},
        "failures": [{"product": key, "reason": why} for key, why in answers.failures.items()],
    }


def _named(file: Path) -> str:
    return clean(str(file))


def show(arguments: argparse.Namespace) -> int:
    """Show the releases of products, or what is in images; of all products their newest."""
    known = wiring.known(arguments.config, note).life_cycles
    assert isinstance(known, LifeCycles)  # it is the bundled one, with what was learned since
    products = known.products
    today = dt.datetime.now(dt.UTC).date()
    named = [_product(name, products) or _image(name) for name in arguments.names]
    chosen = [each for each in named if isinstance(each, Product)]
    life = wiring.life(known)
    images = {str(each): life(each) for each in named if isinstance(each, ImageRef)}
    if arguments.json:
        shown = chosen if named else products
        out(payload.printed(_document(shown, images, today)))
        return DONE
    if not named:
        _overview(products)
    for product in chosen:
        _heading(product.name)
        _cycles(LifeCycle(tuple(product.cycles.values()), today))
    for image, found in images.items():
        _heading(image)
        _cycles(found)
    return DONE


def _product(name: str, products: Iterable[Product]) -> Product | None:
    """The product of a name, as endoflife.date, people or tags have it; `node:20` is an image."""
    wanted = name.lower()
    return next((p for p in products if wanted in {p.key, p.name.lower(), *p.words}), None)


def _image(text: str) -> ImageRef:
    try:
        return ImageRef.parse(text)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _heading(text: str) -> None:
    out(paint(clean(text), "bold"))


def _cycles(life: LifeCycle) -> None:
    for cycle in life.cycles:
        line = f"{until(cycle, life.day)}, as of {cycle.as_of}"
        out(f"  {paint(line, 'held' if cycle in life.worries else 'dim')}")
    if not life.cycles:
        out("  its name says no release that is known; newer ones are learned by `refresh`")


def _overview(products: Iterable[Product]) -> None:
    for product in products:
        days = sorted({str(cycle.as_of) for cycle in product.cycles.values()})
        newest = next(iter(product.cycles.values())).subject
        known = days[-1] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        out(f"{paint(f'{product.key:20}', 'bold')} up to {newest}, as of {known}")


def _document(
    products: Iterable[Product], images: Mapping[str, LifeCycle], today: dt.date
) -> payload.Document:
    return {
        "schema": "basewatch.lifecycle/1",
        "products": [
            {
                "product": product.key,
                "name": product.name,
                "kind": product.kind,
                "releases": list(_releases(LifeCycle(tuple(product.cycles.values()), today))),
            }
            for product in products
        ],
        "images": [
            {"reference": image, "life_cycle": list(_releases(life))}
            for image, life in images.items()
        ],
    }


def _releases(life: LifeCycle) -> Iterator[payload.Document]:
    for cycle in life.cycles:
        yield payload.cycle(cycle, life.day)
