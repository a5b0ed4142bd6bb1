"""A move to an image that lacks platforms, and one to the same images in a new index."""

import asyncio
import datetime as dt

import pytest

from bot import flow
from bot.image import ImageRef
from bot.ledger import LedgerFile
from bot.model import Lookups, Outline, Policy, PolicyRule, Scope
from bot.policy import Ruling
from bot.ports import Desk
from bot.rules import load
from bot.steps.gather import branches_in_doubt
from bot.steps.plan.platforms import missing
from bot.steps.propose import propose
from bot.tags import TagBook
from tests.altered import replace
from tests.fakes.shelf import Shelf, digest_of, tree_of

START = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
TAGS = TagBook(load())
WARN, WAIT, HOLD = (Policy(platforms=kind) for kind in ("warn", "wait", "hold"))
ALL = ("linux/amd64", "linux/arm64", "linux/s390x")
TWO = ALL[:2]
GONE = "is not published for linux/s390x, as the present image is."
EACH = Scope(each=True)


class Days:
    """A Dockerfile looked at on several days by one bot; `lacks` are tags without s390x."""

    def __init__(self, root, tags=("1.0", "1.1"), lacks=(), policy=WAIT):
        self.root, self.policy, self.day = root, policy, 0
        self.shelf = Shelf({"node": list(tags)})
        self.shelf.platforms = {tag: TWO if tag in lacks else ALL for tag in tags}
        self.ledger = LedgerFile(root / "ledger.sqlite")

    def desk(self):
        return Desk(
            TAGS,
            self.shelf.open,
            lambda _tree: self.policy,
            ledger=self.ledger,
            clock=lambda: START + dt.timedelta(days=self.day),
        )

    def tree(self, text):
        return tree_of(self.root / "repo", {"Dockerfile": text})

    def complete(self, tag):
        """A set to which the rest was added: its index is another one."""
        self.shelf.platforms[tag] = ALL
        self.shelf.move(f"node:{tag}", "complete")

    def check(self, text=None, day=0, scope=EACH):
        self.day, self.shelf.asked = day, []
        text = text or f"FROM node:1.0@{self.shelf.digest_at('node:1.0')}\n"
        return flow.check(self.tree(text), self.desk(), scope).verdicts

    def one(self, text=None, day=0, scope=EACH):
        (verdict,) = self.check(text, day, scope)
        return verdict

    def proposals(self, text="FROM node:1.0\n"):
        survey = flow.survey(self.tree(text), self.desk())
        plans, cases = asyncio.run(flow.argued([survey], self.desk()))
        return plans[0], [propose(case) for case in cases]

    def publish(self, *tags, platforms=ALL):
        self.shelf.images[ImageRef.parse("node").repository] += tags
        self.shelf.platforms |= dict.fromkeys(tags, platforms)

    def looked_at(self):
        asked = [image for what, image in self.shelf.asked if what == "outline"]
        return sorted(image.partition("@")[0] for image in asked)


@pytest.fixture
def days(tmp_path):
    return lambda *args, **more: Days(tmp_path, *args, **more)


# ---------------------------------------------------------------- a newer tag


def test_a_tag_with_every_platform_is_offered_without_a_word(days):
    verdict = days().one()
    assert (verdict.outcome, verdict.offer.new.tag, verdict.offer.warnings) == ("update", "1.1", ())
    assert "platform" not in verdict.because


def test_by_warn_a_lack_is_offered_with_the_warning(days):
    verdict = days(lacks={"1.1"}, policy=WARN).one()
    assert (verdict.outcome, verdict.offer.new.tag) == ("update", "1.1")
    assert verdict.offer.warnings == (f"1.1 {GONE}",)
    assert verdict.because.endswith(f"(minor). 1.1 {GONE}")


def test_by_hold_a_lack_is_held_until_it_is_no_more(days):
    look = days(lacks={"1.1"}, policy=HOLD)
    verdict = look.one()
    assert (verdict.outcome, verdict.reason, verdict.until) == ("held", "platforms", None)
    assert (verdict.offer, verdict.because) == (None, f"1.1 {GONE} It is held until it is.")
    assert look.one(day=30).outcome == "held"
    look.complete("1.1")
    assert look.one(day=31).outcome == "update"


def test_by_wait_what_is_newly_published_is_waited_for_three_days(days):
    look = days(tags=["1.0"])
    assert look.one().outcome == "current"
    look.publish("1.1", platforms=TWO)
    verdict = look.one(day=1)
    assert (verdict.outcome, verdict.reason, verdict.until) == ("held", "platforms", "2026-11-05")
    assert verdict.because == (
        f"1.1 {GONE} That is waited for until 2026-11-05, then it is offered as it is."
    )
    assert look.one(day=3).outcome == "held"
    verdict = look.one(day=4)
    assert (verdict.outcome, verdict.offer.warnings) == ("update", (f"1.1 {GONE}",))


def test_by_wait_a_set_that_is_completed_is_offered_at_once(days):
    look = days(tags=["1.0"])
    look.one()
    look.publish("1.1", platforms=TWO)
    assert look.one(day=1).outcome == "held"
    look.complete("1.1")
    verdict = look.one(day=2)
    assert (verdict.outcome, verdict.offer.warnings) == ("update", ())


def test_what_was_there_when_the_bot_first_looked_may_be_of_any_age_and_is_offered(days):
    look = days(lacks={"1.1"})
    for day in (0, 1):
        verdict = look.one(day=day)
        assert (verdict.outcome, verdict.offer.warnings) == ("update", (f"1.1 {GONE}",))


def test_without_a_ledger_nothing_is_waited_for(tmp_path):
    shelf = Shelf({"node": ["1.0", "1.1"]}, platforms={"1.0": ALL})
    desk = Desk(TAGS, shelf.open, lambda _: WAIT, clock=lambda: START)
    tree = tree_of(tmp_path, {"Dockerfile": "FROM node:1.0\n"})
    (verdict,) = flow.check(tree, desk).verdicts
    assert (verdict.outcome, verdict.offer.warnings) == ("update", (f"1.1 {GONE}",))


@pytest.mark.parametrize(("pushed", "outcome"), [(-1, "held"), (-3, "update")])
def test_a_push_date_is_a_clock_too(days, monkeypatch, pushed, outcome):
    look = days(lacks={"1.1"})
    plain = look.shelf.tags

    async def dated(image):
        return replace(await plain(image), pushed={"1.1": START + dt.timedelta(days=pushed)})

    monkeypatch.setattr(look.shelf, "tags", dated)
    assert look.one().outcome == outcome


def test_what_is_not_pinned_is_pinned_as_it_is_meanwhile(days):
    verdict = days(lacks={"1.1"}, policy=HOLD).one("FROM node:1.0\n")
    assert (verdict.outcome, verdict.offer.new.tag) == ("pin", "1.0")
    assert verdict.because.endswith(f"1.1 {GONE} It is held until it is.")


# ---------------------------------------------------------------- an older tag instead


@pytest.mark.parametrize("policy", [HOLD, WAIT])
def test_the_newest_tag_that_has_them_all_is_offered_instead(days, policy):
    look = days(tags=["1.0"], policy=policy)
    look.one()
    look.publish("1.1")
    look.publish("1.2", "1.3", platforms=TWO)
    verdict = look.one(day=1)
    assert (verdict.outcome, verdict.offer.new.tag, verdict.offer.warnings) == ("update", "1.1", ())
    assert f"1.3 {GONE}" in verdict.because
    assert verdict.offer.new.digest == look.shelf.digest_at("node:1.1")


def test_no_more_than_four_tags_are_looked_at(days):
    tags = [f"1.{n}" for n in range(10)]
    look = days(tags=tags, lacks=set(tags[2:]), policy=HOLD)
    verdict = look.one()
    assert (verdict.outcome, verdict.reason) == ("held", "platforms")
    assert verdict.because == f"1.9 {GONE} It is held until it is."
    assert look.looked_at() == ["node:1.0", "node:1.6", "node:1.7", "node:1.8", "node:1.9"]


def test_uses_that_share_a_variable_go_to_a_tag_that_both_may_be_on(days):
    look = days(tags=["1.0", "1.1", "1.2"], lacks={"1.2"}, policy=HOLD)
    text = "ARG V=1.0\nFROM node:${V}\nFROM node:${V} AS b\n"
    assert {v.offer.new.tag for v in look.check(text)} == {"1.1"}


# ---------------------------------------------------------------- moves apart


def test_a_major_that_lacks_one_is_proposed_apart_with_the_warning(days):
    look = days(tags=["1.0", "2.0"], lacks={"2.0"}, policy=WARN)
    _, (_, major) = look.proposals()
    assert "is gone" in major.body


def test_a_major_that_is_held_has_no_proposal_and_keeps_the_branch_it_may_have(days):
    look = days(tags=["1.0", "2.0"], lacks={"2.0"}, policy=HOLD)
    plan, proposals = look.proposals()
    assert [p.title for p in proposals] == ["Pin node 1.0 to a digest"]
    (offer,) = plan.verdicts[0].apart
    assert (offer.kind, offer.edits) == ("major", ())
    assert offer.because == (
        f"2.0 is a major move, to be proposed on its own. 2.0 {GONE} It is held until it is."
    )
    assert any(branch.endswith("-major") for branch in branches_in_doubt(plan))


def test_a_refresh_apart_that_lacks_one_has_no_proposal(days):
    policy = Policy(platforms="hold", apart=frozenset({"digest"}), allow=frozenset())
    look = days(tags=["latest"], policy=policy)
    old = digest_of("once")
    look.shelf.platforms_at = {old: ALL, look.shelf.digest_at("node:latest"): TWO}
    verdict = look.one(f"FROM node:latest@{old}\n")
    (offer,) = verdict.apart
    assert (verdict.outcome, verdict.reason, offer.edits) == ("held", "platforms", ())
    assert verdict.because == f"What latest points at now {GONE} It is held until it is."
    assert offer.because.endswith(f"What latest points at now {GONE} It is held until it is.")


def test_an_older_major_that_has_them_is_proposed_instead(days):
    look = days(tags=["1.0", "2.0", "2.1"], lacks={"2.1"}, policy=HOLD)
    plan, _ = look.proposals()
    (offer,) = plan.verdicts[0].apart
    assert (offer.new.tag, bool(offer.edits)) == ("2.0", True)


# ---------------------------------------------------------------- which platforms count


def test_only_required_platforms_count_and_the_present_image_is_not_asked_about(days):
    policy = Policy(platforms="hold", required_platforms=TWO)
    look = days(lacks={"1.1"}, policy=policy)
    assert look.one().outcome == "update"
    assert look.looked_at() == ["node:1.1"]


def test_a_required_platform_must_be_there_though_the_present_image_lacks_it(days):
    look = days(policy=Policy(platforms="hold", required_platforms=("linux/riscv64",)))
    verdict = look.one()
    assert verdict.because == (
        "1.1 is not published for linux/riscv64, which is required. It is held until it is."
    )
    look.policy = replace(look.policy, platforms="warn")
    _, (proposal,) = look.proposals()
    assert "> ⚠️ **1.1 is not published for linux/riscv64, which is required.**" in proposal.body


def test_a_rule_may_say_it_for_some_images(days):
    rule = PolicyRule(images=("node",), platforms="hold")
    look = days(lacks={"1.1"}, policy=replace(WARN, rules=(rule,)))
    assert look.one().outcome == "held"


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        ("linux/amd64 linux/arm64", "linux/amd64", "linux/arm64"),
        ("linux/amd64", "linux/amd64 linux/arm64", ""),
        ("linux/arm/v7", "linux/arm/v6", ""),
        ("linux/arm/v6", "linux/arm/v7", "linux/arm/v6"),
        ("linux/arm", "linux/arm/v7", ""),
        ("linux/arm/v6", "linux/arm", "linux/arm/v6"),
        ("linux/amd64/v3", "linux/amd64", ""),
        ("linux/amd64", "linux/amd64/v3", "linux/amd64"),
        ("linux/amd64", "", "linux/amd64"),
        ("", "linux/amd64", ""),
        ("windows/amd64", "linux/amd64", "windows/amd64"),
    ],
)
def test_an_image_runs_where_one_for_a_lesser_machine_does(before, after, gone):
    index = "application/vnd.oci.image.index.v1+json"
    old, new = ImageRef.parse("node:1.0"), ImageRef.parse("node:1.1")
    outlines = {
        image: Outline(digest_of(str(image)), index, tuple(said.split()))
        for image, said in ((old, before), (new, after))
    }
    ruled = Ruling(False, None, frozenset(), frozenset(), "digest")
    assert missing(old, new, ruled, Lookups(outlines=outlines)) == tuple(gone.split())


def test_many_platforms_are_named_and_the_rest_counted(days):
    look = days(lacks={"1.1"}, policy=WARN)
    look.shelf.platforms["1.0"] = (*TWO, *(f"linux/arch{n}" for n in range(8)))
    assert "linux/arch4, linux/arch5 and 2 more, as the present image is." in look.one().because


# ---------------------------------------------------------------- a refreshed digest


def pinned(look, tag="1.0"):
    return f"FROM node:{tag}@{look.shelf.digest_at(f'node:{tag}')}\n"


def test_a_refreshed_digest_that_lacks_one_waits_and_is_then_offered(days):
    look = days(tags=["latest"])
    text = pinned(look, "latest")
    assert look.one(text).outcome == "current"
    old = look.shelf.digest_at("node:latest")
    look.shelf.move("node:latest")
    look.shelf.platforms_at = {old: ALL, look.shelf.digest_at("node:latest"): TWO}
    verdict = look.one(text, day=1)
    assert (verdict.outcome, verdict.reason, verdict.until) == ("held", "platforms", "2026-11-05")
    assert verdict.because == (
        f"What latest points at now {GONE}"
        " That is waited for until 2026-11-05, then it is offered as it is."
    )
    verdict = look.one(text, day=4)
    assert (verdict.outcome, verdict.offer.warnings) == (
        "update",
        (f"What latest points at now {GONE}",),
    )


def churned(look, tag="latest"):
    """A pin of a tag whose index is another one by now, of the same images."""
    old = look.shelf.digest_at(f"node:{tag}")
    text = pinned(look, tag)
    look.shelf.move(f"node:{tag}")
    new = look.shelf.digest_at(f"node:{tag}")
    look.shelf.children = dict.fromkeys((old, new), (("linux/amd64", digest_of("image")),))
    return text


def test_a_new_index_of_the_same_images_is_not_proposed(days):
    look = days(tags=["latest"])
    verdict = look.one(churned(look))
    assert (verdict.outcome, verdict.offer, verdict.reason) == ("current", None, "index")
    assert verdict.because == (
        "Only the index changed: the tag points at another one, and each platform's image is"
        " the same."
    )


def test_a_new_index_of_the_same_images_is_proposed_where_that_is_wanted(days):
    look = days(tags=["latest"], policy=Policy(index_refreshes=True))
    assert look.one(churned(look)).outcome == "update"


def test_a_new_index_is_no_move_apart_either(days):
    look = days(tags=["latest"], policy=Policy(apart=frozenset({"digest"}), allow=frozenset()))
    verdict = look.one(churned(look))
    assert (verdict.outcome, verdict.apart, verdict.reason) == ("current", (), "index")
    look.shelf.children = {}
    verdict = look.one(f"FROM node:latest@{digest_of('once')}\n")
    assert (verdict.outcome, verdict.reason, len(verdict.apart)) == ("held", "apart", 1)


def test_one_image_that_changed_is_a_move(days):
    look = days(tags=["latest"])
    text = churned(look)
    look.shelf.children[look.shelf.digest_at("node:latest")] = (("linux/amd64", digest_of("b")),)
    assert look.one(text).outcome == "update"


def test_a_pin_of_one_platforms_image_is_moved_to_the_index(days):
    look = days(tags=["latest"])
    child = digest_of(look.shelf.digest_at("node:latest"), "linux/arm64")
    look.shelf.singles, look.shelf.platforms_at = {child}, {child: ("linux/arm64",)}
    verdict = look.one(f"FROM node:latest@{child}\n")
    assert (verdict.outcome, verdict.offer.kind) == ("update", "digest")
    assert verdict.offer.new.digest == look.shelf.digest_at("node:latest")
    assert verdict.because == (
        "The present digest is that of latest for linux/arm64 alone; the new one is that of its"
        " index, which has it for 3 platforms."
    )


def test_a_pin_of_an_older_image_of_one_platform_is_said_to_be_one(days):
    look = days(policy=HOLD)
    child = digest_of("a build of last year")
    look.shelf.singles, look.shelf.platforms_at = {child}, {child: ("linux/arm64",)}
    verdict = look.one(f"FROM node:1.0@{child}\n")
    assert (verdict.outcome, verdict.offer.new.tag) == ("update", "1.1")
    assert verdict.because.endswith(
        "The present digest is for linux/arm64 alone, the new one that of an index."
    )


# ---------------------------------------------------------------- what cannot be looked at


@pytest.mark.parametrize(
    ("policy", "outcome"), [(WARN, "update"), (WAIT, "update"), (HOLD, "held")]
)
def test_an_image_that_cannot_be_looked_at_is_no_reason_to_fail(days, policy, outcome):
    look = days(policy=policy)
    look.shelf.unreadable = {"node:1.1", look.shelf.digest_at("node:1.1")}
    verdict = look.one(scope=Scope())
    assert verdict.outcome == outcome
    assert "Which platforms 1.1 has could not be looked at" in verdict.because
    assert "the registry is out of order (500)." in verdict.because


def test_but_a_digest_that_nobody_has_seen_the_bytes_of_is_not_written(days):
    look = days(policy=WARN)
    look.shelf.unreadable = {"node:1.1", look.shelf.digest_at("node:1.1")}
    verdict = look.one()
    assert (verdict.outcome, verdict.offer) == ("failed", None)
    assert verdict.because.endswith("the registry is out of order (500).")


def test_a_present_image_that_is_gone_holds_nothing_up(days):
    look = days(policy=HOLD)
    look.shelf.unreadable = {digest_of("gone")}
    verdict = look.one(f"FROM node:1.0@{digest_of('gone')}\n")
    assert verdict.outcome == "update"
    assert "Which platforms the present image has could not be looked at: " in verdict.because


# ---------------------------------------------------------------- what is asked


def test_nothing_is_looked_at_where_nothing_is_on_offer(days):
    look = days(tags=["1.0"])
    look.check("FROM node:1.0\n" + pinned(look))
    assert look.shelf.asked == [("tags", "docker.io/library/node"), ("digest", "node:1.0")]


def test_who_only_reads_looks_at_the_oldest_of_those_who_would_move_to_one_image(days):
    look = days(tags=["1.0", "1.1", "1.2", "1.3"])
    text = "FROM node:1.2\nFROM node:1.0\nFROM node:1.1\n"
    assert {v.offer.new.tag for v in look.check(text, scope=Scope())} == {"1.3"}
    assert look.looked_at() == ["node:1.0", "node:1.3"]
    look.check(text)  # by whoever writes, who looks at each; two of them are known by now
    assert look.looked_at() == ["node:1.1", "node:1.2"]


def test_and_at_the_others_where_that_lost_a_platform(days):
    look = days(tags=["1.0", "1.1", "1.2", "1.3"], lacks={"1.2", "1.3"})
    text = "FROM node:1.2\nFROM node:1.0\nFROM node:1.1\n"
    verdicts = look.check(text, scope=Scope())
    assert look.looked_at() == ["node:1.0", "node:1.1", "node:1.2", "node:1.3"]
    assert [bool(v.offer.warnings) for v in verdicts] == [False, True, True]


def test_a_run_plans_with_one_look_at_each_image(days):
    look = days(lacks={"1.1"})
    plan, _ = look.proposals("FROM node:1.0\nFROM node:1.0 AS again\n")
    assert {v.offer.warnings for v in plan.verdicts} == {(f"1.1 {GONE}",)}
    assert sorted(look.shelf.asked[1:3]) == [("outline", "node:1.0"), ("outline", "node:1.1")]


def test_the_proposal_names_the_lost_platform_once_among_its_warnings(days):
    _, (proposal,) = days(lacks={"1.1"}).proposals()
    warnings = [line for line in proposal.body.splitlines() if line.startswith("> ⚠️")]
    assert len(warnings) == 1
    assert "`linux/s390x` is gone" in warnings[0]
