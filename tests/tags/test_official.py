"""The figures of docs/tags.md, measured anew where the data is at hand."""

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from bot.image import ImageRef
from bot.rules import load
from bot.tags import TagBook

NAME = "official-tags.json.gz"
BESIDE = Path(__file__).parents[3] / "shared" / "data"
DATA = Path(os.environ.get("BASEWATCH_DATA", BESIDE)) / NAME
STAMP = re.compile(r"(?<!\d)20\d\d(0[1-9]|1[0-2])[0-3]\d(?!\d)")

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"{NAME} is not at hand (BASEWATCH_DATA)")


@pytest.fixture(scope="module")
def tags():
    """Each tag: whether it was seen to move, whether it bears a date, what we call it."""
    book = TagBook(load())
    images = json.loads(gzip.decompress(DATA.read_bytes()))["images"]
    return [
        (seen["builds"] > 1, bool(STAMP.search(tag)), book.facts(ImageRef(image, tag)).mutability)
        for image, listed in images.items()
        for tag, seen in listed.items()
    ]


def test_of_tags_that_moved_hardly_any_is_called_immutable(tags):
    moved = [called for moves, _dated, called in tags if moves]
    assert len(moved) > 10_000
    assert moved.count("immutable") / len(moved) < 0.016


def test_only_dated_tags_are_called_immutable(tags):
    assert all(dated for _moves, dated, called in tags if called == "immutable")


def test_of_dated_tags_that_stayed_nearly_all_are_called_immutable(tags):
    stayed = [called for moves, dated, called in tags if dated and not moves]
    assert stayed.count("immutable") / len(stayed) > 0.97


def test_hardly_any_tag_is_left_unclassified(tags):
    assert sum(called == "unknown" for _moves, _dated, called in tags) / len(tags) < 0.02
