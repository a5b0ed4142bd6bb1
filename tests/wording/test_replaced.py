import asyncio
import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest

from bot import flow
from bot.cli import payload
from bot.cli.check import plan_shown
from bot.model import LifeCycle, Policy, Replaced
from bot.ports import Desk
from bot.rules import life_cycles, load
from bot.steps.propose import propose
from bot.tags import TagBook
from bot.wording.replaced import moved
from tests.fakes.shelf import Shelf, tree_of

KNOWN = life_cycles()
TAGS = TagBook(load(), KNOWN.is_lts, KNOWN.systems)
TODAY = dt.date(2026, 11, 22)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "check.schema.json"
JAVA = {"Dockerfile": "FROM openjdk:17-jdk-bookworm\nFROM centos:7\nFROM node:20\n"}
SHELF = {"openjdk": ["17-jdk-bookworm", "17-jdk-trixie"], "centos": ["7"], "node": ["20"]}
TEMURIN = "Docker no longer publishes this image; Eclipse Temurin is the build of OpenJDK that is kept up."


@pytest.fixture
def surveyed(tmp_path):
    policy = Policy(today=TODAY, apart=frozenset({"variant"}))
    desk = Desk(TAGS, Shelf(SHELF).open, lambda _tree: policy)
    return tree_of(tmp_path, JAVA), desk


def test_where_there_is_a_successor_it_is_named_and_left_to_a_person():
    assert moved(Replaced("b", "A is gone.")) == "A is gone. It moved to b; change it by hand."


def test_where_there_is_none_another_is_to_be_chosen():
    assert moved(Replaced(None, "A is gone.")) == "A is gone. Choose another image by hand."


def test_a_proposal_warns_of_an_image_that_was_replaced_and_names_a_newer_system(surveyed):
    tree, desk = surveyed
    cases = asyncio.run(flow.argued([flow.survey(tree, desk)], desk))[1]
    bodies = {proposal.title: proposal.body for proposal in map(propose, cases)}
    warned = {title: "⚠️ openjdk: Docker no longer" in body for title, body in bodies.items()}
    system = "Move to a newer system: openjdk 17-jdk-bookworm → 17-jdk-trixie"
    assert warned == {
        "Pin openjdk 17-jdk-bookworm to a digest": True,
        system: True,
        "Pin centos 7 to a digest": False,
        "Pin node 20 to a digest": False,
    }
    assert "It moved to eclipse-temurin; change it by hand." in bodies[system]
    assert "**The same is published on a later release of its operating system.**" in bodies[system]


def test_a_plan_says_it_in_its_text_and_in_its_document(surveyed, capsys):
    plan = flow.check(*surveyed)
    plan_shown(plan, lambda _image: LifeCycle())
    shown = capsys.readouterr().out
    assert f"{TEMURIN} It moved to eclipse-temurin; change it by hand." in shown
    assert "apart    openjdk:17-jdk-trixie  (variant)" in shown
    document = payload.check(".", plan, lambda _image: LifeCycle())
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    java, centos, node = (use["replacement"] for use in document["uses"])
    assert java == {"image": "eclipse-temurin", "because": TEMURIN}
    assert centos["image"] is None
    assert node is None


def test_a_proposal_ends_with_the_later_system_that_nobody_asked_for(tmp_path):
    tag = "3.12.1-slim-bookworm"
    shelf = Shelf({"python": [tag, "3.12.1-slim-trixie"]})
    desk = Desk(TAGS, shelf.open, lambda _tree: Policy(today=TODAY))
    tree = tree_of(tmp_path, {"Dockerfile": f"FROM python:{tag}\n"})
    (case,) = asyncio.run(flow.argued([flow.survey(tree, desk)], desk))[1]
    told = "was supported until 2026-07-11; 3.12.1-slim-trixie is published for the same version."
    (line,) = (line for line in propose(case).body.splitlines() if line.startswith("Line: "))
    assert line.endswith(told)
