"""What pull requests look like: a repository's wishes within its operator's."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from bot.config import STARTER, operator_config, repository_config, starter_of, wishes_of
from bot.errors import ConfigError
from bot.model import Rebuilding, Wishes

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def wishes(tmp_path):
    def read(operator="", own="", owners=""):
        path = tmp_path / "operator.yaml"
        path.write_text(f"proposals: {{{operator}}}\n")
        said = repository_config(f"proposals: {{{own}}}\n", "basewatch.yaml")
        return wishes_of(operator_config(str(path)), said, owners)

    return read


def test_nothing_said_is_what_basewatch_does(wishes):
    assert wishes() == Wishes(open_at_most=10, dashboard=True, conditions=frozenset())


@pytest.mark.parametrize(
    ("operator", "own", "name", "found"),
    [
        ("group: image", "", "group", "image"),
        ("group: image", "group: pins", "group", "pins"),
        ("title: 'a {image}'", "title: 'b {image}'", "title", "b {image}"),
        ("", "conventional: {}", "conventional", ("chore", "deps")),
        ("", "conventional: {type: build, scope: ''}", "conventional", ("build", "")),
        ("labels: [a, b]", "labels: [b, c]", "labels", ("a", "b", "c")),
        ("reviewers: [kim]", "reviewers: [lee]", "reviewers", ("lee",)),
        ("assignees: [kim]", "assignees: [lee]", "assignees", ("lee",)),
        ("message: 'a {image}'", "message: 'b {image}'", "message", "b {image}"),
        ("message: 'a {image}'", "", "message", "a {image}"),
        ("draft: true", "", "draft", True),
        ("rebase: asked", "", "rebase", "asked"),
        ("signed_off: 'A <a@b.c>'", "", "signed_off", "A <a@b.c>"),
        ("milestone: 'v 1'", "", "milestone", "v 1"),
        ("dashboard: false", "", "dashboard", False),
        ("rebuilds: {maintainer: 'A <a@b.c>'}", "", "rebuilding", Rebuilding("A <a@b.c>")),
        ("timezone: Europe/Berlin", "", "timezone", "Europe/Berlin"),
    ],
)
def test_a_repository_says_what_its_own_look_like(wishes, operator, own, name, found):
    assert getattr(wishes(operator, own), name) == found


@pytest.mark.parametrize(
    ("operator", "own", "name", "found"),
    [
        ("open_at_most: 3", "open_at_most: 50", "open_at_most", 3),
        ("open_at_most: 3", "open_at_most: null", "open_at_most", 3),
        ("open_at_most: 3", "open_at_most: 1", "open_at_most", 1),
        ("open_at_most: null", "", "open_at_most", None),
        ("", "open_at_most: null", "open_at_most", None),
        ("", "open_at_most: 50", "open_at_most", 50),
        ("per_hour: 2", "per_hour: 9", "per_hour", 2),
        ("", "per_run: 9", "per_run", 9),
        ("cooldown: 7d", "cooldown: 12h", "cooldown", dt.timedelta(7)),
        ("", "cooldown: 12h", "cooldown", dt.timedelta(hours=12)),
    ],
)
def test_a_limit_can_only_be_lowered(wishes, operator, own, name, found):
    assert getattr(wishes(operator, own), name) == found


def test_a_schedule_of_both_has_to_be_open(wishes):
    found = wishes("schedule: [on monday]", "schedule: ['before 6am', 'after 10pm']")
    assert found.schedules == ("before 6am", "after 10pm")
    assert found.operators_schedules == ("on monday",)


@pytest.mark.parametrize(
    ("operator", "own", "kinds", "conditions"),
    [
        ("", "", set(), set()),
        ("", "automerge: {kinds: [digest]}", {"digest"}, {"nothing_introduced", "no_warnings"}),
        ("automerge: {kinds: [digest]}", "", {"digest"}, {"nothing_introduced", "no_warnings"}),
        ("automerge: {kinds: [digest]}", "automerge: {kinds: [digest, minor]}", {"digest"}, None),
        ("automerge: {kinds: [digest, pin]}", "automerge: null", set(), set()),
        (
            "automerge: {kinds: [digest], only_if: [no_warnings]}",
            "automerge: {kinds: [digest], only_if: [fixes_something]}",
            {"digest"},
            {"no_warnings", "fixes_something"},
        ),
    ],
)
def test_no_more_merges_by_itself_than_the_operator_has(wishes, operator, own, kinds, conditions):
    found = wishes(operator, own)
    assert found.automerge == kinds
    if conditions is not None:
        assert found.conditions == conditions


def test_owners_are_read_as_the_forge_reads_them(wishes):
    assert wishes("codeowners: true", owners="gitlab").owners == "gitlab"
    assert wishes(owners="gitlab").owners == ""


@pytest.mark.parametrize(
    ("own", "complaint"),
    [
        ("title: '{nonsense}'", "proposals.title: `{nonsense}` is none of {image}"),
        ("schedule: [sometimes]", "proposals.schedule.0: `sometimes` is no schedule"),
        ("timezone: Mars/Base", "proposals.timezone: it is no time zone"),
        ("timezone: ../../etc/passwd", "proposals.timezone: it is no time zone"),
        ("conventional: {type: 'a b'}", "`a b(deps)` is no type and scope"),
        ("group: all", "proposals.group: 'all' is not one of line, image"),
        ("open_at_most: -1", "proposals.open_at_most"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(wishes, own, complaint):
    with pytest.raises(ConfigError) as caught:
        wishes(own=own)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("operators/*.yaml")), ids=lambda p: p.name)
def test_the_examples_for_operators_make_sense(path):
    said = operator_config(str(path))
    assert said.platform.kind in path.name
    assert wishes_of(said, None, said.platform.kind) != Wishes()


def test_what_the_kubernetes_example_configures_makes_sense(tmp_path):
    first, *_ = yaml.safe_load_all((EXAMPLES / "cron" / "cronjob.yaml").read_text())
    path = tmp_path / "operator.yaml"
    path.write_text(first["data"]["operator.yaml"])
    assert operator_config(str(path)).platform.owners == ("platform",)


@pytest.mark.parametrize(
    ("said", "named", "found"),
    [("never", "", ""), ("found", "", STARTER), ("always", STARTER, STARTER), ("", "", STARTER)],
)
def test_who_is_asked_first_is_the_operators_to_say(tmp_path, said, named, found):
    path = tmp_path / "operator.yaml"
    option = f", onboarding: {said}" if said else ""
    path.write_text(f"platform: {{kind: gitlab{option}}}\n")
    platform = operator_config(str(path)).platform
    assert starter_of(platform, found=False) == named
    assert starter_of(platform, found=True) == found
