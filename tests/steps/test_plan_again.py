"""What a second run asks of what the first one has seen: only what can have changed."""

import datetime as dt

import pytest

from bot import flow
from bot.ledger import Forgiving, LedgerFile
from bot.model import Policy
from bot.ports import Desk
from bot.rules import load
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, digest_of, tree_of

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
TAGS = TagBook(load())
OLD = digest_of("an older node")
FILES = {"Dockerfile": f"FROM node:20.1.0@{OLD}\nFROM python:3.12.1\n"}


@pytest.fixture
def again(tmp_path):
    """Checks the same tree, with a ledger that outlives each check; what was asked, and found."""
    tree = tree_of(tmp_path / "tree", FILES)

    def check(shelf):
        shelf.asked.clear()
        ledger = Forgiving(LedgerFile(tmp_path / "ledger.sqlite"), pytest.fail)
        desk = Desk(TAGS, shelf.open, lambda _tree: Policy(), ledger=ledger, clock=lambda: NOW)
        found = flow.check(tree, desk)
        return [*shelf.asked], [(v.outcome, v.because, v.offer) for v in found.verdicts]

    return check


def shelves():
    return Shelf({"node": ["20.1.0"], "python": ["3.12.1", "3.12.2"]})


def what(asked):
    return {kind for kind, _ in asked}


def test_no_document_is_asked_for_that_is_known_by_its_digest(again):
    shelf = shelves()
    first, found = again(shelf)
    second, same = again(shelf)
    assert found == same
    assert what(first) == {"tags", "digest", "outline"}
    assert what(second) == {"tags", "digest"}
    assert len(second) < len(first)
    assert ("outline", f"node:20.1.0@{OLD}") in first
    assert not any(OLD in image for _, image in second)


def test_what_points_elsewhere_by_now_is_looked_at(again):
    shelf = shelves()
    _, before = again(shelf)
    shelf.move("python:3.12.2")
    asked, after = again(shelf)
    moved = shelf.digest_at("python:3.12.2")
    assert ("digest", "python:3.12.2") in asked
    assert ("outline", "python:3.12.2") in asked
    assert before != after
    assert after[1][2].new.digest == moved
