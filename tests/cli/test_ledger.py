"""`basewatch ledger`, and what other commands do with what it knows."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.demo.setting import working_in
from bot.image import ImageRef
from bot.ledger import LedgerFile
from tests.fakes.shelf import digest_of

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "ledger.schema.json"
START = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
A, B = digest_of("a"), digest_of("b")
NODE, DEBIAN = ImageRef.parse("node:20-alpine"), ImageRef.parse("debian:bookworm-20240904")


@pytest.fixture
def ledger(own_ledger):
    """A ledger in which one tag stayed and two moved, one of them an immutable one, and back."""
    file = LedgerFile(own_ledger)
    for day, (node, debian) in enumerate([(A, A), (B, B), (B, A)]):
        seen = {NODE: node, DEBIAN: debian, NODE.at("22"): A, NODE.at("20-alpine", A): A}
        file.record(seen, START + dt.timedelta(days=day))
    return file


def valid(text):
    document = json.loads(text)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    return document


def test_show_tells_where_each_tag_pointed_and_when(says, ledger):
    code, out, err = says("ledger", "show")
    assert (code, err) == (0, "")
    assert out == (
        "docker.io/library/debian:bookworm-20240904\n"
        f"  2026-11-01 09:00 to 2026-11-01 09:00  {A[:19]}…\n"
        f"  2026-11-02 09:00 to 2026-11-02 09:00  {B[:19]}…\n"
        f"  2026-11-03 09:00 to 2026-11-03 09:00  {A[:19]}…\n"
        "docker.io/library/node:20-alpine\n"
        f"  2026-11-01 09:00 to 2026-11-01 09:00  {A[:19]}…\n"
        f"  2026-11-02 09:00 to 2026-11-03 09:00  {B[:19]}…\n"
        "docker.io/library/node:22\n"
        f"  2026-11-01 09:00 to 2026-11-03 09:00  {A[:19]}…\n"
        f"3 tags, 2 of them seen to move. ({ledger.path})\n"
    )


@pytest.mark.parametrize(
    ("words", "tags"),
    [(["node"], ["20-alpine", "22"]), (["node:22"], ["22"]), (["node:18"], []),
     (["docker.io/library/debian", "node:22"], ["bookworm-20240904", "22"]),
     ([], ["bookworm-20240904", "20-alpine", "22"])],
)  # fmt: skip
def test_show_tells_of_the_references_it_is_asked_about(says, ledger, words, tags):
    _, out, _ = says("ledger", "show", *words, "--json")
    assert [tag["tag"] for tag in valid(out)["tags"]] == tags


def test_export_is_all_of_it_pins_included(says, ledger):
    code, out, _ = says("ledger", "export")
    document = valid(out)
    assert code == 0
    assert document["path"] == str(ledger.path)
    assert [(tag["tag"], tag["pin"], tag["moves"]) for tag in document["tags"]] == [
        ("bookworm-20240904", None, 2), ("20-alpine", None, 1), ("20-alpine", A, 0), ("22", None, 0),
    ]  # fmt: skip
    assert document["tags"][1]["seen"][1] == {
        "digest": B, "first": "2026-11-02T09:00:00Z", "last": "2026-11-03T09:00:00Z",
    }  # fmt: skip


def test_without_a_ledger_there_is_nothing_to_show(says, own_ledger):
    assert says("ledger", "show") == (0, f"0 tags, 0 of them seen to move. ({own_ledger})\n", "")
    assert valid(says("ledger", "export")[1])["tags"] == []
    assert says("ledger", "prune", "--older-than", "1d")[0] == 0
    assert not own_ledger.exists()


def test_prune_forgets_what_is_older_than_it_is_told(says, ledger):
    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=30)
    ledger.record({ImageRef.parse("old"): A}, old)
    ledger.record({ImageRef.parse("new"): A}, old + dt.timedelta(days=20))
    forgotten = valid(says("ledger", "prune", "--older-than", "25d", "--json")[1])["forgotten"]
    assert forgotten >= 1
    assert ImageRef.parse("old") not in ledger.histories()
    assert ImageRef.parse("new") in ledger.histories()
    _, out, _ = says("ledger", "prune", "--older-than", "1")
    assert out.startswith("Forgot ")
    assert ImageRef.parse("new") not in ledger.histories()


@pytest.mark.parametrize("text", ["soon", "-1d", "3h", "1d\n", "", "999999d", "１d"])
def test_an_age_that_is_none_ends_in_one_line(says, ledger, text):
    code, out, err = says("ledger", "prune", f"--older-than={text}")
    assert (code, out) == (2, "")
    assert err == f"basewatch: --older-than {text!r}: write a number of days, as in 400d\n"


def test_what_is_no_reference_ends_in_one_line(says, ledger):
    assert says("ledger", "show", "No Such")[0] == 2


def test_a_ledger_that_is_off_ends_in_one_line(says, monkeypatch):
    monkeypatch.setenv("BASEWATCH_LEDGER", "off")
    code, _, err = says("ledger", "show")
    assert code == 2
    assert err == "basewatch: the ledger is off: `ledger` or $BASEWATCH_LEDGER can name its file\n"


def test_a_ledger_that_is_none_ends_in_one_line(says, own_ledger):
    own_ledger.parent.mkdir(parents=True)
    own_ledger.write_text("not a database, whatever it is called")
    code, _, err = says("ledger", "show")
    assert code == 2
    assert err == f"basewatch: {own_ledger}: the ledger cannot be used: file is not a database\n"


def test_the_operator_says_where_the_ledger_is(says, tmp_path, monkeypatch):
    monkeypatch.delenv("BASEWATCH_LEDGER")
    config = tmp_path / "operator.yaml"
    config.write_text(f"ledger: {tmp_path}/here.sqlite\n")
    LedgerFile(tmp_path / "here.sqlite").record({NODE: A}, START)
    assert "1 tag, 0 of them" in says("ledger", "show", "--config", config)[1]
    config.write_text("ledger: off\n")
    assert says("ledger", "show", "--config", config)[0] == 2


# ---------------------------------------------------------------- what others do with it


def test_classify_believes_what_was_seen_more_than_a_rule(says, ledger):
    _, out, _ = says("classify", "debian:bookworm-20240904", "node:22", "--json")
    moved, still = json.loads(out)["tags"]
    assert (moved["mutability"], moved["rule"]) == ("rolling", "ledger")
    assert moved["follows"] == "rebuilds of bookworm-20240904"
    assert moved["because"] == "This bot has seen it move 2 times, last on 2026-11-03."
    never, back = moved["warnings"]
    assert never == (
        "bookworm-20240904 should never move, and this bot has seen it move 2 times,"
        " last on 2026-11-03."
    )
    assert back == (
        "bookworm-20240904 points again at the digest it had until 2026-11-01:"
        " its publisher took the newer one back."
    )
    assert still["rule"] != "ledger"
    assert still["warnings"] == []
    _, text, _ = says("classify", "debian:bookworm-20240904")
    assert "  warning: bookworm-20240904 should never move" in text


def test_check_warns_in_a_line_of_its_own_of_a_tag_that_should_not_have_moved(
    says, ledger, operator, tmp_path
):
    (tmp_path / "Dockerfile").write_text("FROM debian:bookworm-20240904\n")
    _, text, _ = says("check", tmp_path / "Dockerfile", "--config", operator)
    assert "\n            warning: bookworm-20240904 should never move, and this bot" in text
    assert text.count("should never move") == 1
    _, out, _ = says("check", tmp_path / "Dockerfile", "--config", operator, "--json")
    [use] = json.loads(out)["uses"]
    assert use["warnings"][0].startswith("bookworm-20240904 should never move")
    assert all(warning in use["because"] for warning in use["warnings"])


def test_classify_makes_no_ledger(says, own_ledger):
    assert says("classify", "node:20")[0] == 0
    assert not own_ledger.parent.exists()


@pytest.mark.slow
def test_check_fix_and_a_dry_run_all_remember_what_they_saw(says, shop, operator, own_ledger):
    for words in (["check"], ["run", "--dry-run"], ["fix"]):
        own_ledger.unlink(missing_ok=True)
        says(words[0], shop, "--config", operator, *words[1:])
        assert "node:20.18.1-alpine\n" in says("ledger", "show")[1], words


def test_a_ledger_in_the_way_is_one_notice_and_the_run_goes_on(says, shop, operator, own_ledger):
    own_ledger.parent.mkdir(parents=True)
    own_ledger.write_text("not a database, whatever it is called")
    _, out, err = says("check", shop, "--config", operator)
    assert "node:20.11.0-alpine → node:20.18.1-alpine@sha256:" in out
    words = "the ledger cannot be used: file is not a database; this run goes on and knows less"
    assert err.count(f"{own_ledger}: {words}\n") == 1
    assert err.count("the ledger") == 1


def test_a_second_look_at_a_rebuilt_tag_says_that_it_moved(
    says, tmp_path, operator, registry, shelves, monkeypatch
):
    (tmp_path / "a").mkdir()
    text = "# basewatch: allow patch\nFROM python:3.12-slim\n"
    (tmp_path / "a/Dockerfile").write_text(text)
    says("check", tmp_path / "a", "--config", operator)
    shelf = shelves["library/python"]
    monkeypatch.setattr(shelf, "tags", shelf.tags)  # as it was, for other tests
    registry.move("library/python", "3.12-slim", shelf.moves["3.12-slim"])
    says("check", tmp_path / "a", "--config", operator)
    _, out, _ = says("classify", "python:3.12-slim")
    assert "This bot has seen it move once, on " in out


def test_the_demo_has_a_ledger_of_its_own(tmp_path, own_ledger):
    with working_in(tmp_path):
        LedgerFile(Path(os.environ["BASEWATCH_LEDGER"])).record({NODE: A}, START)
    assert os.environ["BASEWATCH_LEDGER"] == str(own_ledger)
    assert not own_ledger.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.sqlite"]


def test_help_waits_for_no_database():
    script = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main(['ledger', '--help'])\nexcept SystemExit:\n    pass\n"
        "assert not {'bot.ledger', 'pydantic'} & set(sys.modules)\n"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0
