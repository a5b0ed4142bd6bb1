"""The precise names of a rolling tag's image: shown where they cost nothing, written if asked for."""

import asyncio
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import flow
from bot.image import ImageRef
from bot.model import Lookups, Policy, TagList
from bot.ports import Desk
from bot.rules import load
from bot.steps.plan.equal import ASKED, equivalents
from bot.steps.propose import propose
from bot.tags import TagBook, parse
from tests.fakes.shelf import Shelf, tree_of

TAGS = TagBook(load())
TODAY = dt.date(2026, 11, 22)
IMMUTABLE = Policy(pin="immutable", today=TODAY)
NODE = ["latest", "lts", "bookworm", "22", "22.11", "22.11.0", "22-bookworm", "22.11.0-bookworm",
        "20-alpine", "20.18.1-alpine", "20.18.1-alpine3.20", "20.18.0-alpine", "23.0.0-rc1"]  # fmt: skip
LATEST = [f"node:{tag}" for tag in NODE[:8]]
ALPINE = [f"node:{tag}" for tag in NODE[8:11]]


@pytest.fixture
def node():
    shelf = Shelf({"node": NODE})
    shelf.alike(*LATEST)
    shelf.alike(*ALPINE)
    return shelf


@pytest.fixture
def told(node):
    node.tells("node")
    return node


def desk(shelf, policy=None):
    return Desk(TAGS, shelf.open, lambda _: policy or Policy(today=TODAY))


def planned(tmp_path, text, shelf, policy=None):
    return flow.check(tree_of(tmp_path, {"Dockerfile": text}), desk(shelf, policy)).verdicts


def new(verdict):
    return verdict.offer and (verdict.offer.new.tag, verdict.offer.kind)


# ---------------------------------------------------------------- shown


def test_the_names_of_a_rolling_tags_image_are_shown_the_most_precise_first(tmp_path, told):
    versions = "FROM node:20-alpine\nFROM node:latest\nFROM node:lts\n"
    alpine, latest, lts = planned(tmp_path, versions, told)
    assert alpine.equivalents == ("20.18.1-alpine", "20.18.1-alpine3.20")
    assert latest.equivalents == ("22.11.0-bookworm", "22.11.0", "22.11", "22-bookworm", "22")
    assert lts.equivalents == latest.equivalents
    assert new(latest) == ("latest", "pin")


def test_what_a_listing_does_not_tell_is_not_asked_for(tmp_path, node):
    (verdict,) = planned(tmp_path, "FROM node:20-alpine\n", node)
    assert verdict.equivalents == ()
    assert node.asked == [("tags", "docker.io/library/node"), ("digest", "node:20-alpine")]


def test_another_image_is_no_equivalent(tmp_path, told):
    told.move("node:latest")
    told.alias.pop("docker.io/library/node:22.11.0-bookworm")
    (verdict,) = planned(tmp_path, "FROM node:latest\n", told)
    assert "22.11.0-bookworm" not in verdict.equivalents


# ---------------------------------------------------------------- written

PINNED = [
    ("FROM node\n", "FROM node:22.11.0-bookworm@{node:latest}\n"),
    ("FROM node:22\n", "FROM node:22.11.0@{node:latest}\n"),
    ("FROM node:bookworm\n", "FROM node:22.11.0-bookworm@{node:latest}\n"),
    ("FROM node:20-alpine\n", "FROM node:20.18.1-alpine@{node:20-alpine}\n"),
    ("FROM node:20-alpine@{node:20-alpine}\n", "FROM node:20.18.1-alpine@{node:20-alpine}\n"),
    ("FROM node:20-alpine@{node:20.18.0-alpine}\n", "FROM node:20.18.1-alpine@{node:20-alpine}\n"),
    ("ARG T=20-alpine\nFROM node:$T\n", "ARG T=20.18.1-alpine@{node:20-alpine}\nFROM node:$T\n"),
    (
        "ARG V=20\nFROM node:${V}-alpine\n",
        "ARG V=20.18.1\nFROM node:${V}-alpine@{node:20-alpine}\n",
    ),
    (
        "ARG V=20\nFROM node:${V}-alpine\nFROM other:${V}\n",
        "ARG V=20\nFROM node:${V}-alpine@{node:20-alpine}\nFROM other:${V}@{other:20}\n",
    ),
    (
        "ARG T=20-alpine\nFROM node:$T\nFROM other:$T\n",
        "ARG T=20-alpine\nFROM node:$T@{node:20-alpine}\nFROM other:$T@{other:20-alpine}\n",
    ),
    ("FROM node:20.18.1-alpine\n", "FROM node:20.18.1-alpine@{node:20-alpine}\n"),
    ("FROM bitnami/etcd:3.5\n", "FROM bitnami/etcd:3.5.17-debian-12-r8@{bitnami/etcd:3.5}\n"),
    ("FROM debian:stable-slim\n", "FROM debian:stable-20241111-slim@{debian:stable-slim}\n"),
]  # fmt: skip


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize(("text", "wanted"), PINNED)
def test_a_rolling_tag_becomes_the_precise_one_of_the_same_image(
    tmp_path, node, text, wanted, tells
):
    etcd = ["3.5", "3.5.17", "3.5.17-debian-12-r7", "3.5.17-debian-12-r8"]
    debian = [
        "stable-slim",
        "bookworm-20241111-slim",
        "stable-20241111-slim",
        "stable-20241016-slim",
    ]
    more = Shelf({"other": ["20", "20.1", "20-alpine"], "bitnami/etcd": etcd, "debian": debian})
    node.images.update(more.images)
    node.alike("bitnami/etcd:3.5", "bitnami/etcd:3.5.17", "bitnami/etcd:3.5.17-debian-12-r8")
    node.alike("debian:stable-slim", "debian:bookworm-20241111-slim", "debian:stable-20241111-slim")
    if tells:
        node.told.update(node.images)

    def spelled(said):
        for name in (
            "node:latest",
            "node:20-alpine",
            "node:20.18.0-alpine",
            "other:20",
            "other:20-alpine",
            "bitnami/etcd:3.5",
            "debian:stable-slim",
        ):
            said = said.replace(f"{{{name}}}", node.digest_at(name))
        return said

    tree = tree_of(tmp_path, {"Dockerfile": spelled(text)})
    planned = flow.check(tree, desk(node, IMMUTABLE))
    assert flow.fix(planned, tree.write)[1] == ()
    assert (tmp_path / "Dockerfile").read_text() == spelled(wanted)
    again = flow.check(tree, desk(node, IMMUTABLE))
    assert {v.outcome for v in again.verdicts} == {"current"}


def test_few_are_asked_about_and_only_where_the_name_is_wanted(tmp_path, node):
    planned(tmp_path, "FROM node:20-alpine\n" * 5, node, IMMUTABLE)
    asked = [what for kind, what in node.asked if kind == "digest"]
    assert asked[0] == "node:20-alpine"
    assert 1 < len(asked) <= 1 + ASKED
    assert node.asked.count(("tags", "docker.io/library/node")) == 1


def test_a_tag_without_equivalent_gets_its_digest(tmp_path):
    (verdict,) = planned(tmp_path, "FROM node:20\n", Shelf({"node": ["20", "20.1.0"]}), IMMUTABLE)
    assert new(verdict) == ("20", "pin")


def test_a_candidate_that_cannot_be_asked_about_is_none(tmp_path, node):
    node.broken_tags.add(ImageRef.parse("node:20.18.1-alpine"))
    (verdict,) = planned(tmp_path, "FROM node:20-alpine\n", node, IMMUTABLE)
    assert new(verdict) == ("20.18.1-alpine3.20", "pin")


def test_a_listing_that_fails_leaves_the_digest(tmp_path):
    class NoLists(Shelf):
        async def tags(self, image):
            self.broken.add(image.repository)
            try:
                return await super().tags(image)
            finally:
                self.broken.clear()

    (verdict,) = planned(tmp_path, "FROM node:latest\n", NoLists({"node": NODE}), IMMUTABLE)
    assert new(verdict) == ("latest", "pin")


def test_the_plan_and_the_proposal_say_what_it_is(tmp_path, told):
    (verdict,) = planned(tmp_path, "FROM node:latest\n", told, IMMUTABLE)
    assert "Today it is the same image as 22.11.0-bookworm, whose digest is" in verdict.because
    survey = flow.survey(
        tree_of(tmp_path, {"Dockerfile": "FROM node:latest\n"}), desk(told, IMMUTABLE)
    )
    _, (case,) = asyncio.run(flow.argued([survey], desk(told, IMMUTABLE)))
    made = propose(case)
    assert made.title == "Pin node latest as 22.11.0-bookworm"
    assert "; today the same image as `22.11.0-bookworm` |" in made.body
    assert "`latest` and the proposed tag are the same image today." in made.body


# ---------------------------------------------------------------- what holds of any listing

words = st.sampled_from(
    ["", "latest", "lts", "20", "20.1", "20.1.3", "21.0.0", "v20.1.0", "20.1.0-rc1", "20240904"]
)
tails = st.sampled_from(
    ["", "-alpine", "-alpine3.20", "-slim", "-r8", "-debian-12-r8", "-20240904", "-bookworm"]
)
some_tags = st.builds(lambda head, tail: (head + tail).strip("-"), words, tails).filter(bool)


@settings(deadline=None)
@given(some_tags, st.lists(some_tags, max_size=12))
def test_an_equivalent_keeps_every_number_and_word(tag, others):
    digest = f"sha256:{'1' * 64}"
    image = ImageRef.parse(f"node:{tag}")
    lookups = Lookups(
        {image.repository: TagList(tuple(others), dict.fromkeys([tag, *others], digest))}
    )
    old = parse(tag)
    for ref in equivalents(image, (), lookups, TAGS):
        found = parse(ref.tag)
        assert ref.tag in others
        assert ref.tag != tag
        assert TAGS.ordered(ref)
        assert old.prerelease or not found.prerelease
        if old.release:
            assert found.release.numbers[: old.precision] == old.release.numbers
        variant = {p.text for p in old.parts if p.role in {"system", "codename", "flavour", "arch"}}
        assert all(any(p.text.startswith(word) for p in found.parts) for word in variant)
