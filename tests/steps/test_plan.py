import asyncio
import datetime as dt

import pytest

from bot import flow
from bot.image import ImageRef
from bot.model import KINDS, Policy, PolicyRule, Versions
from bot.ports import Desk
from bot.rules import load
from bot.tags import TagBook
from tests.altered import replace
from tests.fakes.shelf import Shelf, digest_of, tree_of

TODAY = dt.date(2026, 11, 22)
NODE = ["20", "20-alpine", "20.11.0-alpine", "20.18.1-alpine", "20.18.2-alpine-rc1", "22-alpine",
        "22.11.0-alpine", "20.11.0-slim", "20.18.0-slim", "20.18.1-slim", "latest", "alpine"]  # fmt: skip
TAGS = TagBook(load())


def desk(shelf, policy=None):
    return Desk(TAGS, shelf.open, lambda _tree: policy or Policy(today=TODAY))


def planned(tmp_path, text, shelf, policy=None, name="Dockerfile"):
    return flow.check(tree_of(tmp_path, {name: text}), desk(shelf, policy))


def only(plan):
    (verdict,) = plan.verdicts
    return verdict


def new(verdict):
    return str(verdict.offer.new) if verdict.offer else None


def test_an_unpinned_newest_tag_is_pinned(tmp_path):
    shelf = Shelf({"node": NODE})
    verdict = only(planned(tmp_path, "FROM node:20.18.1-alpine\n", shelf))
    assert (verdict.outcome, verdict.offer.kind) == ("pin", "pin")
    assert new(verdict) == f"node:20.18.1-alpine@{shelf.digest_at('node:20.18.1-alpine')}"


def test_a_bump_within_the_line_brings_the_digest_along(tmp_path):
    shelf = Shelf({"node": NODE})
    verdict = only(planned(tmp_path, "FROM node:20.11.0-alpine\n", shelf))
    assert (verdict.outcome, verdict.offer.kind) == ("update", "minor")
    assert new(verdict) == f"node:20.18.1-alpine@{shelf.digest_at('node:20.18.1-alpine')}"


def test_a_major_is_offered_apart(tmp_path):
    verdict = only(planned(tmp_path, "FROM node:20.11.0-alpine\n", Shelf({"node": NODE})))
    assert [(str(o.new), o.kind) for o in verdict.apart] == [("node:22.11.0-alpine", "major")]


def test_a_major_that_is_allowed_is_taken(tmp_path):
    policy = Policy(allow=frozenset({"major", "minor", "patch", "pin"}), today=TODAY)
    verdict = only(planned(tmp_path, "FROM node:20.11.0-alpine\n", Shelf({"node": NODE}), policy))
    assert verdict.offer.new.tag == "22.11.0-alpine"
    assert not verdict.apart


def test_a_moved_tag_refreshes_its_digest(tmp_path):
    shelf = Shelf({"node": NODE})
    old = shelf.digest_at("node:latest")
    shelf.move("node:latest")
    verdict = only(planned(tmp_path, f"FROM node:latest@{old}\n", shelf))
    assert (verdict.outcome, verdict.offer.kind) == ("update", "digest")
    assert new(verdict) == f"node:latest@{shelf.digest_at('node:latest')}"


def test_what_is_where_it_should_be_is_current(tmp_path):
    shelf = Shelf({"node": NODE})
    text = f"FROM node:latest@{shelf.digest_at('node:latest')}\n"
    verdict = only(planned(tmp_path, text, shelf))
    assert (verdict.outcome, verdict.offer) == ("current", None)


def test_an_untagged_image_is_pinned_with_its_tag(tmp_path):
    shelf = Shelf({"node": NODE})
    verdict = only(planned(tmp_path, "FROM node\n", shelf))
    assert new(verdict) == f"node:latest@{shelf.digest_at('node')}"
    assert verdict.outcome == "pin"


def test_a_prerelease_is_never_offered_to_a_release(tmp_path):
    shelf = Shelf({"node": ["20.11.0", "20.12.0-rc1", "21.0.0-beta2"]})
    verdict = only(planned(tmp_path, "FROM node:20.11.0\n", shelf))
    assert (verdict.outcome, verdict.offer.kind, verdict.apart) == ("pin", "pin", ())


def test_a_registry_that_fails_is_never_up_to_date(tmp_path):
    shelf = Shelf({"node": NODE, "python": ["3.12"]}, broken=["node"])
    plan = planned(
        tmp_path, "FROM node:20.11.0-alpine\nFROM node:latest\nFROM python:3.12\n", shelf
    )
    assert [v.outcome for v in plan.verdicts] == ["failed", "failed", "pin"]
    assert all("500" in v.because for v in plan.verdicts[:2])


@pytest.mark.parametrize("tag", ["20.11.0-alpine", "20.18.1-alpine"])
def test_a_list_of_tags_that_was_cut_is_not_taken_for_whole(tmp_path, tag):
    class Cut(Shelf):
        async def tags(self, image):
            return replace(await super().tags(image), complete=False)

    shelf = Cut({"node": NODE})
    text = f"FROM node:{tag}@{shelf.digest_at(f'node:{tag}')}\n"
    verdict = only(planned(tmp_path, text, shelf))
    assert verdict.because.endswith("so there may be a newer one.")


def test_a_tag_that_is_gone_fails_and_says_so(tmp_path):
    verdict = only(planned(tmp_path, "FROM node:gone\n", Shelf({"node": NODE})))
    assert verdict.outcome == "failed"
    assert "no such tag" in verdict.because


def test_each_image_is_asked_about_once(tmp_path):
    shelf = Shelf({"node": NODE})
    text = (
        "FROM node:20.11.0-alpine\nFROM docker.io/library/node:20.11.0-alpine\nFROM node:latest\n"
    )
    planned(tmp_path, text, shelf)
    assert sorted(shelf.asked) == [
        ("digest", "node:latest"),
        ("outline", "node:20.11.0-alpine"), ("outline", "node:20.18.1-alpine"),
        ("tags", "docker.io/library/node"),
    ]  # fmt: skip


def test_only_the_spelling_of_each_place_is_written(tmp_path):
    shelf = Shelf({"node": NODE})
    text = "FROM node:20.11.0-alpine\nFROM docker.io/library/node:20.11.0-alpine\n"
    names = [v.offer.new.name for v in planned(tmp_path, text, shelf).verdicts]
    assert names == ["node", "docker.io/library/node"]


# ---------------------------------------------------------------- references in pieces

PIECES = [
    (
        "ARG NODE_VERSION=20.11.0\nFROM node:${NODE_VERSION}-alpine\n",
        "ARG NODE_VERSION=20.18.1\nFROM node:${NODE_VERSION}-alpine@{20.18.1-alpine}\n",
    ),
    (
        "ARG TAG=20.11.0-alpine\nFROM node:${TAG}\n",
        "ARG TAG=20.18.1-alpine@{20.18.1-alpine}\nFROM node:${TAG}\n",
    ),
    (
        "ARG TAG=20.11.0-alpine\nFROM node:${TAG}\nARG TAG\nLABEL v=$TAG\n",
        "ARG TAG=20.18.1-alpine\nFROM node:${TAG}@{20.18.1-alpine}\nARG TAG\nLABEL v=$TAG\n",
    ),
    (
        'ARG BASE="node:20.11.0-alpine"\nFROM $BASE AS a\nFROM $BASE AS b\n',
        'ARG BASE="node:20.18.1-alpine@{20.18.1-alpine}"\nFROM $BASE AS a\nFROM $BASE AS b\n',
    ),
    (
        "ARG MAJOR=20\nARG MINOR=11\nFROM node:${MAJOR}.${MINOR}.0-alpine\n",
        "ARG MAJOR=20\nARG MINOR=18\nFROM node:${MAJOR}.${MINOR}.1-alpine@{20.18.1-alpine}\n",
    ),
    (
        "FROM node:${V:-20.11.0-alpine}\n",
        "FROM node:${V:-20.18.1-alpine@{20.18.1-alpine}}\n",
    ),
    (
        "ARG V=20.11.0\nARG T=${V}-alpine\nFROM node:$T\n",
        "ARG V=20.18.1\nARG T=${V}-alpine@{20.18.1-alpine}\nFROM node:$T\n",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), PIECES)
def test_a_reference_in_pieces_is_written_back_in_its_pieces(tmp_path, text, wanted):
    shelf = Shelf({"node": NODE})
    tree = tree_of(tmp_path, {"Dockerfile": text})
    plan = flow.check(tree, desk(shelf))
    written, failures = flow.fix(plan, tree.write)
    assert (written, failures) == (("Dockerfile",), ())
    wanted = wanted.replace("{20.18.1-alpine}", shelf.digest_at("node:20.18.1-alpine"))
    assert (tmp_path / "Dockerfile").read_text() == wanted
    again = flow.check(tree, desk(shelf))
    assert {v.outcome for v in again.verdicts} == {"current"}


def test_uses_that_share_a_variable_move_to_a_version_that_all_of_them_have(tmp_path):
    shelf = Shelf({"node": ["1.0-a", "1.1-a", "1.2-a", "1.0-b", "1.1-b"]})
    text = "ARG V=1.0\nFROM node:${V}-a\nFROM node:${V}-b\n"
    plan = planned(tmp_path, text, shelf)
    assert [v.offer.new.tag for v in plan.verdicts] == ["1.1-a", "1.1-b"]


def test_uses_that_share_a_variable_stay_on_their_version_where_no_newer_suits_all(tmp_path):
    shelf = Shelf({"node": ["1.0-a", "1.2-a", "1.0-b", "1.1-b"]})
    text = "ARG V=1.0\nFROM node:${V}-a\nFROM node:${V}-b\n"
    plan = planned(tmp_path, text, shelf)
    assert [v.offer.new.tag for v in plan.verdicts] == ["1.0-a", "1.0-b"]
    assert "V is shared with line 3, which would become node:1.2-b" in plan.verdicts[0].because


def test_a_use_that_may_not_move_keeps_those_that_share_its_variable_where_they_are(tmp_path):
    shelf = Shelf({"node": ["1.0", "1.1"], "other": ["1.0", "1.1"]})
    text = "ARG V=1.0\nFROM node:${V}\n# basewatch: ignore\nFROM other:${V}\n"
    plan = planned(tmp_path, text, shelf)
    assert [v.outcome for v in plan.verdicts] == ["pin", "skipped"]
    assert new(plan.verdicts[0]).startswith("node:1.0@")


def test_a_variable_shared_with_a_broken_registry_stays_for_the_others(tmp_path):
    shelf = Shelf({"node": ["1.0", "1.1"], "other": ["1.0"]}, broken=["other"])
    plan = planned(tmp_path, "ARG V=1.0\nFROM node:${V}\nFROM other:${V}\n", shelf)
    assert [v.outcome for v in plan.verdicts] == ["pin", "failed"]
    assert new(plan.verdicts[0]).startswith("node:1.0@")


def test_a_reference_that_cannot_take_a_digest_is_still_bumped_by_tag(tmp_path):
    shelf = Shelf({"node": NODE})
    text = "ARG BASE=node:20.11.0-alpine\nFROM $BASE\nARG BASE\nLABEL base=$BASE\n"
    verdict = only(planned(tmp_path, text, shelf))
    assert new(verdict) == "node:20.18.1-alpine"
    assert "It gets no digest" in verdict.because


# ---------------------------------------------------------------- policy, comments, labels


def test_a_comment_ignores_holds_and_allows(tmp_path):
    shelf = Shelf({"node": ["20.11.0", "20.11.1", "20.18.0"]})
    text = (
        "# basewatch: ignore\nFROM node:20.11.0 AS a\n"
        "# basewatch: hold until 2027-01-31\nFROM node:20.11.0 AS b\n"
        "# basewatch: hold until 2026-11-21\nFROM node:20.11.0 AS c\n"
        "# basewatch: allow patch\nFROM node:20.11.0 AS d\n"
    )
    plan = planned(tmp_path, text, shelf)
    assert [v.outcome for v in plan.verdicts] == ["skipped", "held", "update", "update"]
    assert plan.verdicts[1].until == "2027-01-31"
    assert [v.offer.new.tag for v in plan.verdicts[2:]] == ["20.18.0", "20.11.1"]


def test_a_comment_about_versions_leaves_the_digest_to_be_kept_true(tmp_path):
    shelf = Shelf({"node": ["20.11.0", "20.18.0"]})
    verdict = only(planned(tmp_path, "# basewatch: allow patch\nFROM node:20.11.0\n", shelf))
    assert (verdict.outcome, verdict.offer.new.tag) == ("pin", "20.11.0")


def test_a_comment_that_cannot_be_read_moves_nothing_and_says_why(tmp_path):
    text = "# basewatch: hold until spring\nFROM node:20.11.0\n"
    verdict = only(planned(tmp_path, text, Shelf({"node": NODE})))
    assert verdict.outcome == "skipped"
    assert "is taken as `ignore`, because" in verdict.because


def test_nothing_is_asked_about_what_is_held_or_ignored(tmp_path):
    shelf = Shelf({"node": NODE})
    planned(tmp_path, "# basewatch: ignore\nFROM node:20.11.0-alpine\n", shelf)
    assert shelf.asked == []


def test_a_move_that_no_policy_allows_is_held(tmp_path):
    policy = Policy(allow=frozenset({"pin", "patch"}), apart=frozenset(), today=TODAY)
    shelf = Shelf({"node": NODE})
    text = f"FROM node:20.11.0-alpine@{shelf.digest_at('node:20.11.0-alpine')}\n"
    verdict = only(planned(tmp_path, text, shelf, policy))
    assert (verdict.outcome, verdict.reason) == ("held", "policy")
    assert "20.18.1-alpine is newer" in verdict.because or "22.11.0-alpine" in verdict.because


def test_a_digest_refresh_that_is_not_allowed_is_held(tmp_path):
    policy = Policy(allow=frozenset({"patch"}), today=TODAY)
    shelf = Shelf({"node": ["latest"]})
    verdict = only(planned(tmp_path, f"FROM node:latest@{digest_of('old')}\n", shelf, policy))
    assert (verdict.outcome, verdict.reason) == ("held", "policy")


def test_where_pinning_is_off_tags_move_and_present_digests_are_kept_true(tmp_path):
    policy = Policy(pin="off", today=TODAY)
    shelf = Shelf({"node": ["1.0", "1.1", "latest"]})
    old = digest_of("old")
    text = f"FROM node:1.0\nFROM node:latest\nFROM node:1.0@{old}\n"
    plan = planned(tmp_path, text, shelf, policy)
    assert [new(v) for v in plan.verdicts] == [
        "node:1.1", None, f"node:1.1@{shelf.digest_at('node:1.1')}",
    ]  # fmt: skip
    assert plan.verdicts[1].outcome == "current"


def test_a_rule_ignores_files_and_images(tmp_path):
    rules = (PolicyRule(images=("docker.io/library/node",), ignore=True),)
    shelf = Shelf({"node": NODE, "python": ["3.12"]})
    policy = Policy(rules=rules, today=TODAY)
    plan = planned(tmp_path, "FROM node:20\nFROM python:3.12\n", shelf, policy)
    assert [v.outcome for v in plan.verdicts] == ["skipped", "pin"]


def test_a_digest_alone_says_nothing_of_what_it_follows(tmp_path):
    verdict = only(planned(tmp_path, f"FROM node@{digest_of('x')}\n", Shelf({"node": NODE})))
    assert (verdict.outcome, verdict.reason) == ("skipped", "digest-only")


def test_a_label_is_kept_in_step_with_its_from(tmp_path):
    shelf = Shelf({"node": NODE})
    text = (
        "FROM node:20.11.0-alpine\n"
        'LABEL org.opencontainers.image.base.name="docker.io/library/node:20.11.0-alpine" \\\n'
        f"      org.opencontainers.image.base.digest={digest_of('old')}\n"
    )
    tree = tree_of(tmp_path, {"Dockerfile": text})
    flow.fix(flow.check(tree, desk(shelf)), tree.write)
    digest = shelf.digest_at("node:20.18.1-alpine")
    assert (tmp_path / "Dockerfile").read_text() == (
        f"FROM node:20.18.1-alpine@{digest}\n"
        'LABEL org.opencontainers.image.base.name="docker.io/library/node:20.18.1-alpine" \\\n'
        f"      org.opencontainers.image.base.digest={digest}\n"
    )
    assert {v.outcome for v in flow.check(tree, desk(shelf)).verdicts} == {"current"}


def test_a_label_of_another_image_is_left_alone(tmp_path):
    shelf = Shelf({"node": NODE})
    text = "FROM node:20.18.1-alpine\nLABEL org.opencontainers.image.base.name=debian:12\n"
    plan = planned(tmp_path, text, shelf)
    assert [v.outcome for v in plan.verdicts] == ["pin"]
    assert "it names debian:12, but its stage is built on node" in plan.findings.skips[0].detail


def test_a_label_follows_a_from_that_failed(tmp_path):
    text = "FROM node:1.0\nLABEL org.opencontainers.image.base.name=node:1.0\n"
    plan = planned(tmp_path, text, Shelf({}, broken=["node"]))
    assert [v.outcome for v in plan.verdicts] == ["failed", "failed"]


# ---------------------------------------------------------------- blubber


def test_blubber_is_pinned_and_its_syntax_line_is_bumped_by_tag_only(tmp_path):
    wmf = "docker-registry.wikimedia.org"
    shelf = Shelf({
        f"{wmf}/bookworm": ["20240609", "20240901", "latest"],
        f"{wmf}/repos/releng/blubber/buildkit": ["v1.6.0", "v1.8.0", "v1"],
    })  # fmt: skip
    text = (
        f"# syntax={wmf}/repos/releng/blubber/buildkit:v1.6.0\n"
        f"version: v4\nbase: {wmf}/bookworm:20240609\nvariants:\n  a: {{}}\n"
        f"  b: {{base: {wmf}/bookworm}}\n"
    )
    plan = planned(tmp_path, text, shelf, name=".pipeline/blubber.yaml")
    assert [new(v) for v in plan.verdicts] == [
        f"{wmf}/repos/releng/blubber/buildkit:v1.8.0",
        f"{wmf}/bookworm:20240901@{shelf.digest_at(f'{wmf}/bookworm:20240901')}",
        f"{wmf}/bookworm:latest@{shelf.digest_at(f'{wmf}/bookworm:latest')}",
    ]


def test_every_use_of_a_scan_appears_exactly_once(tmp_path):
    shelf = Shelf({"node": NODE}, broken=["gone"])
    text = (
        "# syntax=docker/dockerfile:1\nARG V=20\nFROM node:$V AS a\nFROM scratch\n"
        "COPY --from=a / /\nCOPY --from=gone:1 / /\nRUN --mount=from=node:latest true\n"
    )
    tree = tree_of(tmp_path, {"Dockerfile": text})
    survey = flow.survey(tree, desk(shelf))
    plan = flow.check(tree, desk(shelf))
    assert [v.use for v in plan.verdicts] == list(survey.findings.uses)
    assert len(plan.verdicts) == 4


def test_two_surveys_ask_about_a_shared_image_once(tmp_path):
    shelf = Shelf({"node": NODE})
    trees = [tree_of(tmp_path / name, {"Dockerfile": "FROM node:latest\n"}) for name in "ab"]
    asked_desk = desk(shelf)
    surveys = [flow.survey(tree, asked_desk) for tree in trees]
    asyncio.run(flow.planned(surveys, asked_desk))
    assert shelf.asked == [("digest", "node:latest")]


# ---------------------------------------------------------------- text that several uses share

V = "ARG V=1.0\n"
OLD = digest_of("old")
IGNORE = "# basewatch: ignore\n"
NAME = "org.opencontainers.image.base.name"


def stays(tmp_path, text, shelf):
    """The outcomes of a plan that neither breaks nor comes to more when it is fixed."""
    tree = tree_of(tmp_path, {"Dockerfile": text})
    plan = flow.check(tree, desk(shelf))
    _, failures = flow.fix(plan, tree.write)
    assert failures == ()
    written = (tmp_path / "Dockerfile").read_bytes()
    assert flow.fix(flow.check(tree, desk(shelf)), tree.write) == ((), ())
    assert (tmp_path / "Dockerfile").read_bytes() == written
    return [(v.outcome, v.reason) for v in plan.verdicts]


def test_a_use_that_could_move_alone_does_so_and_the_others_are_pinned(tmp_path):
    shelf = Shelf(
        {
            "alpine": ["3.18", "3.19"],
            "php": ["8.2.1-alpine3.18", "8.2.9-alpine3.18", "8.2.9-alpine3.19"],
        }
    )
    text = "ARG A=3.18\nFROM alpine:${A}\nFROM php:8.2.1-alpine${A}\n"
    assert stays(tmp_path, text, shelf) == [("pin", None), ("update", None)]


def test_a_chain_of_shared_variables_moves_at_once_as_far_as_it_can(tmp_path):
    shelf = Shelf(
        {"x": ["1.0-s", "1.1-s"], "y": ["1.0-s", "1.2-s"], "z": ["1.0-1.0", "1.1-1.0", "1.1-1.2"]}
    )
    text = "ARG A=1.0\nARG B=1.0\nFROM x:${A}-s\nFROM y:${B}-s\nFROM z:${A}-${B}\n"
    assert stays(tmp_path, text, shelf) == [("update", None)] * 3


SHARED = [
    ("a pin", f"ARG B=node:1.0\nFROM $B AS a\n{IGNORE}FROM $B AS b\n", ["held", "skipped"]),
    ("a digest", f"ARG D={OLD}\nFROM node:1.0@$D AS a\n{IGNORE}FROM node:1.0@$D AS b\n", ["held", "skipped"]),
    ("a digest of two images", f"ARG D={OLD}\nFROM node:1.0@$D AS a\nFROM other:1.0@$D AS b\n", ["held", "held"]),
    ("a label of another stage", f"{V}FROM old:$V AS a\n{IGNORE}FROM old:1.0 AS b\nARG V\nLABEL {NAME}=old:$V\n", ["held", "skipped", "skipped"]),
    ("a label that is ignored", f"{V}FROM old:$V\nARG V\n{IGNORE}LABEL {NAME}=old:$V\nLABEL a={NAME}\n", ["held", "skipped"]),
    ("a digest not to be had", f"{V}FROM old:$V\nFROM odd:$V\n", ["held", "failed"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "outcomes"), [case[1:] for case in SHARED], ids=[case[0] for case in SHARED]
)
def test_what_would_change_a_use_that_stays_is_held_and_nothing_else_is(tmp_path, text, outcomes):
    shelf = Shelf(
        {
            "node": ["1.0"],
            "other": ["1.0"],
            "old": ["1.0", "1.1"],
            "odd": ["1.0", "1.1"],
            "far": ["2"],
        },
        broken=["odd:1.1"],
    )
    assert [o for o, _ in stays(tmp_path, f"{text}FROM far:2\n", shelf)] == [*outcomes, "pin"]


def test_labels_of_a_from_that_is_held_are_held_with_it(tmp_path):
    text = (
        f"{V}FROM old:$V AS a\nLABEL {NAME}=old:1.0\n"
        f"FROM old:$V AS b\nARG V\n{IGNORE}LABEL {NAME}=old:$V\n"
    )
    outcomes = stays(tmp_path, text, Shelf({"old": ["1.0", "1.1"]}))
    assert [outcome for outcome, _ in outcomes] == ["held", "held", "held", "skipped"]


def test_trying_what_could_move_has_an_end(tmp_path, monkeypatch):
    text = f"{V}FROM node:${{V}}-a\nFROM node:${{V}}-b\n"
    monkeypatch.setattr("bot.steps.plan.together.BUDGET", 10)
    plan = planned(tmp_path, text, Shelf({"node": ["1.0-a", "1.1-a", "1.0-b", "1.1-b"]}))
    why = "newer, but held: Too much of this file is shared to try what could move."
    assert [v.because.partition(" is ")[2].endswith(why) for v in plan.verdicts] == [True, True]


def test_a_comment_beside_a_label_steers_the_label(tmp_path):
    text = (
        f"FROM node:1.0\n{IGNORE}LABEL {NAME}=node:1.0\n"
        f"FROM node:1.0\n# basewatch: hold until 2027-01-31\nLABEL {NAME}=node:1.0\n"
    )
    plan = planned(tmp_path, text, Shelf({"node": ["1.0", "1.1"]}))
    assert [v.outcome for v in plan.verdicts] == ["update", "skipped", "update", "held"]
    assert plan.verdicts[3].until == "2027-01-31"


# ---------------------------------------------------------------- what is proposed apart


def test_each_kind_that_is_proposed_apart_is_offered(tmp_path):
    kinds = frozenset({"minor", "major"})
    policy = Policy(allow=frozenset({"pin", "digest", "patch"}), apart=kinds, today=TODAY)
    shelf = Shelf({"node": ["1.0.0", "1.2.0", "1.3.0", "2.0.0"]})
    verdict = only(planned(tmp_path, "FROM node:1.0.0\n", shelf, policy))
    assert {(o.kind, o.new.tag) for o in verdict.apart} == {("minor", "1.3.0"), ("major", "2.0.0")}
    shared = f"{V.replace('1.0', '1.0.0')}FROM node:$V\nFROM node:$V-a\n"
    shelf = Shelf({"node": ["1.0.0", "1.2.0", "2.0.0", "1.0.0-a", "1.2.0-a", "2.0.0-a"]})
    plan = planned(tmp_path, shared, shelf, policy)
    assert [[o.kind for o in v.apart] for v in plan.verdicts] == [["minor", "major"]] * 2


def test_a_use_with_something_newer_apart_is_not_said_to_be_on_the_newest(tmp_path):
    policy = Policy(allow=frozenset({"digest"}), apart=frozenset({"minor"}), today=TODAY)
    shelf = Shelf({"node": ["1.0.0", "1.2.0"]})
    text = f"FROM node:1.0.0@{shelf.digest_at('node:1.0.0')}\n"
    verdict = only(planned(tmp_path, text, shelf, policy))
    assert verdict.because == "What is newer than 1.0.0 in the line 1.*.* is proposed on its own."


@pytest.mark.parametrize(("kind", "text"), [("digest", f"node:1@{OLD}"), ("pin", "node:1")])
def test_digests_may_be_proposed_apart_too(tmp_path, kind, text):
    policy = Policy(allow=frozenset({"patch"}), apart=frozenset({kind}), today=TODAY)
    verdict = only(planned(tmp_path, f"FROM {text}\n", Shelf({"node": ["1"]}), policy))
    assert (verdict.outcome, verdict.reason) == ("held", "apart")
    assert [offer.kind for offer in verdict.apart] == [kind]
    assert verdict.because.endswith("That is proposed on its own.")


def test_a_tag_that_is_gone_can_still_be_left_by_a_major(tmp_path):
    shelf = Shelf({"node": ["2.0.0"]})
    d = desk(shelf)
    surveys = [flow.survey(tree_of(tmp_path, {"Dockerfile": f"FROM node:1.0.0@{OLD}\n"}), d)]
    plans, _ = asyncio.run(flow.argued(surveys, d))
    verdict = only(plans[0])
    assert (verdict.outcome, [o.new.tag for o in verdict.apart]) == ("failed", ["2.0.0"])


def test_a_use_that_no_tag_succeeds_is_not_said_to_be_at_a_digest(tmp_path):
    policy = Policy(pin="off", today=TODAY)
    verdict = only(planned(tmp_path, "FROM node\n", Shelf({"node": NODE}), policy))
    assert verdict.because == "No tag succeeds latest. It is not to be pinned."


REASONS = [
    "ARG B=node:1.0\nFROM $B AS a\n# basewatch: ignore\nFROM $B AS b\n",
    f"FROM node@{OLD}\nFROM gone:1\nFROM node:gone\nFROM node:1.0\nFROM node\n",
    f"# basewatch: hold until 2027-01-31\nFROM node:1.0\nLABEL {NAME}=node:1.0\n",
    f"# basewatch: allow patch\nFROM node:1.0@{OLD}\n",
]


@pytest.mark.parametrize("text", REASONS)
def test_every_reason_is_a_sentence(tmp_path, text):
    shelf = Shelf({"node": ["1.0", "1.1", "2.0", "latest"]})
    for verdict in planned(tmp_path, text, shelf).verdicts:
        assert verdict.because.endswith((".", "…."))
        assert verdict.because[0].isupper() or " " in verdict.because
        assert "\n" not in verdict.because


# ---------------------------------------------------------------- long support

LTS_ONLY = Policy(lts_only=True, apart=frozenset(), allow=frozenset(KINDS), today=TODAY)


def test_where_long_support_is_asked_for_a_release_without_is_passed_over(tmp_path):
    shelf = Shelf({"node": ["21.0.0", "22.0.0", "23.0.0"]})
    verdict = only(planned(tmp_path, "FROM node:21.0.0\n", shelf, LTS_ONLY))
    assert verdict.offer.new.tag == "22.0.0"


def test_where_only_releases_without_long_support_are_newer_the_use_is_held(tmp_path):
    shelf = Shelf({"node": ["21.0.0", "23.0.0"]})
    text = f"FROM node:21.0.0@{shelf.digest_at('node:21.0.0')}\n"
    verdict = only(planned(tmp_path, text, shelf, LTS_ONLY))
    assert (verdict.outcome, verdict.reason) == ("held", "policy")
    assert verdict.because == (
        "23.0.0 is newer, but has no long support, which `lts_only` asks for."
    )


def test_what_has_no_releases_with_long_support_moves_as_ever(tmp_path):
    shelf = Shelf({"python": ["3.11.1", "3.12.0"]})
    verdict = only(planned(tmp_path, "FROM python:3.11.1\n", shelf, LTS_ONLY))
    assert verdict.offer.new.tag == "3.12.0"


# ---------------------------------------------------------------- versions


def for_node(*allow, ignore=()):
    versions = Versions(allow, ignore, "rule 1 of basewatch.yaml")
    return Policy(rules=(PolicyRule(("node",), versions=versions),), today=TODAY)


def test_a_version_that_is_left_out_is_passed_over(tmp_path):
    shelf = Shelf({"node": NODE})
    policy = for_node("20.x", ignore=("20.18.1",))
    shelf.images[ImageRef.parse("node").repository].append("20.17.0-alpine")
    verdict = only(planned(tmp_path, "FROM node:20.11.0-alpine\n", shelf, policy))
    assert (verdict.offer.new.tag, verdict.apart) == ("20.17.0-alpine", ())


def test_where_only_left_out_versions_are_newer_the_rule_holds_the_use(tmp_path):
    shelf = Shelf({"node": NODE})
    text = f"FROM node:20.18.1-alpine@{shelf.digest_at('node:20.18.1-alpine')}\n"
    verdict = only(planned(tmp_path, text, shelf, for_node("<22")))
    assert (verdict.outcome, verdict.reason) == ("held", "policy")
    assert verdict.because == (
        "22.11.0-alpine is newer, but rule 1 of basewatch.yaml allows only <22."
    )


def test_a_major_that_is_not_left_out_is_still_proposed_apart(tmp_path):
    shelf = Shelf({"node": [*NODE, "24.0.0-alpine"]})
    text = f"FROM node:20.18.1-alpine@{shelf.digest_at('node:20.18.1-alpine')}\n"
    verdict = only(planned(tmp_path, text, shelf, for_node("<24")))
    assert (verdict.outcome, [o.new.tag for o in verdict.apart]) == ("current", ["22.11.0-alpine"])


def test_a_digest_is_refreshed_whatever_versions_are_allowed(tmp_path):
    shelf = Shelf({"node": NODE})
    old = shelf.digest_at("node:22-alpine")
    shelf.move("node:22-alpine")
    verdict = only(planned(tmp_path, f"FROM node:22-alpine@{old}\n", shelf, for_node("<20")))
    assert (verdict.outcome, verdict.offer.kind) == ("update", "digest")


def test_a_left_out_version_holds_back_those_that_share_its_variable(tmp_path):
    shelf = Shelf({"node": ["1.0", "1.1", "1.2"], "other": ["1.0", "1.1", "1.2"]})
    text = "ARG V=1.0\nFROM node:${V}\nFROM other:${V}\n"
    plan = planned(tmp_path, text, shelf, for_node(ignore=("1.2",)))
    assert [v.offer.new.tag for v in plan.verdicts] == ["1.1", "1.1"]


def test_a_dated_tag_is_left_out_by_pattern(tmp_path):
    tags = ["bookworm-20240904", "bookworm-20241016", "bookworm-20241111"]
    policy = Policy(versions=Versions(ignore=("*-202411*",)), today=TODAY)
    verdict = only(
        planned(tmp_path, "FROM debian:bookworm-20240904\n", Shelf({"debian": tags}), policy)
    )
    assert verdict.offer.new.tag == "bookworm-20241016"


# ---------------------------------------------------------------- not past latest


def on_shelf(latest="example/app:22.11.0", tells=True):
    shelf = Shelf(
        {
            "example/app": [
                "20.11.0",
                "20.18.1",
                "22.11.0",
                "22.11",
                "23.0.0",
                "22.12.0",
                "22.11.1",
                "latest",
            ]
        }
    )
    shelf.alike("example/app:latest", latest, "example/app:22.11")
    if tells:
        shelf.tells("example/app")
    return shelf


def test_nothing_is_proposed_that_is_newer_than_latest(tmp_path):
    verdict = only(planned(tmp_path, "FROM example/app:20.11.0\n", on_shelf()))
    assert (verdict.offer.new.tag, [o.new.tag for o in verdict.apart]) == ("20.18.1", ["22.11.0"])


def test_what_only_has_newer_than_latest_to_go_to_is_held(tmp_path):
    shelf = on_shelf()
    text = f"FROM example/app:22.11.0@{shelf.digest_at('example/app:22.11.0')}\n"
    shelf.images[ImageRef.parse("example/app").repository].remove("22.11.1")
    verdict = only(planned(tmp_path, text, shelf))
    assert (verdict.outcome, verdict.reason) == ("held", "policy")
    assert verdict.because == "23.0.0 is newer, but its publisher's `latest` is still 22.11.0."


@pytest.mark.parametrize(
    ("policy", "tells", "tag"),
    [
        (Policy(today=TODAY, not_past_latest=False), True, "20.11.0"),
        (None, False, "20.11.0"),
        (None, True, "22.12.0"),
    ],
    ids=["told not to", "no digests told", "past it already"],
)
def test_newer_than_latest_is_offered(tmp_path, policy, tells, tag):
    verdict = only(planned(tmp_path, f"FROM example/app:{tag}\n", on_shelf(tells=tells), policy))
    assert [o.new.tag for o in verdict.apart] == ["23.0.0"]


def test_a_latest_that_is_no_version_says_nothing(tmp_path):
    shelf = on_shelf()
    shelf.alias.clear()
    verdict = only(planned(tmp_path, "FROM example/app:20.11.0\n", shelf))
    assert [o.new.tag for o in verdict.apart] == ["23.0.0"]
