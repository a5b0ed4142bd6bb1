"""Cases with evidence that was read from inside the images."""

import asyncio
import datetime as dt

from bot import flow
from bot.diff import broken, compared, difference
from bot.formats import asked
from bot.model import Policy, SourceFile
from bot.ports import Desk
from bot.rules import load
from bot.tags import TagBook
from tests.altered import replace
from tests.fakes.shelf import digest_of, tree_of

TAGS = TagBook(load())
OLD = digest_of("old")


def case_of(tmp_path, files, shelf, **fields):
    """The one case of some files, its evidence with more fields."""
    desk = Desk(TAGS, shelf.open, lambda _tree: Policy(today=dt.date(2026, 11, 22)))
    survey = flow.survey(tree_of(tmp_path / "repo", files), desk)
    (case,) = asyncio.run(flow.argued([survey], desk))[1]
    return replace(case, evidence=tuple(replace(e, **fields) for e in case.evidence))


def inside(old, new, scanned=None, *, files=None, of=None):
    """What the readers and scanners make of two images, as evidence has it."""
    asks = [ask for path, text in (files or {}).items() for ask in asked(SourceFile(path, text))]
    return {
        "difference": difference(old, new, of),
        "vulnerabilities": compared(scanned or {}, old, new),
        "broken": broken(asks, old, new),
    }
