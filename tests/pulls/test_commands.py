import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Comment, Pull
from bot.pulls.bodies import COMMANDS
from bot.pulls.commands import BOX, asked_in, commands_in, is_ticked
from bot.pulls.hearing import has_to_be_judged
from bot.pulls.marker import Marker, with_marker
from bot.pulls.said import KNOWN
from tests.altered import replace

TODAY = dt.date(2026, 11, 22)
ME = "basewatch[bot]"


def comment(text, id_=1, author="kim", may_write=True):
    return Comment(id_, 7, author, text, may_write)


def verbs(text):
    return [command.verb for command in commands_in(comment(text), TODAY)]


SPOKEN = [
    ("/basewatch rebase", ["rebase"]),
    ("/basewatch recreate", ["recreate"]),
    ("/basewatch reopen", ["reopen"]),
    ("/basewatch ignore this version", ["ignore-version"]),
    ("/basewatch ignore this image", ["ignore-image"]),
    ("/basewatch hold until 2026-12-15", ["hold"]),
    ("/basewatch hold until 2026-11-22", ["hold"]),
    ("/basewatch hold until 2026-11-21", ["unknown"]),
    ("/basewatch hold until 2026-02-30", ["unknown"]),
    ("/basewatch hold until tomorrow", ["unknown"]),
    ("/basewatch hold", ["unknown"]),
    ("/basewatch", ["unknown"]),
    ("/basewatch ignore", ["unknown"]),
    ("  /basewatch rebase", []),
    ("/basewatch   REBASE! \r\n", ["rebase"]),
    ("/basewatch rebase please", ["unknown"]),
    ("Hi!\n\n/basewatch rebase\nThank you.\n/basewatch reopen", ["rebase", "reopen"]),
    ("I wrote /basewatch rebase", []),
    ("> /basewatch rebase", []),
    ("`/basewatch rebase`", []),
    ("/basewatcher rebase", []),
    ("```\n/basewatch rebase\n```\n/basewatch reopen", ["reopen"]),
    ("~~~\n```\n/basewatch rebase\n~~~\n/basewatch reopen", ["reopen"]),
    ("```\n/basewatch rebase", []),
    ("```sh\n/basewatch rebase\n```\n/basewatch reopen", ["reopen"]),
    ("- So:\n  ```\n/basewatch rebase\n  ```\n/basewatch reopen", ["reopen"]),
    ("````\n```\n/basewatch rebase\n```\n````\n/basewatch reopen", ["reopen"]),
    ("```\n```sh\n/basewatch rebase\n````  \n/basewatch reopen", ["reopen"]),
    ("```made so```\n/basewatch rebase", ["rebase"]),
    ("/basewatch rebase\n" * 9, ["rebase"] * 5),
    ("x\n" * 300 + "/basewatch rebase", []),
    ("x" * 10_001 + "\n/basewatch rebase", []),
]


@pytest.mark.parametrize(("text", "meant"), SPOKEN)
def test_a_command_is_a_line_of_its_own(text, meant):
    assert verbs(text) == meant


def test_what_we_write_ourselves_commands_nothing():
    assert verbs(f"{COMMANDS}\n{KNOWN}") == []


def test_the_later_of_two_that_contradict_each_other_counts():
    asked = asked_in(
        [comment("/basewatch reopen", 3), comment("/basewatch ignore this image", 2)], 0, ME, TODAY
    )
    assert asked.shelve is None
    assert asked.recreate.comment == 3
    assert asked.heard == 3
    asked = asked_in(
        [comment("/basewatch recreate\n/basewatch rebase\n/basewatch ignore this image")],
        0,
        ME,
        TODAY,
    )
    assert asked.shelve.verb == "ignore-image"
    assert asked.recreate is None
    assert asked.rebase


def test_what_was_heard_is_heard_once_and_talk_is_not_remembered():
    told = [comment("/basewatch rebase", 4), comment("nice", 9)]
    assert asked_in(told, 0, ME, TODAY).heard == 4
    assert asked_in(told, 4, ME, TODAY) == asked_in([], 4, ME, TODAY)


def test_what_strangers_say_is_done_with_and_what_we_say_is_nothing():
    told = [comment("/basewatch rebase", 1, may_write=False), comment("/basewatch rebase", 2, ME)]
    assert asked_in(told, 0, ME, TODAY) == asked_in([], 1, ME, TODAY)


@pytest.mark.parametrize("unseen", ["\u2060", "\u200b", "\ufeff", "\u00ad", "\u200d\u200e"])
def test_what_is_copied_from_a_page_may_have_in_it_what_nobody_sees(unseen):
    assert verbs(f"{unseen}/{unseen}basewatch {unseen}rebase{unseen}") == ["rebase"]


def judged(pull=None, **said):
    told = replace(comment("/basewatch rebase", id_=5), **said)
    return has_to_be_judged(told, pull or Pull(7, "b", "main", "t", "", author=ME), ME)


def test_who_may_write_matters_where_there_is_a_command_that_was_not_heard():
    heard = Pull(7, "b", "main", "t", with_marker("", Marker(heard=5)), author=ME)
    assert judged()
    assert judged(heard, id=6)
    assert not judged(heard)
    assert not judged(author=ME)
    assert not judged(author="")
    assert not judged(text="I like it.")
    assert not judged(text="```\n/basewatch rebase\n```")


def test_what_somebody_else_says_was_heard_is_not_believed():
    theirs = Pull(7, "b", "main", "t", with_marker("", Marker(heard=9)), author="mallory")
    assert judged(theirs)


BODIES = [
    (BOX, False),
    (BOX.replace("[ ]", "[x]"), True),
    ("text\r\n" + BOX.replace("- [ ]", "* [X]") + "\r\n", True),
    ("- [x] rebase", False),
    ("text " + BOX.replace("[ ]", "[x]"), False),
]


@pytest.mark.parametrize(("body", "ticked"), BODIES)
def test_the_box_is_ticked_or_not(body, ticked):
    assert is_ticked(body) is ticked


@given(st.text(alphabet=st.sampled_from("/basewtch \n`~rehold until2026-1"), max_size=300))
def test_no_comment_is_too_strange(text):
    found = commands_in(comment(text), TODAY)
    assert len(found) <= 5
    assert all("\n" not in command.text for command in found)
