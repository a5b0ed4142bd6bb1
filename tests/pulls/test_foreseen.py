"""What a dry run says would be written."""

import pytest

from bot.model import Issue, NewFile, Pull
from bot.pulls.actions import (
    AddComment,
    Close,
    Course,
    DisableAutomerge,
    EditPull,
    EnableAutomerge,
    RemoveLabel,
    Reopen,
)
from bot.pulls.bodies import COMMANDS
from bot.pulls.commands import BOX
from bot.pulls.differences import MOST_LINES, difference, text_difference
from bot.pulls.foreseen import foreseen, issue_foreseen
from bot.pulls.marker import Marker, with_marker
from tests.altered import replace
from tests.pulls.forge import BRANCH, Forge, wanted

PULL = Pull(3, BRANCH, "main", "Title", "x")
BEFORE = {"Dockerfile": b"FROM node:20.1.0\n"}


def told(forge, proposal):
    pulls = [forge._shown(pull) for pull in forge.pulls.values()]
    return list(foreseen(forge.course(proposal), BEFORE, pulls))


def test_a_new_one_is_told_write_by_write_with_its_difference():
    proposal = wanted(labels=("docker",), reviewers=("kim", "team/base"), automerge=True)
    assert told(Forge(), proposal) == [
        f"create the branch {BRANCH} upon c0:",
        "    --- a/Dockerfile",
        "    +++ b/Dockerfile",
        "    @@ -1 +1 @@",
        "    -FROM node:20.1.0",
        "    +FROM node:20.1.0@sha256:a",
        f"open a pull request “Refresh node 20.1.0 (a)” from {BRANCH} to main:",
        "    +What it does.",
        "    +",
        f"    +{BOX}",
        "    +",
        f"    +{COMMANDS}",
        "add to it: labels docker; reviewers kim, team/base",
        "have it merged by the forge",
        "edit it: its hidden mark alone, which remembers what was done",
    ]


def test_a_move_in_place_is_told():
    forge = Forge()
    forge.run(wanted())
    lines = told(forge, wanted("b"))
    assert lines[0].startswith(f"put the branch {BRANCH} (now ")
    assert "    +FROM node:20.1.0@sha256:b" in lines
    edit = lines.index("edit #1: title “Refresh node 20.1.0 (b)” (was “Refresh node 20.1.0 (a)”)")
    assert edit == len(lines) - 1


def test_what_becomes_of_a_text_is_told_and_what_stays_is_not():
    forge = Forge()
    forge.run(wanted())
    proposal = wanted(evidence="e2")
    body = proposal.body.replace("What it does.", "What it fixes.")
    lines = told(forge, replace(proposal, body=body))
    assert lines[:4] == [
        "edit #1: text:",
        "    @@ -1,4 +1,4 @@",
        "    -What it does.",
        "    +What it fixes.",
    ]
    assert not any("<!-- basewatch " in line for line in lines)


def test_an_edit_is_compared_with_the_one_before_it():
    first, second = "One.\nTwo.", "One.\nThree."
    course = Course("updated", (Close(3, first), Reopen(3, second), EditPull(3, body=second)))
    assert foreseen(course, {}, [replace(PULL, body=first)]) == (
        "close #3",
        "open #3 again:",
        "    @@ -1,2 +1,2 @@",
        "     One.",
        "    -Two.",
        "    +Three.",
        "edit #3: its hidden mark alone, which remembers what was done",
    )


def test_a_text_without_one_before_it_is_all_new_and_so_is_one_too_long_to_compare():
    assert list(text_difference("", "One.\n\nTwo.\n")) == ["+One.", "+", "+Two."]
    long = "\n".join(f"line {n}" for n in range(1_500))
    assert next(text_difference(long, f"new\n{long}")) == "+new"
    assert list(text_difference(long, with_marker(long, Marker(heard=3)))) == []


@pytest.mark.parametrize(
    ("wanted", "was", "first"),
    [
        (Issue("T", "New."), None, "open the issue “T”:"),
        (Issue("T", "New.", 4), Issue("T", "Old.", 4), "edit the issue #4:"),
        (Issue("T", "New.", 4), Issue("T", "Old.", 4, is_open=False), "open again the issue #4:"),
        (Issue("T", "New.", 4, is_open=False), Issue("T", "Old.", 4), "close the issue #4:"),
    ],
)
def test_what_becomes_of_an_issue_is_told(wanted, was, first):
    lines = issue_foreseen(wanted, was)
    assert lines[0] == first
    removed = ["    -Old."] if was else []
    assert [line for line in lines if line[4] in "+-" and line != first] == [*removed, "    +New."]


def test_a_retirement_is_told():
    forge = Forge()
    forge.run(wanted())
    comment, close, delete = told(forge, None)
    assert comment.startswith("comment on #1: No longer wanted")
    assert close == "close #1"
    assert delete.startswith(f"delete the branch {BRANCH} (now ")


def test_a_draft_with_all_it_gets_at_once():
    forge = Forge(settings=replace(Forge().settings, dressed=True))
    proposal = wanted(draft=True, assignees=("lee",), milestone="1.0")
    assert next(line for line in told(forge, proposal) if line.startswith("open")) == (
        f"open a draft “Refresh node 20.1.0 (a)” from {BRANCH} to main,"
        " with assignees lee; milestone 1.0:"
    )


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (Reopen(3, "x"), "open #3 again"),
        (Close(3, "x"), "close #3"),
        (RemoveLabel(3, "rebase"), "take the label rebase off #3"),
        (AddComment(3, "One.\nTwo."), "comment on #3: One."),
        (EnableAutomerge(3), "have #3 merged by the forge"),
        (DisableAutomerge(3), "have #3 not merged by the forge"),
    ],
)
def test_every_other_write_has_its_line(action, line):
    before, *_ = foreseen(Course("updated", (action,)), {}, [PULL])
    assert before == line


def test_all_of_a_comment_is_told_but_its_mark():
    course = Course("left", (AddComment(3, "One.\nTwo.\n<!-- basewatch said=touched -->"),))
    assert foreseen(course, {}) == ("comment on #3: One.", "    Two.")


def test_nothing_to_write_is_nothing_to_tell():
    forge = Forge()
    forge.run(wanted())
    assert told(forge, wanted()) == []


def test_a_new_file_comes_from_nowhere_and_a_long_one_is_cut():
    many = b"".join(b"line %d\n" % n for n in range(2 * MOST_LINES))
    lines = list(difference({"new": NewFile(many, "100644")}, {}))
    assert lines[:2] == ["--- /dev/null", "+++ b/new"]
    assert lines[-1] == f"({2 * MOST_LINES + 3 - MOST_LINES} lines more)"
    assert len(lines) == MOST_LINES + 1
