import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PlatformError
from bot.model import NewFile
from bot.platforms.gitlab.writing import inert
from bot.pulls.actions import (
    AddComment,
    Close,
    Commit,
    CreateBranch,
    CreatePull,
    DeleteBranch,
    DisableAutomerge,
    Dress,
    EditPull,
    EnableAutomerge,
    RemoveLabel,
    Reopen,
    SetDress,
    UpdateBranch,
)
from tests.platforms.gitlab.test_pulls import opened
from tests.platforms.gitlab.world import BRANCH, PREFIX, SLUG

FILES = {"Dockerfile": NewFile(b"FROM scratch\n", "100644")}


def commit(world, base=None, files=FILES):
    return Commit(base or world.project.tip(), files, "Message\n\nBasewatch: 0123\n")


def refused(forge, action, number=0):
    with pytest.raises(PlatformError) as caught:
        forge.carry_out(SLUG, action, number)
    return str(caught.value)


# ---------------------------------------------------------------- branches


def test_what_was_committed_is_told(world, forge):
    done = forge.carry_out(SLUG, CreateBranch(BRANCH, commit(world)), 0)
    assert done.tip == world.project.tip(BRANCH)
    done = forge.carry_out(SLUG, UpdateBranch(BRANCH, commit(world), done.tip), 0)
    assert done.tip == world.project.tip(BRANCH)


def test_a_branch_that_is_there_is_not_created(world, forge):
    opened(world)
    assert "already exists. Switch to that branch" in refused(
        forge, CreateBranch(BRANCH, commit(world))
    )


def test_a_branch_that_vanished_is_made_again(world, forge):
    forge.carry_out(SLUG, UpdateBranch(BRANCH, commit(world), "1" * 40), 0)
    assert world.project.git.files(BRANCH)["Dockerfile"][1] == b"FROM scratch\n"


def test_a_branch_is_deleted_as_expected_and_not_otherwise(world, forge):
    opened(world)
    assert "has moved meanwhile" in refused(forge, DeleteBranch(BRANCH, "1" * 40))
    forge.carry_out(SLUG, DeleteBranch(BRANCH, world.project.tip(BRANCH)), 0)
    assert world.project.tip(BRANCH) is None
    forge.carry_out(SLUG, DeleteBranch(BRANCH, "1" * 40), 0)


def test_a_protected_branch_is_said(world, forge):
    world.project.members["basewatch"] = 30
    world.project.protected.add(BRANCH)
    said = refused(forge, CreateBranch(BRANCH, commit(world)))
    assert "You are not allowed to push into this branch" in said
    assert "the branch is protected, or the role is less than Developer" in said


def test_a_base_that_is_not_there_is_said(world, forge):
    assert "Cannot find start_sha" in refused(forge, CreateBranch(BRANCH, commit(world, "1" * 40)))


@pytest.mark.parametrize(
    "files",
    [
        {"caf\udce9": NewFile(b"", "100644")},
        {"link": NewFile(b"there", "120000")},
    ],
)
def test_what_the_api_cannot_say_is_not_sent(world, forge, files):
    said = refused(forge, CreateBranch(BRANCH, commit(world, files=files)))
    assert "no file that can be written" in said
    assert world.server.writes() == []


def test_a_path_with_anything_in_it_is_written(world, forge):
    files = {"a b/ä#%2F?.txt": NewFile(b"x", "100644")}
    forge.carry_out(SLUG, CreateBranch(BRANCH, commit(world, files=files)), 0)
    assert "a b/ä#%2F?.txt" in world.project.git.git("ls-tree", "-r", "-z", BRANCH).decode()


# ---------------------------------------------------------------- merge requests


def test_what_is_done_is_told_with_where_it_is(world, forge):
    world.project.push(BRANCH, {"x": b""}, start=world.project.tip())
    done = forge.carry_out(SLUG, CreatePull(BRANCH, "main", "T", "B"), 0)
    assert (done.number, done.refused) == (1, "")
    assert done.url.endswith("/merge_requests/1")
    for action in (EditPull(0, title="New"), SetDress(0, Dress(("a",))), Close(0, "B")):
        assert forge.carry_out(SLUG, action, 1).url == done.url
    assert forge.carry_out(SLUG, AddComment(0, "text"), 1).number == 1
    assert [note["body"] for note in world.project.requests[1].notes] == ["text"]


def test_a_second_one_from_a_branch_is_refused(world, forge):
    opened(world)
    said = refused(forge, CreatePull(BRANCH, "main", "T", "B"))
    assert "Another open merge request already exists for this source branch: !1" in said


def test_one_from_no_branch_is_refused(world, forge):
    assert "source_branch: does not exist" in refused(forge, CreatePull(BRANCH, "main", "T", "B"))


def test_the_rebase_label_is_taken_off(world, forge):
    opened(world, labels=["rebase", "docker"])
    forge.carry_out(SLUG, RemoveLabel(1, "rebase"), 0)
    assert world.project.requests[1].labels == ["docker"]


def test_one_whose_branch_is_gone_cannot_be_opened_again(world, forge):
    opened(world).end(world.server, "closed", world.server.users["kim"])
    world.project.git.delete(BRANCH)
    assert "asked to reopen it, it stays closed" in refused(forge, Reopen(1, "B"))


@pytest.mark.parametrize("line", ["/close", "  /merge", "/label ~x", "text\n/close now"])
def test_nothing_that_is_written_back_is_a_quick_action(world, forge, line):
    opened(world)
    for action in (EditPull(1, body=line), AddComment(1, line), Reopen(1, line)):
        forge.carry_out(SLUG, action, 0)
    request = world.project.requests[1]
    assert (request.state, request.labels) == ("opened", [])
    assert request.description.replace("\u2060", "") == line
    forge.carry_out(SLUG, EditPull(1, body=request.description), 0)
    assert request.description.count("\u2060") == 1


@given(st.lists(st.sampled_from(["/", "close", "merge", " ", "\n", "\r", "\t", "x", "`"])))
def test_whatever_stands_there_none_of_it_is_a_quick_action(parts):
    told = inert("".join(parts))
    seen_by_gitlab = told.replace("\r", "")
    assert not re.search(r"^[ \t]*/(close|merge)(\s|$)", seen_by_gitlab, re.MULTILINE)
    assert inert(told) == told
    assert told.replace("\u2060", "").split() == "".join(parts).split()


def test_the_name_of_a_file_is_no_quick_action(world, forge):
    opened(world)
    forge.carry_out(SLUG, EditPull(1, body="/etc/passwd\n`/merge`\na /close"), 0)
    assert world.project.requests[1].description == "/etc/passwd\n`/merge`\na /close"


def test_another_title_leaves_a_draft_one(world, forge):
    opened(world, title="Draft: Old")
    forge.carry_out(SLUG, EditPull(1, title="New"), 0)
    assert world.project.requests[1].title == "Draft: New"


# ---------------------------------------------------------------- labels and people


def test_what_nobody_knows_is_said_and_all_else_is_done(world, forge):
    world.project.push(BRANCH, {"x": b""}, start=world.project.tip())
    world.server.user("gone", state="blocked")
    dress = Dress(("a", "b,c"), ("kim", "nobody"), ("gone", "group/team"), "11.0")
    done = forge.carry_out(SLUG, CreatePull(BRANCH, "main", "T", "B", dress=dress), 0)
    assert done.refused == (
        "label b,c has a comma; assignee nobody is nobody's name; reviewer gone is nobody's name;"
        " reviewer group/team is nobody's name; no milestone 11.0"
    )
    request = world.project.requests[1]
    assert (request.labels, [u.username for u in request.assignees]) == (["a"], ["kim"])


def test_what_is_added_takes_nothing_away(world, forge):
    users = world.server.users
    opened(world, labels=["old"], assignees=[users["kim"]], reviewers=[users["robin"]])
    world.project.milestones["10.0"] = 5
    dress = Dress(("new",), ("Robin",), ("kim", "robin"), "10.0")
    done = forge.carry_out(SLUG, SetDress(1, dress), 0)
    request = world.project.requests[1]
    assert (done.refused, request.labels, request.milestone) == ("", ["new", "old"], "10.0")
    assert [u.username for u in request.assignees] == ["kim", "robin"]
    assert [u.username for u in request.reviewers] == ["robin", "kim"]


def test_what_nobody_knows_alone_is_no_write(world, forge):
    opened(world)
    assert forge.carry_out(SLUG, SetDress(1, Dress(milestone="?")), 0).refused == "no milestone ?"
    assert world.server.writes() == []


def test_a_gitlab_that_takes_one_person_is_told_of(world, forge):
    world.server.single = True
    opened(world)
    done = forge.carry_out(SLUG, SetDress(1, Dress(assignees=("kim", "robin"))), 0)
    assert done.refused == "assignee robin was not taken"


def test_a_label_that_did_not_come_is_told_of(world, forge):
    shown = opened(world).shown()
    world.server.fail(status=200, body=shown, method="PUT")
    done = forge.carry_out(SLUG, SetDress(1, Dress(("a",))), 0)
    assert done.refused == "label a was not taken"


def test_people_and_milestones_are_looked_up_once(world, forge):
    world.project.milestones["10.0"] = 5
    opened(world)
    dress = Dress((), ("kim", "nobody"), ("kim",), "10.0")
    for _ in range(2):
        forge.carry_out(SLUG, SetDress(1, dress), 0)
    asked = [each for each in world.server.reads() if "users" in each or "milestones" in each]
    assert len(asked) == 3


# ---------------------------------------------------------------- auto-merge


def test_auto_merge_is_asked_for_just_what_we_wrote(world, forge):
    world.project.pipeline = "running"
    done = forge.carry_out(SLUG, CreateBranch(BRANCH, commit(world)), 0)
    forge.carry_out(SLUG, CreatePull(BRANCH, "main", "T", "B"), 0)
    world.project.push(BRANCH, {"evil": b""}, "kim")
    assert "no auto-merge: somebody has pushed meanwhile" in refused(forge, EnableAutomerge(0), 1)
    world.project.push(BRANCH, {}, "kim", start=world.project.tip())
    assert done.tip != world.project.tip(BRANCH)
    assert not world.project.requests[1].auto


def test_auto_merge_is_asked_for_what_is_there_where_nothing_was_written(world, forge):
    opened(world)
    world.project.pipeline = "running"
    forge.carry_out(SLUG, EnableAutomerge(1), 0)
    assert world.project.requests[1].auto
    forge.carry_out(SLUG, DisableAutomerge(1), 0)
    assert not world.project.requests[1].auto
    forge.carry_out(SLUG, DisableAutomerge(1), 0)


def test_auto_merge_is_waited_for_while_there_is_no_pipeline_yet(world, forge):
    opened(world)
    world.project.pipeline, world.project.refusals = "running", 2
    forge.carry_out(SLUG, EnableAutomerge(1), 0)
    assert world.project.requests[1].auto


def test_without_a_pipeline_nothing_is_merged(world, forge):
    opened(world)
    assert "no auto-merge: it takes a pipeline that runs" in refused(forge, EnableAutomerge(1))
    assert world.project.requests[1].state == "opened"


def test_a_pipeline_that_has_passed_merges_at_once(world, forge):
    opened(world)
    world.project.pipeline = "success"
    forge.carry_out(SLUG, EnableAutomerge(1), 0)
    assert world.project.requests[1].state == "merged"


def test_who_may_not_merge_is_told(world, forge):
    opened(world)
    world.project.members["basewatch"] = 30
    assert "may not merge into this branch" in refused(forge, EnableAutomerge(1))


def test_a_failure_to_take_auto_merge_back_is_one(world, forge):
    opened(world)
    world.project.members["basewatch"] = 20
    assert "at least the role Developer" in refused(forge, DisableAutomerge(1))


def test_what_is_no_action_is_refused(world, forge):
    assert "cannot do str" in refused(forge, "sing")
    assert forge.pulls(SLUG, PREFIX) == ()
