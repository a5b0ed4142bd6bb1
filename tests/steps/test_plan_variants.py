"""Moves to another release of the operating system, what is said where they are not wanted, and replacements."""

import datetime as dt

import pytest

from bot import flow
from bot.model import KINDS, Case, Policy, Replaced, Versions
from bot.ports import Desk
from bot.rules import life_cycles, load
from bot.steps.gather import gather
from bot.tags import TagBook
from bot.wording.titles import title
from tests.fakes.shelf import Shelf, tree_of

KNOWN = life_cycles()
TAGS = TagBook(load(), KNOWN.is_lts, KNOWN.systems)
TODAY = dt.date(2026, 11, 22)
APART = Policy(apart=frozenset({"major", "variant"}), today=TODAY)
INLINE = Policy(allow=frozenset({"variant", "minor", "patch", "pin"}), today=TODAY)
PYTHON = ["3.12-slim-bookworm", "3.12-slim-trixie", "3.13-slim-trixie", "3.12-slim-bullseye",
          "3.12.1-bookworm", "3.12.2-bookworm", "3.12.2-trixie", "3.12.1-trixie"]  # fmt: skip
DEBIAN = ["bookworm", "trixie", "bookworm-slim", "trixie-slim", "bookworm-20240904-slim",
          "trixie-20250908-slim", "trixie-20250811-slim"]  # fmt: skip
UBUNTU = ["jammy", "noble", "plucky", "questing"]


@pytest.fixture
def shelf():
    return Shelf({"python": PYTHON, "debian": DEBIAN, "ubuntu": UBUNTU})


def planned(tmp_path, text, shelf, policy=None):
    desk = Desk(TAGS, shelf.open, lambda _: policy or Policy(today=TODAY))
    return flow.check(tree_of(tmp_path, {"Dockerfile": text}), desk)


def only(*arguments):
    (verdict,) = planned(*arguments).verdicts
    return verdict


def apart(verdict):
    return [(offer.new.tag, offer.kind) for offer in verdict.apart]


# ---------------------------------------------------------------- wanted apart


@pytest.mark.parametrize(
    ("image", "new"),
    [
        ("python:3.12-slim-bookworm", "3.12-slim-trixie"),
        ("debian:bookworm-slim", "trixie-slim"),
        ("debian:bookworm", "trixie"),
        ("debian:bookworm-20240904-slim", "trixie-20250908-slim"),
        ("ubuntu:jammy", "noble"),
    ],
)
def test_a_later_release_of_the_system_is_proposed_on_its_own(tmp_path, shelf, image, new):
    plan = planned(tmp_path, f"FROM {image}\n", shelf, APART)
    (verdict,) = plan.verdicts
    assert verdict.outcome == "pin"
    assert apart(verdict) == [(new, "variant")]
    assert "later release of its operating system, proposed on its own" in verdict.apart[0].because
    assert verdict.apart[0].edits == ()  # `check` does not ask for the digest of what is apart


def test_a_later_system_has_a_branch_and_a_title_of_its_own(tmp_path, shelf):
    shelf.tells("python")
    updates = gather(planned(tmp_path, "FROM python:3.12-slim-bookworm\n", shelf, APART))
    assert [u.branch.rpartition("/")[2] for u in updates] == [
        "docker.io-library-python-3.x-slim-bookworm",
        "docker.io-library-python-3.x-slim-bookworm-variant",
    ]
    titles = [title(Case(update, ())) for update in updates]
    assert titles == [
        "Pin python 3.12-slim-bookworm to a digest",
        "Move to a newer system: python 3.12-slim-bookworm → 3.12-slim-trixie",
    ]


def test_a_version_and_a_system_never_move_in_one(tmp_path, shelf):
    verdict = only(tmp_path, "FROM python:3.12.1-bookworm\n", shelf, APART)
    assert verdict.offer.new.tag == "3.12.2-bookworm"
    assert apart(verdict) == [("3.12.1-trixie", "variant")]


def test_shared_text_moves_to_a_later_system_where_all_can_follow(tmp_path, shelf):
    text = "ARG OS=bookworm\nFROM python:3.12-slim-${OS}\nFROM debian:${OS}-slim\n"
    plan = planned(tmp_path, text, shelf, APART)
    assert [apart(v) for v in plan.verdicts] == [
        [("3.12-slim-trixie", "variant")],
        [("trixie-slim", "variant")],
    ]
    shelf.images[next(r for r in shelf.images if "debian" in r.path)].remove("trixie-slim")
    plan = planned(tmp_path, text, shelf, APART)
    assert [apart(v) for v in plan.verdicts] == [[], []]


def test_versions_that_are_left_out_are_left_out_of_later_systems_too(tmp_path, shelf):
    policy = Policy(apart=APART.apart, today=TODAY, versions=Versions(ignore=("*-trixie",)))
    verdict = only(tmp_path, "FROM python:3.12-slim-bookworm\n", shelf, policy)
    assert apart(verdict) == []


def test_a_registry_that_lists_nothing_fails_who_wants_a_later_system(tmp_path):
    broken = Shelf({"debian": DEBIAN}, broken=["debian"])
    assert only(tmp_path, "FROM debian:bookworm\n", broken, APART).outcome == "failed"


# ---------------------------------------------------------------- wanted in line


def test_where_it_is_allowed_the_version_goes_first_and_then_the_system(tmp_path, shelf):
    first = only(tmp_path, "FROM python:3.12.1-bookworm\n", shelf, INLINE)
    assert (first.offer.new.tag, first.offer.kind) == ("3.12.2-bookworm", "patch")
    then = only(tmp_path, "FROM python:3.12.2-bookworm\n", shelf, INLINE)
    assert (then.offer.new.tag, then.offer.kind) == ("3.12.2-trixie", "variant")
    said = "3.12.2-trixie is 3.12.2-bookworm on a later release of its operating system."
    assert then.because == said


def test_a_bare_system_moves_in_line_with_its_digest(tmp_path, shelf):
    verdict = only(tmp_path, "FROM debian:bookworm\n", shelf, INLINE)
    assert str(verdict.offer.new) == f"debian:trixie@{shelf.digest_at('debian:trixie')}"
    assert only(tmp_path, "FROM debian:trixie\n", shelf, INLINE).outcome == "pin"


def test_who_asks_for_long_support_is_offered_no_interim_release(tmp_path, shelf):
    assert only(tmp_path, "FROM ubuntu:plucky\n", shelf, INLINE).offer.new.tag == "questing"
    policy = Policy(allow=INLINE.allow, today=TODAY, lts_only=True)
    verdict = only(tmp_path, "FROM ubuntu:plucky\n", shelf, policy)
    assert (verdict.offer.new.tag, verdict.offer.kind) == ("plucky", "pin")


# ---------------------------------------------------------------- not wanted


def test_where_support_has_ended_the_later_system_is_told_and_not_offered(tmp_path, shelf):
    verdict = only(tmp_path, "FROM python:3.12-slim-bookworm\n", shelf)
    told = (
        "Debian 12 (bookworm) was supported until 2026-07-11;"
        " 3.12-slim-trixie is published for the same version."
    )
    assert verdict.outcome == "pin"
    assert verdict.because.endswith(told)
    assert verdict.offer.because.endswith(told)
    assert apart(verdict) == []


def test_of_a_bare_system_it_is_told_where_its_tags_were_listed_anyway(tmp_path, shelf):
    text = "FROM debian:bookworm-slim\n"
    alone = only(tmp_path, text, shelf)
    assert "trixie" not in alone.because
    assert ("tags", "docker.io/library/debian") not in shelf.asked
    plan = planned(tmp_path, text + "FROM debian:bookworm-20240904-slim\n", shelf)
    assert plan.verdicts[0].because.endswith("; trixie-slim is published on a later release.")


@pytest.mark.parametrize(
    ("image", "today"),
    [
        ("python:3.12-slim-bookworm", dt.date(2026, 1, 1)),  # supported for long
        ("python:3.12-slim-trixie", TODAY),
        ("python:3.12.2-trixie", dt.date(2028, 8, 1)),  # nothing later is there
    ],
)
def test_nothing_is_told_of_a_system_that_is_well_or_has_no_later_one(
    tmp_path, shelf, image, today
):
    verdict = only(tmp_path, f"FROM {image}\n", shelf, Policy(today=today))
    assert "supported" not in verdict.because


def test_a_later_system_that_is_left_out_is_not_told_of(tmp_path, shelf):
    policy = Policy(today=TODAY, versions=Versions(ignore=("*-trixie",)))
    assert "trixie" not in only(tmp_path, "FROM python:3.12-slim-bookworm\n", shelf, policy).because


def test_a_near_end_is_told_as_one_to_come(tmp_path, shelf):
    day = Policy(today=dt.date(2026, 6, 1))
    verdict = only(tmp_path, "FROM python:3.12-slim-bookworm\n", shelf, day)
    assert "Debian 12 (bookworm) is supported until 2026-07-11; " in verdict.because


def test_a_use_that_is_held_by_hand_is_told_nothing_more(tmp_path, shelf):
    text = "# basewatch: hold until 2027-01-31\nFROM python:3.12-slim-bookworm\n"
    assert "trixie" not in only(tmp_path, text, shelf).because


# ---------------------------------------------------------------- replaced images


def test_an_image_that_was_replaced_says_so_and_is_never_renamed(tmp_path):
    shelf = Shelf({"openjdk": ["17", "17.0.1"], "k8s.gcr.io/pause": ["3.9", "3.10"]})
    java, pause = planned(tmp_path, "FROM openjdk:17\nFROM k8s.gcr.io/pause:3.9\n", shelf).verdicts
    assert java.replacement.image == "eclipse-temurin"
    assert java.offer.new.name == "openjdk"
    assert pause.replacement.image == "registry.k8s.io/pause"
    assert str(pause.offer.new).startswith("k8s.gcr.io/pause:3.10@")


def test_an_image_that_has_nothing_to_go_to_says_so(tmp_path):
    verdict = only(tmp_path, "FROM centos:7\n", Shelf({"centos": ["7"]}))
    assert verdict.replacement == Replaced(None, verdict.replacement.because)
    assert verdict.replacement.because.startswith("CentOS Linux has ended")


@pytest.mark.parametrize("text", ["FROM node:20\n", "# basewatch: ignore\nFROM openjdk:17\n"])
def test_nothing_is_said_of_an_image_that_is_kept_up_or_ignored(tmp_path, text):
    shelf = Shelf({"node": ["20"], "openjdk": ["17"]})
    assert only(tmp_path, text, shelf).replacement is None


def test_variant_is_a_kind_that_is_off_until_asked_for():
    assert "variant" in KINDS
    assert "variant" not in Policy().allow | Policy().apart
