"""What a repository builds on what moves, and so rebuilds in the same pull request."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Case
from bot.wording.counting import count, listed
from bot.wording.fitting import Section
from bot.wording.markdown import code, folded, table

_FIRST = 6


def rebuild_sections(case: Case) -> Iterator[Section]:
    """Every image with its new version, parents before children; nothing where there is none."""
    if not case.rebuilt:
        return
    title = f"Rebuilt, in this order ({count(len(case.rebuilt), 'image')})"
    rows = [[code(each.name), code(each.old), code(each.new)] for each in case.rebuilt]
    first = listed([code(f"{each.name} {each.new}") for each in case.rebuilt], _FIRST)
    shorter = f"{count(len(case.rebuilt), 'image')} are rebuilt: {first}."
    yield Section(folded(title, table(["image", "from", "to"], rows)), "files", (shorter,))
