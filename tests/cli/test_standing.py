"""`classify --online`: how each reference stands, by its registry and the ledger."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot import flow
from bot.cli.standing import lines
from bot.errors import RegistryError
from bot.flow import Standing
from bot.image import ImageRef
from bot.ledger import LedgerFile
from bot.model import History, Policy, Sighting, TagList
from bot.ports import Desk
from bot.rules import load
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, digest_of

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "classify.schema.json"
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
PUSHED = dt.datetime(2026, 11, 3, 7, tzinfo=dt.UTC)
TAGS = TagBook(load())
NODE = ["latest", "22", "22.11.0", "22.11.0-bookworm", "22.10.0", "20-alpine", "20.18.1-alpine"]


class Told(Shelf):
    """A registry whose listing tells digests and push dates."""

    async def tags(self, image):
        listed = await super().tags(image)
        return TagList(listed.tags, listed.digests, dict.fromkeys(listed.tags, PUSHED))


@pytest.fixture
def stands(tmp_path):
    ledger = LedgerFile(tmp_path / "ledger.sqlite")

    def ask(shelf, *references, now=NOW):
        desk = Desk(TAGS, shelf.open, lambda _: Policy(), ledger=ledger, clock=lambda: now)
        return flow.standings([ImageRef.parse(text) for text in references], desk)

    return ask


def online(text):
    document = json.loads(text)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    return [tag.get("online") for tag in document["tags"]]


# ---------------------------------------------------------------- what is known


def test_a_tag_stands_as_its_registry_tells(stands):
    shelf = Told({"node": NODE})
    shelf.alike("node:22", "node:22.11.0", "node:22.11.0-bookworm", "node:latest")
    shelf.tells("node")
    (node,) = stands(shelf, "node:22")
    assert node.digest == shelf.digest_at("node:22")
    assert node.platforms == ("linux/amd64", "linux/arm64")
    assert (node.pushed, node.failure) == (PUSHED, None)
    assert node.equivalents == ("22.11.0", "22.11.0-bookworm")
    assert sorted(shelf.asked) == [("outline", "node:22"), ("tags", "docker.io/library/node")]


def test_where_the_listing_tells_no_digests_a_few_likely_tags_are_asked_about(stands):
    shelf = Shelf({"node": NODE})
    shelf.alike("node:20-alpine", "node:20.18.1-alpine")
    (node,) = stands(shelf, "node:20-alpine")
    assert (node.equivalents, node.pushed) == (("20.18.1-alpine",), None)
    assert ("digest", "node:20.18.1-alpine") in shelf.asked


def test_nothing_more_precise_is_asked_about_for_an_immutable_tag(stands):
    tag = "3.5.17-debian-12-r8"
    shelf = Shelf({"bitnami/etcd": [tag, "3.5.17"]})
    stands(shelf, f"bitnami/etcd:{tag}")
    assert not [asked for asked in shelf.asked if asked[0] == "digest"]


def test_each_question_is_asked_once_however_often_a_reference_is_given(stands):
    shelf = Shelf({"node": NODE})
    one, two, pinned = stands(shelf, "node:22", "library/node:22", f"node:22@{digest_of('old')}")
    assert one == two == pinned
    assert len(shelf.asked) == len(set(shelf.asked))


def test_the_ledger_remembers_and_tells_since_when_and_how_often_it_moved(stands):
    shelf = Shelf({"node": NODE})
    stands(shelf, "node:22", now=NOW - dt.timedelta(days=9))
    shelf.move("node:22")
    stands(shelf, "node:22", now=NOW - dt.timedelta(days=3))
    (node,) = stands(shelf, "node:22")
    assert (node.history.moves, node.history.moved) == (1, NOW - dt.timedelta(days=3))
    assert node.history.of(node.digest).first == NOW - dt.timedelta(days=3)


def test_a_digest_without_tag_is_looked_at_and_no_tags_are_listed(stands):
    shelf = Shelf({"node": NODE})
    (node,) = stands(shelf, f"node@{digest_of('some')}")
    assert (node.digest, node.equivalents) == (digest_of("some"), ())
    assert node.history == History()
    assert [what for what, _ in shelf.asked] == ["outline"]


def test_what_cannot_be_had_is_a_failure_of_that_reference_alone(stands):
    shelf = Shelf({"node": NODE, "python": ["3.12"]}, broken=["python"])
    node, python, gone = stands(shelf, "node:22", "python:3.12", "node:gone")
    assert (node.failure, python.digest, gone.digest) == (None, None, None)
    assert "out of order" in python.failure
    assert "no such tag" in gone.failure


def test_a_list_that_cannot_be_had_is_told_beside_the_digest_that_can(stands):
    class Unlisted(Shelf):
        async def tags(self, image):
            raise RegistryError("it lists nothing")

    (node,) = stands(Unlisted({"node": NODE}), "node:22")
    assert node.digest
    assert node.failure == "it lists nothing"


# ---------------------------------------------------------------- what is shown


def test_each_thing_that_is_known_has_its_line():
    was = digest_of("was")
    history = History((Sighting(was, PUSHED, PUSHED), Sighting(digest_of("is"), NOW, NOW)))
    node = Standing(digest_of("is"), ("linux/amd64",), PUSHED, history, ("22.11.0",))
    assert list(lines(ImageRef.parse(f"node:22@{was}"), node)) == [
        f"digest    {digest_of('is')}, not the one that is written",
        "for       linux/amd64",
        "pushed    2026-11-03",
        "seen      there since 2026-11-22; moved once, last on 2026-11-22",
        "same as   22.11.0",
    ]
    thrice = History((*history.sightings, *history.sightings))
    assert "moved 3 times" in list(lines(ImageRef.parse("node"), Standing(was, history=thrice)))[1]
    assert list(lines(ImageRef.parse("node"), Standing())) == []


def test_a_registry_is_asked_and_the_ledger_kept(says, operator, own_ledger):
    code, out, err = says("classify", "--online", "node:20-alpine", "--config", operator)
    assert (code, err) == (0, "")
    assert "\n  digest    sha256:" in out
    assert "\n  for       linux/amd64" in out
    assert "\n  seen      there since 20" in out
    assert own_ledger.exists()
    _, out, _ = says("classify", "--online", "node:20-alpine", "--config", operator, "--json")
    (node,) = online(out)
    assert node["digest"].startswith("sha256:")
    assert node["first_seen"].endswith("Z")
    assert (node["moves"], node["last_moved"], node["failure"]) == (0, None, None)


def test_each_failure_is_one_line_and_the_rest_is_told(says, operator):
    words = ("classify", "--online", "--config", operator, "node:none", "node:20-alpine")
    code, out, err = says(*words)
    assert code == 2
    assert err.count("\n") == 1
    assert err.startswith("basewatch: docker.io/library/node:none: ")
    assert "Traceback" not in err
    assert out.count("  digest    ") == 1
    code, out, _ = says(*words, "--json")
    gone, node = online(out)
    assert (code, gone["digest"], node["failure"]) == (2, None, None)
    assert gone["failure"]


def test_without_it_nobody_is_asked_and_nothing_is_loaded_for_it(says, operator, registry):
    _, out, _ = says("classify", "node:20-alpine", "--config", operator, "--json")
    assert online(out) == [None]
    code = (
        "import sys; from bot.cli import main; main(['classify', 'node:20']);"
        "print(sorted({'asyncio', 'httpx', 'bot.flow.standing', 'bot.wiring.desks'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
