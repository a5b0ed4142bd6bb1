"""What was seen of tags, and for how long, in the plan and in what reviewers read."""

import asyncio
import datetime as dt

import pytest

from bot import flow
from bot.ledger import LedgerFile
from bot.model import Policy
from bot.ports import Desk
from bot.rules import load
from bot.steps.propose import propose
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, tree_of

START = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
TAGS = TagBook(load())
ETCD = "bitnami/etcd:3.5.17-debian-12-r8"


class Days:
    """A repository of one Dockerfile, looked at on several days by one bot."""

    def __init__(self, root, shelf, policy=None):
        self.root, self.shelf = root, shelf
        self.policy = policy or Policy()
        self.ledger = LedgerFile(root / "ledger.sqlite")
        self.day = 0.0

    def desk(self):
        now = START + dt.timedelta(days=self.day)
        return Desk(TAGS, self.shelf.open, lambda _: self.policy, ledger=self.ledger, clock=lambda: now)  # fmt: skip

    def tree(self, text):
        return tree_of(self.root / "repo", {"Dockerfile": text})

    def check(self, day, text):
        self.day = day
        (verdict,) = flow.check(self.tree(text), self.desk()).verdicts
        return verdict

    def bodies(self, day, text):
        self.day = day
        survey = flow.survey(self.tree(text), self.desk())
        return [propose(case).body for case in asyncio.run(flow._argued([survey], self.desk()))[1]]


@pytest.fixture
def days(tmp_path):
    return lambda images, policy=None: Days(tmp_path, Shelf(images), policy)


# ---------------------------------------------------------------- moves that were seen


def test_a_tag_that_was_seen_to_move_is_rolling_whatever_a_rule_says(days):
    look = days({"example/app": ["1.2.3"]})
    assert look.check(0, "FROM example/app:1.2.3\n").facts.mutability == "unknown"
    look.shelf.move("example/app:1.2.3")
    facts = look.check(3, "FROM example/app:1.2.3\n").facts
    assert (facts.mutability, facts.rule) == ("rolling", "ledger")
    assert facts.because == "This bot has seen it move once, on 2026-11-04."
    assert facts.follows == "rebuilds of 1.2.3"
    assert facts.warnings == ()


def test_what_a_rolling_tag_follows_is_kept(days):
    look = days({"node": ["latest"]})
    before = look.check(0, "FROM node\n").facts
    look.shelf.move("node:latest")
    after = look.check(1, "FROM node\n").facts
    assert after.follows == before.follows
    assert after.rule == "ledger"


def test_an_immutable_tag_that_moved_is_a_loud_warning(days):
    look = days({"bitnami/etcd": [ETCD.partition(":")[2]]})
    text = f"FROM {ETCD}@{look.shelf.digest_at(ETCD)}\n"
    assert "should never move" not in look.check(0, text).because
    look.shelf.move(ETCD)
    words = (
        "3.5.17-debian-12-r8 should never move, and this bot has seen it move once, on 2026-11-03."
    )
    assert look.check(2, text).because.endswith(words)
    (body,) = look.bodies(3, text)
    warnings = [line for line in body.splitlines() if line.startswith("> ⚠️")]
    assert warnings[0] == f"> ⚠️ **{words}**"


def test_a_tag_that_returns_to_an_earlier_digest_is_a_rollback(days):
    look = days({"node": ["latest"]})
    look.check(0, "FROM node\n")
    look.shelf.move("node:latest")
    there = look.shelf.digest_at("node:latest")
    look.check(2, "FROM node\n")
    look.shelf.moved.clear()
    words = "latest points again at the digest it had until 2026-11-01: its publisher took the newer one back."
    verdict = look.check(4, f"FROM node:latest@{there}\n")
    assert (verdict.outcome, verdict.offer.kind) == ("update", "digest")
    assert verdict.because.endswith(words)
    (body,) = look.bodies(5, f"FROM node:latest@{there}\n")
    assert f"> ⚠️ **{words}**" in body


def test_the_body_says_since_when_the_bot_knows_both(days):
    look = days({"node": ["latest"]})
    text = f"FROM node:latest@{look.shelf.digest_at('node:latest')}\n"
    for day in (0, 1, 2.5):
        look.check(day, text)
    look.shelf.move("node:latest")
    (first,) = look.bodies(4, text)
    assert "| Seen by this bot | 2026-11-01 to 2026-11-03 (2 days) | since 2026-11-05 |" in first
    (later,) = look.bodies(9, text)
    assert later == first


def test_what_was_never_seen_is_not_known(days):
    look = days({"node": ["20.11.0", "20.18.1"]})
    (body,) = look.bodies(0, "FROM node:20.11.0\n")
    assert "| Seen by this bot | not known | since 2026-11-01 |" in body


def test_without_a_ledger_the_body_has_no_such_row(tmp_path):
    shelf = Shelf({"node": ["latest"]})
    desk = Desk(TAGS, shelf.open, lambda _: Policy())
    survey = flow.survey(tree_of(tmp_path, {"Dockerfile": "FROM node\n"}), desk)
    ((case,),) = asyncio.run(flow._argued([survey], desk))[1:]
    assert "Seen by this bot" not in propose(case).body


def test_only_tags_of_interest_are_remembered(days):
    look = days({"node": [f"20.{n}.0" for n in range(500)]})
    look.check(0, "FROM node:20.11.0\n")
    assert [str(image) for image in look.ledger.histories()] == ["docker.io/library/node:20.499.0"]


def test_what_a_listing_told_of_the_present_tag_is_remembered_too(days, monkeypatch):
    look = days({"node": ["20.11.0", "20.18.1", "20.18.0"]})
    plain = look.shelf.tags

    async def with_digests(image):
        listing = await plain(image)
        digests = {tag: look.shelf.digest_at(f"node:{tag}") for tag in listing.tags}
        return type(listing)(listing.tags, digests)

    monkeypatch.setattr(look.shelf, "tags", with_digests)
    look.check(0, "FROM node:20.11.0\n")
    assert sorted(image.tag for image in look.ledger.histories()) == ["20.11.0", "20.18.1"]
    assert [what for what, _ in look.shelf.asked] == ["tags"]


def test_what_could_not_be_looked_up_is_not_remembered(days):
    look = days({"node": ["latest"]})
    assert look.check(0, "FROM node:gone\n").outcome == "failed"
    assert not look.ledger.path.exists()
