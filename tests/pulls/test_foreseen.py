"""What a dry run says would be written."""

import pytest

from bot.model import NewFile
from bot.pulls.actions import (
    AddComment,
    Close,
    Course,
    DisableAutomerge,
    EnableAutomerge,
    RemoveLabel,
    Reopen,
)
from bot.pulls.foreseen import MOST_LINES, difference, foreseen
from tests.altered import replace
from tests.pulls.forge import BRANCH, Forge, wanted

BEFORE = {"Dockerfile": b"FROM node:20.1.0\n"}


def told(forge, proposal):
    return list(foreseen(forge.course(proposal), BEFORE))


def test_a_new_one_is_told_write_by_write_with_its_difference():
    proposal = wanted(labels=("docker",), reviewers=("kim", "team/base"), automerge=True)
    assert told(Forge(), proposal) == [
        f"create the branch {BRANCH} upon c0:",
        "    --- a/Dockerfile",
        "    +++ b/Dockerfile",
        "    @@ -1 +1 @@",
        "    -FROM node:20.1.0",
        "    +FROM node:20.1.0@sha256:a",
        f"open a pull request “Refresh node 20.1.0 (a)” from {BRANCH} to main",
        "add to it: labels docker; reviewers kim, team/base",
        "have it merged by the forge",
        "edit it: text",
    ]


def test_a_move_in_place_is_told():
    forge = Forge()
    forge.run(wanted())
    lines = told(forge, wanted("b"))
    assert lines[0].startswith(f"put the branch {BRANCH} (now ")
    assert "    +FROM node:20.1.0@sha256:b" in lines
    assert lines[-1] == "edit #1: title “Refresh node 20.1.0 (b)” and text"


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
    assert told(forge, proposal)[-1] == (
        f"open a draft “Refresh node 20.1.0 (a)” from {BRANCH} to main,"
        " with assignees lee; milestone 1.0"
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
    assert foreseen(Course("updated", (action,)), {}) == (line,)


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
