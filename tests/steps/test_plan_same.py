"""A newer name of the image that is there already is no move."""

import datetime as dt

import pytest

from bot import flow
from bot.model import Policy
from bot.ports import Desk
from bot.rules import load
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, tree_of

TAGS = TagBook(load())
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def planned(tmp_path):
    def plan(shelf, text, policy=None):
        for name in ("node:1.0", "node:1.1", "node:2.0", "other:1.0", "other:1.1"):
            text = text.replace(f"<{name}>", shelf.digest_at(name))
        tree = tree_of(tmp_path, {"Dockerfile": text})
        desk = Desk(TAGS, shelf.open, lambda _: policy or Policy(today=TODAY))
        return flow.check(tree, desk).verdicts

    return plan


def shelf(*alike):
    made = Shelf({"node": ["1.0", "1.1"], "other": ["1.0", "1.1"]})
    made.alike(*alike)
    return made


def outcomes(verdicts):
    return [(v.outcome, v.offer and v.offer.new.tag) for v in verdicts]


def test_a_newer_tag_of_the_pinned_image_is_not_proposed(planned):
    (verdict,) = planned(shelf("node:1.1", "node:1.0"), "FROM node:1.0@<node:1.0>\n")
    assert outcomes([verdict]) == [("current", None)]
    assert verdict.because.startswith("1.1 is newer by name and the same image as 1.0: sha256:")


def test_a_newer_tag_of_another_image_is_proposed(planned):
    assert outcomes(planned(shelf(), "FROM node:1.0@<node:1.0>\n")) == [("update", "1.1")]


def test_a_pin_of_another_digest_moves_though_the_tags_are_one_today(planned):
    text = f"FROM node:1.0@sha256:{'0' * 64}\n"
    assert outcomes(planned(shelf("node:1.1", "node:1.0"), text)) == [("update", "1.1")]


def test_an_image_that_is_not_pinned_moves_and_is_pinned(planned):
    verdicts = planned(shelf("node:1.1", "node:1.0"), "FROM node:1.0\n")
    assert outcomes(verdicts) == [("update", "1.1")]
    assert verdicts[0].offer.new.digest


def test_a_name_moves_along_with_another_that_shares_its_variable(planned):
    text = "ARG V=1.0\nFROM node:${V}@<node:1.0>\nFROM other:${V}@<other:1.0>\n"
    verdicts = planned(shelf("node:1.1", "node:1.0"), text)
    assert outcomes(verdicts) == [("update", "1.1"), ("update", "1.1")]


def test_names_that_share_a_variable_all_stay_where_no_image_moves(planned):
    text = "ARG V=1.0\nFROM node:${V}@<node:1.0>\nFROM node:${V}@<node:1.0> AS b\n"
    verdicts = planned(shelf("node:1.1", "node:1.0"), text)
    assert outcomes(verdicts) == [("current", None)] * 2


def test_a_major_of_the_same_image_is_not_proposed_apart(planned):
    made = Shelf({"node": ["1.0", "2.0"]})
    made.alike("node:2.0", "node:1.0")
    made.tells("node")
    (verdict,) = planned(made, "FROM node:1.0@<node:1.0>\n")
    assert (verdict.outcome, verdict.apart) == ("current", ())
    made.alias.clear()
    (verdict,) = planned(made, "FROM node:1.0@<node:1.0>\n")
    assert [offer.kind for offer in verdict.apart] == ["major"]


def test_no_digest_is_asked_for_to_compare(planned):
    made = shelf("node:1.1", "node:1.0")
    planned(made, "FROM node:1.0@<node:1.0>\n")
    assert made.asked == [("tags", "docker.io/library/node"), ("outline", "node:1.1")]
