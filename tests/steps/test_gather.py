import datetime as dt

import pytest

from bot import flow
from bot.image import Repository
from bot.model import Policy
from bot.ports import Desk
from bot.rules import load
from bot.steps.gather import branch_name, branches_in_doubt, gather
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, tree_of

TAGS = TagBook(load())
TODAY = dt.date(2026, 11, 22)


def plan_of(tmp_path, text, shelf, **policy):
    desk = Desk(TAGS, shelf.open, lambda _tree: Policy(today=TODAY, **policy))
    return flow.check(tree_of(tmp_path, {"Dockerfile": text}), desk)


NAMES = [
    (("docker.io", "library/node", "20.*.*-alpine", None), "docker.io-library-node-20.x.x-alpine"),
    (("docker.io", "library/node", "20.*.*", "major"), "docker.io-library-node-20.x.x-major"),
    (("localhost:5000", "a/b", "latest", None), "localhost-5000-a-b-latest"),
]


@pytest.mark.parametrize(("home", "name"), NAMES)
def test_a_branch_is_named_after_image_and_line(home, name):
    registry, path, line, apart = home
    assert branch_name(Repository(registry, path), line, apart) == f"basewatch/{name}"


def test_names_that_git_would_not_take_are_cut_and_kept_apart():
    one, other = (branch_name(Repository("r.io", "a" * 200 + end), "1.*") for end in "xy")
    assert one != other
    assert len(one) < 180
    assert not branch_name(Repository("r.io", "a"), "1.lock").endswith(".lock")
    assert ".." not in branch_name(Repository("r.io", "a"), "1..2")


def test_images_whose_names_differ_by_a_slash_get_branches_of_their_own(tmp_path):
    shelf = Shelf({"r.io/a/b": ["1.0"], "r.io/a-b": ["1.0"]})
    updates = gather(plan_of(tmp_path, "FROM r.io/a/b:1.0\nFROM r.io/a-b:1.0\n", shelf))
    assert len(updates) == 2
    assert {len(update.moves) for update in updates} == {1}
    turned = gather(plan_of(tmp_path, "FROM r.io/a-b:1.0\nFROM r.io/a/b:1.0\n", shelf))
    assert [u.branch for u in turned] == [u.branch for u in updates]


def test_a_failed_or_held_use_keeps_every_branch_of_its_line(tmp_path):
    text = "FROM node:1.0\n# basewatch: hold until 2027-01-31\nFROM other:1.0\n"
    plan = plan_of(tmp_path, text, Shelf({"other": ["1.0"]}, broken=["node"]))
    doubted = branches_in_doubt(plan)
    for name in ("node", "other"):
        for kind in ("", "-major", "-minor", "-digest"):
            assert f"basewatch/docker.io-library-{name}-1.x{kind}" in doubted


def test_what_the_policy_does_not_want_is_in_no_doubt(tmp_path):
    shelf = Shelf({"node": ["1.0", "1.1"]})
    text = f"FROM node:1.0@{shelf.digest_at('node:1.0')}\n"
    plan = plan_of(tmp_path, text, shelf, allow=frozenset({"digest"}))
    assert plan.verdicts[0].reason == "policy"
    assert branches_in_doubt(plan) == frozenset()
