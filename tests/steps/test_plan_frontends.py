"""One frontend in many places of a repository: on one tag everywhere, or told where it is not."""

import datetime as dt

import pytest

from bot import flow
from bot.flow.planning import WRITING
from bot.model import Case, FilePattern, Policy
from bot.ports import Desk
from bot.pulls.groups import grouped
from bot.rules import load
from bot.steps.gather import gather
from bot.tags import TagBook
from bot.wording.warnings import warnings
from tests.fakes.shelf import Shelf, tree_of

TAGS = TagBook(load())
TODAY = dt.date(2026, 11, 22)
NAME = "docker-registry.wikimedia.org/repos/releng/blubber/buildkit"
ALL = frozenset({"pin", "digest", "patch", "minor"})


def blubber(tag, comment=""):
    return f"# syntax={NAME}:{tag}\n{comment}version: v4\nvariants: {{a: {{}}}}\n"


def bake(tag, comment=""):
    return f'target "a" {{\n  args = {{\n    {comment}\n    BUILDKIT_SYNTAX = "{NAME}:{tag}"\n  }}\n}}\n'


def ci(tag):
    return f"job:\n  script: [x]\n  variables:\n    BUILD_FRONTEND: {NAME}:{tag}\n"


@pytest.fixture
def shelf():
    return Shelf({NAME: ["v1.5.0", "v1.6.0", "v1.6.1", "v1.7.0", "v1.8.0", "v2.0.0"]})


def planned(tmp_path, files, shelf, policy=None):
    policy = policy or Policy(allow=ALL, today=TODAY)
    desk = Desk(TAGS, shelf.open, lambda _: policy)
    return flow.check(tree_of(tmp_path, files), desk, WRITING)


def moves(plan):
    return {v.use.path: v.offer.new.tag if v.offer else v.outcome for v in plan.verdicts}


def test_all_places_are_one_update_without_a_digest_where_none_may_stand(tmp_path, shelf):
    files = {
        ".pipeline/blubber.yaml": blubber("v1.6.0"),
        "docs/blubber.yaml": blubber("v1.6.0"),
        "bake.hcl": bake("v1.6.0"),
        ".gitlab-ci.yml": ci("v1.6.0"),
    }
    plan = planned(tmp_path, files, shelf)
    assert set(moves(plan).values()) == {"v1.8.0"}
    update, major = gather(plan)
    assert len(update.moves) == len(major.moves) == 4
    assert {m.use.path for m in update.moves if m.offer.new.digest} == {"bake.hcl"}
    assert grouped([update], "directory") == (update,)
    assert warnings(Case(update, ())) == ""
    flow.fix(plan, tree_of(tmp_path, files).write)
    written = [(tmp_path / path).read_text() for path in files]
    assert all(f"{NAME}:v1.8.0" in text for text in written)


def test_a_place_that_may_go_less_far_keeps_the_others_with_it(tmp_path, shelf):
    files = {
        "blubber.yaml": blubber("v1.6.0", "# basewatch: allow patch\n"),
        ".gitlab-ci.yml": ci("v1.6.0"),
    }
    plan = planned(tmp_path, files, shelf)
    assert set(moves(plan).values()) == {"v1.6.1"}
    assert (
        "v1.8.0 is newer, but held: The places that name this frontend" in plan.verdicts[0].because
    )


def test_a_place_that_is_held_holds_the_others_on_its_tag(tmp_path, shelf):
    files = {
        "blubber.yaml": blubber("v1.6.0", "# basewatch: hold until 2027-01-31\n"),
        "bake.hcl": bake("v1.6.0"),
        ".gitlab-ci.yml": ci("v1.5.0"),
    }
    plan = planned(tmp_path, files, shelf)
    assert moves(plan) == {".gitlab-ci.yml": "v1.6.0", "bake.hcl": "v1.6.0", "blubber.yaml": "held"}
    kept = {v.use.path: v for v in plan.verdicts}
    assert kept["bake.hcl"].offer.kind == "pin"
    assert (
        "kept in step with blubber.yaml line 1, which is held at v1.6.0" in kept["bake.hcl"].because
    )
    assert "That puts all 3 places" in kept[".gitlab-ci.yml"].because


def test_what_is_held_everywhere_is_left_so(tmp_path, shelf):
    held = blubber("v1.6.0", "# basewatch: hold until 2027-01-31\n")
    plan = planned(tmp_path, {"a/blubber.yaml": held, "b/blubber.yaml": held}, shelf)
    assert set(moves(plan).values()) == {"held"}


def test_what_is_ignored_keeps_nothing_back_and_is_told(tmp_path, shelf):
    files = {
        "blubber.yaml": blubber("v1.6.0"),
        "old/blubber.yaml": blubber("v1.6.0", "# basewatch: ignore\n"),
    }
    plan = planned(tmp_path, files, shelf)
    assert moves(plan) == {"blubber.yaml": "v1.8.0", "old/blubber.yaml": "skipped"}
    said = "Out of step: old/blubber.yaml line 1 (on v1.6.0) names the same frontend."
    assert plan.verdicts[0].elsewhere == (said,)
    assert plan.verdicts[1].elsewhere == ()
    update, _ = gather(plan)
    assert said in warnings(Case(update, ()))


def test_places_past_each_other_meet_and_majors_are_told(tmp_path, shelf):
    files = {
        "blubber.yaml": blubber("v1.8.0"),
        "bake.hcl": bake("v1.6.0"),
        ".gitlab-ci.yml": ci("v2.0.0"),
        "a/blubber.yaml": blubber("v1.8.0"),
        "b/blubber.yaml": blubber("v1.8.0"),
    }
    plan = planned(tmp_path, files, shelf)
    assert moves(plan)["bake.hcl"] == "v1.8.0"
    told = {v.use.path: v for v in plan.verdicts}
    assert told["blubber.yaml"].outcome == "current"
    assert told["blubber.yaml"].because.endswith(
        "Out of step: .gitlab-ci.yml line 4 (on v2.0.0) names the same frontend."
    )
    assert told[".gitlab-ci.yml"].because.endswith(" (on v1.8.0), 1 more name the same frontend.")


def test_where_one_cannot_be_looked_up_all_wait(tmp_path, shelf):
    shelf = Shelf(shelf_images(), broken=(f"{NAME}:v1.8.0",))
    files = {"blubber.yaml": blubber("v1.6.0"), "bake.hcl": bake("v1.6.0")}
    plan = planned(tmp_path, files, shelf)
    assert moves(plan) == {"bake.hcl": "failed", "blubber.yaml": "held"}
    assert plan.verdicts[1].because.startswith(
        "It is kept in step with bake.hcl line 4, which stays:"
    )
    assert gather(plan) == ()


def test_a_file_of_ones_own_kind_follows_too(tmp_path, shelf):
    makefile = f"build:\n\tbuildctl build --frontend gateway.v0 --opt source={NAME}:v1.5.0\n"
    pattern = FilePattern("make", ("Makefile",), ("--opt source={image}",))
    policy = Policy(allow=ALL, today=TODAY, patterns=(pattern,))
    files = {"blubber.yaml": blubber("v1.6.0"), "Makefile": makefile}
    plan = planned(tmp_path, files, shelf, policy)
    assert moves(plan) == {"Makefile": "v1.8.0", "blubber.yaml": "v1.8.0"}
    assert "in step" in plan.verdicts[0].because


def test_a_tag_that_is_gone_is_told_where_nothing_is_newer(tmp_path, shelf):
    plan = planned(tmp_path, {"blubber.yaml": blubber("v3.0.0")}, shelf)
    assert plan.verdicts[0].outcome == "current"
    assert "The present tag is no longer listed." in plan.verdicts[0].because


def shelf_images():
    return {NAME: ["v1.6.0", "v1.8.0"]}


def test_lines_of_dockerfiles_go_their_own_ways(tmp_path):
    shelf = Shelf({"docker/dockerfile": ["1.6.0", "1.7.0"]})
    files = {
        "a/Dockerfile": "# syntax=docker/dockerfile:1.6.0\nFROM scratch\n",
        "b/Dockerfile": "# syntax=docker/dockerfile:1.7.0\nFROM scratch\n",
    }
    plan = planned(tmp_path, files, shelf, Policy(allow=frozenset(), today=TODAY))
    assert all(verdict.elsewhere == () for verdict in plan.verdicts)
