import datetime as dt

import pytest

from bot.pulls.actions import Close
from tests.platforms.gitlab.world import BRANCH, PREFIX, SLUG
from tests.servers.gitlab import MergeRequest

OTHER = "basewatch/other"
JSON = {"Content-Type": "application/json"}


def opened(world, branch=BRANCH, author="basewatch", **more):
    """A merge request, with its branch, that is there already."""
    server, project = world.server, world.project
    if branch not in project.git.branches():
        project.push(branch, {"Dockerfile": branch.encode()}, "basewatch", start=project.tip())
    number, now = len(project.requests) + 1, server.now()
    request = MergeRequest(
        number, project, server.users[author], more.pop("title", "Title"), branch, "main",
        more.pop("description", "Body"), created=now, updated=now, **more,
    )  # fmt: skip
    project.requests[number] = request
    return request


def test_a_merge_request_is_told_whole(world, forge):
    server = world.server
    request = opened(
        world, title="Draft: Refresh", labels=["a", "b"], assignees=[server.users["kim"]],
        reviewers=[server.users["robin"]], milestone="10.0", auto=True,
    )  # fmt: skip
    (pull,) = forge.pulls(SLUG, PREFIX)
    assert (pull.number, pull.branch, pull.base, pull.title) == (1, BRANCH, "main", "Refresh")
    assert (pull.body, pull.state, pull.head) == ("Body", "open", world.project.tip(BRANCH))
    assert (pull.author, pull.draft, pull.automerge, pull.fork) == ("basewatch", True, True, False)
    assert (pull.labels, pull.assignees, pull.reviewers) == (("a", "b"), ("kim",), ("robin",))
    assert (pull.milestone, pull.created) == ("10.0", request.created)
    assert (pull.closed, pull.closed_by) == (None, "")
    assert pull.url.endswith(f"/{SLUG}/-/merge_requests/1")


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_one_that_ended_is_told_with_who_and_when(world, forge, state):
    request = opened(world)
    head = world.project.tip(BRANCH)
    request.end(world.server, state, world.server.users["kim"])
    world.project.git.delete(BRANCH)
    (pull,) = forge.pulls(SLUG, PREFIX)
    assert (pull.state, pull.head, pull.closed_by) == (state, head, "kim")
    assert pull.closed == request.ended


def test_one_that_is_being_merged_counts_as_merged(world, forge):
    opened(world, state="locked")
    assert [pull.state for pull in forge.pulls(SLUG, PREFIX)] == ["merged"]


def test_only_those_from_our_branches_are_told(world, forge):
    opened(world, "feature")
    opened(world, source_project=999)
    assert [(pull.number, pull.fork) for pull in forge.pulls(SLUG, PREFIX)] == [(2, True)]


@pytest.mark.parametrize("title", ["Draft: x", "[Draft] x", "(draft) x", "DRAFT:x", "draft - x"])
def test_a_title_is_told_without_what_makes_it_a_draft(world, forge, title):
    shown = opened(world, title=title).shown() | {"draft": True}
    world.server.fail(status=200, body=[shown])
    assert [pull.title for pull in forge.pulls(SLUG, PREFIX)] == ["x"]


def test_every_open_one_is_read_and_of_the_others_a_page(world, forge):
    for _ in range(101):
        opened(world)
    for _ in range(5):
        opened(world).end(world.server, "closed", world.server.users["kim"])
    found = forge.pulls(SLUG, PREFIX)
    assert len([pull for pull in found if pull.state == "open"]) == 101
    assert len([pull for pull in found if pull.state == "closed"]) == 5
    assert forge.used.reads == 3


def test_up_to_a_hundred_are_one_question(world, forge):
    for _ in range(100):
        opened(world).end(world.server, "closed", world.server.users["kim"])
    assert len(forge.pulls(SLUG, PREFIX)) == 100
    assert forge.used.reads == 1
    opened(world)
    assert len(forge.pulls(SLUG, PREFIX)) == 100  # one that is closed is told of no more
    assert forge.used.reads == 3


def test_one_that_is_opened_again_between_the_two_looks_is_open(world, forge):
    request = opened(world)
    before = [request.shown() | {"state": "closed"}]
    world.server.fail(status=200, body=before, headers={**JSON, "X-Next-Page": "2"})
    assert [pull.state for pull in forge.pulls(SLUG, PREFIX)] == ["open"]


def test_the_past_of_a_branch_is_all_that_ended(world, forge):
    for branch, state in ((BRANCH, "merged"), (BRANCH, "closed"), (OTHER, "closed")):
        opened(world, branch).end(world.server, state, world.server.users["kim"])
    opened(world)
    assert sorted(pull.number for pull in forge.past(SLUG, BRANCH)) == [1, 2]
    assert forge.used.reads == 1


def test_the_past_of_a_branch_is_told_by_the_list_of_all_until_something_is_written(world, forge):
    for branch in (BRANCH, OTHER):
        opened(world, branch).end(world.server, "closed", world.server.users["kim"])
    forge.pulls(SLUG, PREFIX)
    assert [pull.number for pull in forge.past(SLUG, BRANCH)] == [1]
    assert [pull.number for pull in forge.past(SLUG, OTHER)] == [2]
    assert forge.used.reads == 1
    opened(world)
    forge.carry_out(SLUG, Close(3, "Body"), 0)
    assert [pull.number for pull in forge.past(SLUG, BRANCH)] == [3, 1]
    assert forge.used.reads == 2


def test_where_there_were_too_many_for_one_list_the_past_of_a_branch_is_asked_for(world, forge):
    for _ in range(101):
        opened(world).end(world.server, "closed", world.server.users["kim"])
    forge.pulls(SLUG, PREFIX)
    assert len(forge.past(SLUG, BRANCH)) == 101
    assert forge.used.reads == 4


# ---------------------------------------------------------------- comments


def test_nobody_is_asked_about_what_nobody_said(world, forge):
    opened(world)
    world.project.say(1, "assigned to @kim", system=True)
    pulls = forge.pulls(SLUG, PREFIX)
    assert forge.comments(SLUG, pulls) == ()
    assert forge.used.reads == 1


def test_what_people_said_is_told_and_who_may_command(world, forge):
    opened(world)
    for author in ("kim", "robin", "kim", "basewatch"):
        world.project.say(1, "/basewatch rebase", author)
    world.project.say(1, "Nice.", "kim")
    world.project.say(1, "mentioned in !2", system=True)
    comments = sorted(forge.comments(SLUG, forge.pulls(SLUG, PREFIX)), key=lambda c: c.id)
    told = [(c.pull, c.author, c.text, c.may_write) for c in comments]
    assert told == [
        (1, "kim", "/basewatch rebase", True),
        (1, "robin", "/basewatch rebase", False),
        (1, "kim", "/basewatch rebase", True),
        (1, "basewatch", "/basewatch rebase", False),
        (1, "kim", "Nice.", False),
    ]
    # The list, the notes, who we are, and each of the two people once.
    assert forge.used.reads == 5


def test_who_is_no_member_may_command_nothing(world, forge):
    opened(world)
    world.server.user("stranger")
    world.project.say(1, "Hello\n  /basewatch rebase", "stranger")
    (comment,) = forge.comments(SLUG, forge.pulls(SLUG, PREFIX))
    assert not comment.may_write


def test_only_what_was_said_since_then_is_told(world, forge):
    opened(world)
    old = world.project.say(1, "old")
    new = world.project.say(1, "new")
    since = dt.datetime.fromisoformat(new["created_at"])
    pulls = forge.pulls(SLUG, PREFIX)
    assert [c.text for c in forge.comments(SLUG, pulls, since)] == ["new"]
    later = since + dt.timedelta(seconds=1)
    used = forge.used.reads
    assert forge.comments(SLUG, pulls, later) == ()
    assert forge.used.reads == used
    assert old["id"] < new["id"]


def test_many_comments_are_read_page_by_page(world, forge):
    opened(world)
    for number in range(150):
        world.project.say(1, f"{number}")
    pulls = forge.pulls(SLUG, PREFIX)
    assert len(forge.comments(SLUG, pulls)) == 150
    assert forge.used.reads == 3


def test_comments_of_what_was_not_listed_are_asked_for(world):
    request = opened(world)
    pulls = world.forge().pulls(SLUG, PREFIX)
    world.project.say(1, "Hm.")
    assert [c.text for c in world.forge().comments(SLUG, pulls)] == ["Hm."]
    assert request.state == "opened"


# ---------------------------------------------------------------- branches


def test_branches_are_told_with_what_is_on_them(world, forge):
    world.run(world.wanted())
    world.project.push("feature", {"x": b""}, start=world.project.tip())
    ends = forge.branches(SLUG, PREFIX)
    assert ends == {BRANCH: world.project.tip(BRANCH)}
    state = forge.branch(SLUG, BRANCH, ends[BRANCH], "main")
    assert (state.tip, state.base) == (ends[BRANCH], world.project.tip())
    assert state.ours
    assert forge.used.reads == 2  # and who we are


def test_a_commit_that_was_not_listed_is_asked_for(world, forge):
    world.run(world.wanted())
    state = forge.branch(SLUG, BRANCH, world.project.tip(BRANCH), "main")
    assert state == world.forge().branch(SLUG, BRANCH, state.tip, "main")
    assert state.committed is not None


@pytest.mark.parametrize(
    "change",
    [
        {"message": "Without the trailer\n"},
        {"author_name": "Kim", "author_email": "kim@example.org"},
        {"committer_name": "Kim", "committer_email": "kim@example.org"},
        {"committer_name": "GitLab", "committer_email": "kim@example.org"},
        {"committed_date": "2026-11-22T23:00:00Z"},
        {"authored_date": "yesterday", "committed_date": "yesterday"},
        {"parent_ids": []},
        {"parent_ids": ["1" * 40, "2" * 40]},
    ],
)
def test_what_is_not_just_as_we_commit_is_a_persons(world, forge, change):
    world.run(world.wanted())
    tip = world.branch_tips()[BRANCH]
    commit = {**tip, "parent_ids": tip["parents"], **change}
    world.server.fail(status=200, body=[{"name": BRANCH, "commit": commit}])
    forge.branches(SLUG, PREFIX)
    assert not forge.branch(SLUG, BRANCH, tip["id"], "main").ours


def test_a_private_address_is_ours_by_the_number_in_it(world, forge):
    world.run(world.wanted())
    tip, bot = world.branch_tips()[BRANCH], world.server.users["basewatch"]
    for number, ours in ((bot.id, True), (bot.id + 1, False)):
        email = f"{number}-old-name@users.noreply.gitlab.example.org"
        people = {"author_email": email, "committer_email": email}
        commit = {**tip, "parent_ids": tip["parents"], **people}
        world.server.fail(status=200, body=[{"name": BRANCH, "commit": commit}])
        forge.branches(SLUG, PREFIX)
        assert forge.branch(SLUG, BRANCH, tip["id"], "main").ours is ours


def test_closing_what_was_merged_meanwhile_is_said(world, forge):
    opened(world).end(world.server, "merged", world.server.users["kim"])
    with pytest.raises(Exception, match="asked to close it, it stays merged"):
        forge.carry_out(SLUG, Close(1, "Body"), 0)
