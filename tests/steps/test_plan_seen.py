"""What was seen of tags, and for how long, in the plan and in what reviewers read."""

import asyncio
import datetime as dt
from collections import Counter

import pytest

from bot import flow
from bot.cli.check import plan_shown
from bot.errors import RegistryError
from bot.image import Repository
from bot.ledger import LedgerFile
from bot.model import LifeCycle, Policy, PolicyRule, TagList
from bot.ports import Desk
from bot.rules import load
from bot.steps.propose import propose
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, digest_of, tree_of

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
        return [propose(case).body for case in asyncio.run(flow.argued([survey], self.desk()))[1]]


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
    (body,) = look.bodies(0, f"FROM node:20.11.0@{digest_of('once')}\n")
    assert "| Seen by this bot | not known | since 2026-11-01 |" in body


def test_without_a_ledger_the_body_has_no_such_row(tmp_path):
    shelf = Shelf({"node": ["latest"]})
    desk = Desk(TAGS, shelf.open, lambda _: Policy())
    survey = flow.survey(tree_of(tmp_path, {"Dockerfile": "FROM node\n"}), desk)
    ((case,),) = asyncio.run(flow.argued([survey], desk))[1:]
    assert "Seen by this bot" not in propose(case).body


def test_only_tags_of_interest_are_remembered(days):
    look = days({"node": [f"20.{n}.0" for n in range(500)]})
    look.check(0, "FROM node:20.11.0\n")
    known = [str(image) for image in look.ledger.histories()]
    assert known == ["docker.io/library/node:20.11.0", "docker.io/library/node:20.499.0"]


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
    assert "digest" not in [what for what, _ in look.shelf.asked]


def test_what_could_not_be_looked_up_is_not_remembered(days):
    look = days({"node": ["latest"]})
    assert look.check(0, "FROM node:gone\n").outcome == "failed"
    assert not look.ledger.path.exists()


# ---------------------------------------------------------------- what is too young

THREE = Policy(min_age=dt.timedelta(days=3))


class Aged(Shelf):
    """A registry that keeps every image that a tag pointed at, but for those that are `gone`."""

    def __init__(self, images, pushed=None):
        super().__init__(images)
        self.pushed = {tag: START + dt.timedelta(days=day) for tag, day in (pushed or {}).items()}
        self.gone = set()

    async def tags(self, image):
        listing = await super().tags(image)
        return TagList(listing.tags, pushed=self.pushed)

    async def digest(self, image):
        if image.tag:
            return await super().digest(image)
        self.asked.append(("digest", str(image)))
        if image.digest in self.gone:
            raise RegistryError(f"{image}: there is no such image (404)")
        return image.digest


@pytest.fixture
def aging(tmp_path):
    return lambda images, policy=THREE, **more: Days(tmp_path, Aged(images, **more), policy)


def test_a_tag_waits_until_it_has_been_seen_for_so_long(aging):
    look = aging({"node": ["20.11.0", "20.18.1"]})
    text = f"FROM node:20.11.0@{look.shelf.digest_at('node:20.11.0')}\n"
    first = look.check(0, text)
    assert (first.outcome, first.reason, first.until) == ("held", "age", "2026-11-04")
    assert first.because == (
        "20.18.1 is newer. It is known since 2026-11-01 and held until 2026-11-04,"
        " when it is 3 days old."
    )
    assert look.check(2.9, text) == first
    assert look.check(3, text).offer.new.tag == "20.18.1"


def test_while_the_newest_is_too_young_the_newest_that_is_old_enough_is_offered(aging):
    look = aging({"node": ["20.11.0", "20.18.1"]})
    look.check(0, "FROM node:20.11.0\n")
    look.shelf.images[Repository("docker.io", "library/node")].append("20.18.2")
    verdict = look.check(4, "FROM node:20.11.0\n")
    assert (verdict.outcome, verdict.offer.new.tag) == ("update", "20.18.1")
    assert verdict.because.endswith(
        "20.18.2 is newer. It is known since 2026-11-05 and held until 2026-11-08,"
        " when it is 3 days old."
    )
    assert look.check(7, "FROM node:20.11.0\n").offer.new.tag == "20.18.2"


def test_a_push_date_counts_though_the_bot_saw_nothing_before(aging):
    look = aging({"node": ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]}, pushed={"1.1.0": -9, "1.2.0": -3, "1.3.0": -1})  # fmt: skip
    verdict = look.check(0, "FROM node:1.0.0\n")
    assert verdict.offer.new.tag == "1.2.0"
    assert "1.3.0 is newer. It is known since 2026-10-31" in verdict.because
    assert [image for what, image in look.shelf.asked if what != "tags"] == [
        "node:1.0.0",
        "node:1.2.0",
    ]


def test_a_pin_does_not_wait_as_builds_pull_that_image_already(aging):
    look = aging({"node": ["latest"]})
    verdict = look.check(0, "FROM node\n")
    assert (verdict.outcome, verdict.offer.new.digest) == ("pin", look.shelf.digest_at("node"))


def test_a_digest_waits_until_it_has_been_seen_for_so_long(aging):
    look = aging({"node": ["latest"]})
    text = f"FROM node:latest@{look.shelf.digest_at('node:latest')}\n"
    assert look.check(0, text).outcome == "current"
    look.shelf.move("node:latest")
    verdict = look.check(1, text)
    assert (verdict.outcome, verdict.until, verdict.offer) == ("held", "2026-11-05", None)
    assert verdict.because.startswith(
        "What latest points at now is known since 2026-11-02 and held until 2026-11-05,"
        " when it is 3 days old."
    )
    assert look.check(4, text).offer.new.digest == look.shelf.digest_at("node:latest")


def test_a_tag_rebuilt_more_often_than_that_still_moves(aging):
    look = aging({"node": ["latest"]})
    pinned = look.shelf.digest_at("node:latest")
    taken = []
    for day in range(1, 15):
        look.shelf.move("node:latest", f"build {day}")
        verdict = look.check(day, f"FROM node:latest@{pinned}\n")
        if verdict.offer:
            pinned = verdict.offer.new.digest
            taken.append(day)
            assert "is the newest that the tag latest pointed at" in verdict.because
    assert taken == list(range(4, 15))
    assert pinned == digest_of("docker.io/library/node:latest", "build 11")


def test_a_pin_that_nobody_saw_the_tag_at_never_goes_back(aging):
    look = aging({"node": ["latest"]})
    known = look.shelf.digest_at("node:latest")
    look.check(0, f"FROM node:latest@{known}\n")
    look.shelf.move("node:latest", "between two looks, and pinned by a person")
    pinned = look.shelf.digest_at("node:latest")
    for day in range(5, 8):
        look.shelf.move("node:latest", f"build {day}")
        verdict = look.check(day, f"FROM node:latest@{pinned}\n")
        assert verdict.outcome == "held", day
    look.shelf.move("node:latest", "build 8")
    offered = look.check(8, f"FROM node:latest@{pinned}\n").offer.new.digest
    assert offered == digest_of("docker.io/library/node:latest", "build 5")


def test_an_older_image_that_is_gone_is_not_offered(aging):
    look = aging({"node": ["latest"]})
    pinned = look.shelf.digest_at("node:latest")
    for day in range(5):
        look.shelf.move("node:latest", f"build {day}")
        look.shelf.gone.add(look.shelf.digest_at("node:latest"))
        verdict = look.check(day, f"FROM node:latest@{pinned}\n")
        assert (verdict.outcome, verdict.reason) == ("held", "age")


def test_a_new_tag_that_was_rebuilt_just_now_is_taken_as_it_was(aging):
    look = aging({"node": ["20.11.0", "20.18.1"]})
    look.check(0, "FROM node:20.11.0\n")
    before = look.shelf.digest_at("node:20.18.1")
    look.shelf.move("node:20.18.1")
    verdict = look.check(3, "FROM node:20.11.0\n")
    assert str(verdict.offer.new) == f"node:20.18.1@{before}"


def test_a_major_waits_too(aging):
    look = aging({"node": ["20.11.0", "22.1.0", "22.2.0"]})
    assert look.bodies(0, f"FROM node:20.11.0@{look.shelf.digest_at('node:20.11.0')}\n") == []
    (body,) = look.bodies(3, f"FROM node:20.11.0@{look.shelf.digest_at('node:20.11.0')}\n")
    assert "`node:22.2.0`" in body
    look.shelf.move("node:22.2.0")
    (again,) = look.bodies(4, f"FROM node:20.11.0@{look.shelf.digest_at('node:20.11.0')}\n")
    assert digest_of("docker.io/library/node:22.2.0", "")[:19] in again


def test_a_major_that_waits_is_told_with_its_day(aging, capsys):
    look = aging({"node": ["20.11.0", "22.1.0", "22.2.0"]})
    text = f"FROM node:20.11.0@{look.shelf.digest_at('node:20.11.0')}\n"
    (before,) = look.check(0, text).apart  # what is proposed apart is no concern of `check`
    assert (before.held, before.until) == (True, None)
    assert before.because.endswith("It is to be 3 days old, and nothing tells how old it is.")
    survey = flow.survey(look.tree(text), look.desk())
    ((plan,), cases) = asyncio.run(flow.argued([survey], look.desk()))
    ((offer,),) = [verdict.apart for verdict in plan.verdicts]
    assert (offer.new.tag, offer.edits, cases) == ("22.2.0", (), ())
    assert (offer.held, offer.until) == (True, "2026-11-04")
    plan_shown(plan, lambda _image: LifeCycle())
    shown = capsys.readouterr().out
    assert "            held     node:22.2.0  (major)\n" in shown
    assert "Proposed apart" not in shown
    assert offer.because == (
        "22.2.0 is a major move, to be proposed on its own. It is known since 2026-11-01 and held"
        " until 2026-11-04, when it is 3 days old."
    )


def test_a_major_that_was_rebuilt_and_is_gone_as_it_was_waits_on(aging):
    look = aging({"node": ["20.11.0", "22.1.0"]})
    text = f"FROM node:20.11.0@{look.shelf.digest_at('node:20.11.0')}\n"
    look.bodies(0, text)
    look.shelf.gone.add(look.shelf.digest_at("node:22.1.0"))
    look.shelf.move("node:22.1.0")
    survey = flow.survey(look.tree(text), look.desk())
    look.day = 3
    ((plan,), cases) = asyncio.run(flow.argued([survey], look.desk()))
    ((offer,),) = [verdict.apart for verdict in plan.verdicts]
    assert (offer.edits, cases) == ((), ())
    assert offer.until == "2026-11-07"
    assert offer.because.endswith(
        "What 22.1.0 points at now is known since 2026-11-04 and held until 2026-11-07,"
        " when it is 3 days old."
    )


def test_hours_are_hours(aging):
    look = aging({"node": ["1.0.0", "1.1.0"]}, Policy(min_age=dt.timedelta(hours=1)))
    text = f"FROM node:1.0.0@{look.shelf.digest_at('node:1.0.0')}\n"
    assert look.check(0, text).because.endswith("when it is 1 hour old.")
    assert look.check(1 / 24, text).offer.new.tag == "1.1.0"


def test_a_rule_may_let_some_images_not_wait(aging):
    free = PolicyRule(images=("docker.io/library/*",), min_age=dt.timedelta(0))
    rules = Policy(min_age=dt.timedelta(days=3), rules=(free,))
    look = aging({"node": ["1.0.0", "1.1.0"]}, rules)
    assert look.check(0, "FROM node:1.0.0\n").offer.new.tag == "1.1.0"


def test_without_a_ledger_and_a_push_date_nothing_tells_an_age(tmp_path):
    shelf = Aged({"node": ["20.11.0", "20.18.1", "latest"]})
    desk = Desk(TAGS, shelf.open, lambda _: THREE, clock=lambda: START)
    old = digest_of("old")
    text = f"FROM node:20.11.0@{old}\nFROM node:latest@{old}\n"
    verdicts = flow.check(tree_of(tmp_path, {"Dockerfile": text}), desk).verdicts
    assert [(v.outcome, v.until) for v in verdicts] == [("held", None)] * 2
    assert all("nothing tells how old it is." in v.because for v in verdicts)


def test_what_the_clock_of_another_day_wrote_does_not_make_anything_old(aging):
    look = aging({"node": ["1.0.0", "1.1.0"]})
    look.check(900, "FROM node:1.0.0\n")
    assert look.check(0, "FROM node:1.0.0\n").offer.kind == "pin"


def test_without_a_min_age_nothing_more_is_asked(tmp_path):
    images = {"node": ["20.11.0", "20.18.1", "22.1.0", "latest"]}
    asked = []
    for policy in (Policy(), THREE):
        look = Days(tmp_path, Aged(images), policy)
        text = f"FROM node:20.11.0\nFROM node:latest@{digest_of('old')}\n"
        for day in (0, 1):
            look.day = day
            flow.check(look.tree(text), look.desk())
            look.shelf.move("node:latest")
        asked.append([what for what, _ in look.shelf.asked])
    # What waits is asked about, and only what is on offer is looked at: two images of two moves.
    # On the second day one of these is another one; of the rest, two by tag, it suffices to ask.
    assert [sorted(Counter(what).items()) for what in asked] == [
        [("digest", 1 + 3), ("outline", 4 + 1), ("tags", 2)],
        [("digest", 2 * 3), ("tags", 2)],
    ]
