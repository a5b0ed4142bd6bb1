import re

import pytest

from bot.errors import PlatformError, UnsureError
from bot.model import NewFile
from bot.pulls.marker import fingerprint, marker_in
from bot.pulls.templates import content_told
from tests.platforms.gitlab.world import BRANCH, SETTINGS, SLUG, state_of
from tests.servers.gitlab_contract import assert_described

DRESSED = {
    "labels": ("docker", "base image"),
    "assignees": ("kim",),
    "reviewers": ("robin",),
    "milestone": "10.0",
}


def test_a_new_one_is_a_branch_and_a_merge_request(world):
    wanted = world.wanted()
    course, _ = world.run(wanted)
    assert course.verb == "created"
    request = world.project.requests[1]
    assert (request.title, request.source, request.target) == (wanted.title, BRANCH, "main")
    assert request.remove_source
    assert world.project.git.files(BRANCH)["Dockerfile"][1] == wanted.files["Dockerfile"].data
    tip = world.branch_tips()[BRANCH]
    assert tip["parents"] == [world.project.tip()]
    assert content_told(tip["message"]) == fingerprint(wanted.files)


def test_a_new_one_costs_four_calls_and_one_that_is_as_it_should_be_two(world):
    forge = world.forge()
    world.run(world.wanted(), forge=forge)
    assert (forge.used.reads, forge.used.writes) == (2, 2)
    assert (len(world.server.reads()), len(world.server.writes())) == (2, 2)
    world.server.forget()
    again = world.forge()
    course, _ = world.run(world.wanted(), forge=again)
    assert course.verb == "unchanged"
    assert (again.used.reads, again.used.writes) == (2, 0)
    assert world.server.writes() == []


def test_a_second_run_changes_nothing(world):
    world.run(world.wanted(**DRESSED))
    before = world.seen()
    course, _ = world.run(world.wanted(**DRESSED))
    assert (course.actions, world.seen()) == ((), before)


def test_another_target_changes_it_in_place(world):
    world.run(world.wanted("a"))
    course, _ = world.run(world.wanted("b"))
    assert course.verb == "updated"
    assert [r.title for r in world.project.requests.values()] == ["Refresh node 20.1.0 (b)"]
    assert world.project.git.files(BRANCH)["Dockerfile"][1].endswith(b"sha256:b\n")
    assert world.branch_tips()[BRANCH]["parents"] == [world.project.tip()]


def test_a_base_that_moved_has_it_made_anew(world):
    world.run(world.wanted())
    world.project.push("main", {"README": b"new"})
    course, _ = world.run(world.wanted())
    assert course.verb == "rebased"
    assert world.branch_tips()[BRANCH]["parents"] == [world.project.tip()]


def test_one_that_is_wanted_no_more_is_closed_with_a_comment(world):
    world.run(world.wanted())
    world.run(None)
    request = world.project.requests[1]
    assert request.state == "closed"
    assert "No longer wanted" in request.notes[0]["body"]
    assert world.project.tip(BRANCH) is None


def test_one_that_was_retired_and_is_wanted_again_is_opened_again_or_anew(world):
    world.run(world.wanted())
    forge = world.forge()
    course = world.course(forge, None)
    for action in course.actions[:-1]:  # killed before the branch was deleted
        forge.carry_out(SLUG, action, 0)
    world.run(world.wanted())
    assert [r.state for r in world.project.requests.values()] == ["opened"]
    world.run(None)
    world.run(world.wanted())
    assert [r.state for r in world.project.requests.values()] == ["closed", "opened"]


def test_one_that_a_person_closed_is_declined_until_asked_for(world):
    world.run(world.wanted())
    world.project.requests[1].end(world.server, "closed", world.server.users["kim"])
    course, _ = world.run(world.wanted())
    assert (course.verb, course.actions) == ("left", ())
    world.project.say(1, "/basewatch reopen")
    course, _ = world.run(world.wanted())
    assert course.verb == "created"
    assert world.project.requests[1].state == "opened"
    assert world.run(world.wanted())[0].actions == ()


def test_a_branch_that_a_person_pushed_to_is_left_and_said_so_once(world):
    world.run(world.wanted("a"))
    world.project.push(BRANCH, {"Dockerfile": b"FROM scratch\n"})
    assert world.run(world.wanted("b"))[0].verb == "left"
    assert world.run(world.wanted("c"))[0].actions == ()
    assert len(world.project.requests[1].notes) == 1
    assert world.project.git.files(BRANCH)["Dockerfile"][1] == b"FROM scratch\n"
    world.project.say(1, "/basewatch recreate")
    assert world.run(world.wanted("c"))[0].verb == "updated"


def test_a_commit_that_was_amended_is_a_persons(world):
    world.run(world.wanted())
    tip = world.branch_tips()[BRANCH]
    git, server = world.project.git, world.server
    people = (("Base Watch", "basewatch@example.org"), ("Kim", "kim@example.org"))
    files = {"Dockerfile": ("100644", b"FROM scratch\n")}
    when = (server.now(), server.now())
    git.put(BRANCH, files, tip["message"], people, when, start=tip["parents"][0])
    assert not state_of(world.forge()).branch.ours
    assert world.run(world.wanted())[0].verb == "left"


def test_what_gitlab_commits_in_its_own_name_is_ours(world):
    world.server.signs = True
    world.run(world.wanted())
    assert world.branch_tips()[BRANCH]["committer_name"] == "GitLab"
    assert state_of(world.forge()).branch.ours


def test_labels_and_people_come_with_the_request_that_opens_it(world):
    world.project.milestones["10.0"] = 77
    world.run(world.wanted(**DRESSED))
    request = world.project.requests[1]
    assert request.labels == ["base image", "docker"]
    assert [u.username for u in request.assignees] == ["kim"]
    assert [u.username for u in request.reviewers] == ["robin"]
    assert request.milestone == "10.0"
    assert len(world.server.writes()) == 2


def test_a_draft_stays_one_when_its_title_changes(world):
    world.run(world.wanted("a", draft=True))
    assert world.project.requests[1].title == "Draft: Refresh node 20.1.0 (a)"
    world.run(world.wanted("b", draft=True))
    assert world.project.requests[1].title == "Draft: Refresh node 20.1.0 (b)"
    assert world.run(world.wanted("b", draft=True))[0].actions == ()


def test_auto_merge_is_set_once_and_taken_back(world):
    world.project.pipeline = "running"
    world.run(world.wanted(automerge=True))
    assert world.project.requests[1].auto
    assert marker_in(world.project.requests[1].description).auto
    assert world.run(world.wanted(automerge=True))[0].actions == ()
    world.run(world.wanted())
    assert not world.project.requests[1].auto


def cut(world, wanted, settings, number):
    """A run whose connection ends after its nth write was done; whether there was one."""
    world.server.fail(method="POST|PUT|DELETE", path="^/api/", skip=number, after=True, drop=True)
    try:
        world.run(wanted, settings)
    except UnsureError:
        return True
    finally:
        world.server.http.faults.clear()
    return False


@pytest.mark.parametrize("scenario", ["create", "update", "retire", "reopen"])
def test_a_run_that_is_killed_after_any_write_is_completed_by_the_next(
    server, scenario, tmp_path_factory
):
    whole, number = None, 0
    while True:
        world = scene(server, f"{scenario}-{number}", scenario)
        wanted = (
            None if scenario == "retire" else world.wanted("b", automerge=True, labels=("docker",))
        )
        was_cut = number > 0 and cut(world, wanted, SETTINGS, number - 1)
        if number > 0 and not was_cut:
            break
        for _ in range(2):
            world.run(wanted)
        assert world.run(wanted)[0].actions == ()
        whole = whole or world.seen()
        assert shape(world.seen()) == shape(whole), number
        number += 1
    assert number > {"create": 2, "update": 2, "retire": 2, "reopen": 2}[scenario]


def scene(server, name, scenario):
    """A project in which something is to be done; the server is one for all of them."""
    from tests.platforms.gitlab import world as module

    for user in ("basewatch", "kim", "robin"):
        server.users.get(user) or server.user(user)
    members = {"basewatch": 40, "kim": 30}
    server.projects.pop(SLUG, None)
    project = server.project(SLUG, module.FILES, members, pipeline="running")
    world = module.World(server, project, server.token(server.users["basewatch"]))
    if scenario != "create":
        world.run(world.wanted("a", labels=("docker",)))
    if scenario == "reopen":
        project.requests[1].end(server, "closed", server.users["kim"])
        project.say(1, "/basewatch reopen")
    return world


def shape(seen):
    """Ids of commits and of comments differ from project to project."""
    branches, requests = seen
    told = {name: (message, files) for name, (_, message, files) in branches.items()}
    ids = re.compile(r" (tip|on|heard)=\w+")
    return told, [(r[0], r[1], ids.sub("", r[2]), *r[3:8], len(r[8])) for r in requests]


def test_files_keep_their_modes_and_bytes(world):
    files = {
        "build.sh": NewFile(b"#!/bin/sh\n# node:20.2.0\n", "100755"),
        "logo.png": NewFile(b"\x89PNG\x01\xfe", "100644"),
        "deep/new.sh": NewFile(b"#!/bin/sh\n", "100755"),
        "new": NewFile(b"", "100644"),
    }
    world.run(world.wanted(files=files))
    there = world.project.git.files(BRANCH)
    assert {path: NewFile(there[path][1], there[path][0]) for path in files} == files
    assert there["Dockerfile"] == ("100644", b"FROM node:20.1.0\n")


def test_a_branch_that_moves_between_the_look_and_the_push_is_left(world):
    world.run(world.wanted("a"))
    forge = world.forge()
    course = world.course(forge, world.wanted("b"))
    world.project.push(BRANCH, {"Dockerfile": b"FROM scratch\n"})
    with pytest.raises(PlatformError, match="moved meanwhile"):
        forge.carry_out(SLUG, course.actions[0], 0)
    assert world.project.git.files(BRANCH)["Dockerfile"][1] == b"FROM scratch\n"


def test_what_is_sent_is_as_gitlab_describes_it(world):
    world.project.pipeline = "running"
    for target in ("a", "b"):
        world.run(world.wanted(target, automerge=True, **DRESSED))
    world.run(None)
    assert assert_described(world.server.http.heard) > 15
