"""Lay the rules out for use: what somebody says of their own images, then the bundled ones."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from bot.ports import Known
from bot.rules.compiled import compiled
from bot.rules.data import folder, life_cycles
from bot.tags import TagBook
from bot.tags.rules import Rule


@lru_cache(maxsize=64)  # a thousand repositories may say the same, or each another thing
def known(said: tuple[Rule, ...] = (), fresh: Path | None = None) -> Known[TagBook]:
    """
    What is known of images where these rules hold, the first before the next, all before ours.

    `fresh` is a file of what was learned of life cycles since. Raises `ConfigError` where our own
    are missing.
    """
    rules = (*said, *_bundled())
    life = life_cycles(rules=rules, fresh=fresh)
    book = TagBook(rules, life.is_lts, life.systems, life.later_names, life.has_lts)
    return Known(book, life)


@cache
def _bundled() -> tuple[Rule, ...]:
    ready = compiled(folder())
    if ready:
        return ready[0]
    from bot.rules.reading import load

    return load()
