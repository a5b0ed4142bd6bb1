"""Issues of ours at a GitLab."""

import pytest

from bot.errors import PlatformError, UnsureError
from bot.forges import NoIssuesError, Usage
from bot.model import Issue
from tests.altered import replace
from tests.platforms.gitlab.world import SLUG


def test_one_is_opened_found_edited_closed_and_opened_again(world, forge):
    made = forge.write_issue(SLUG, Issue("Dashboard", "One.\n"))
    assert (made.number, made.is_open) == (1, True)
    assert made.url.endswith(f"{SLUG}/-/issues/1")
    assert list(world.forge().issues(SLUG)) == [made]

    edited = forge.write_issue(SLUG, replace(made, body="Two.\n"), made)
    assert forge.issue(SLUG, 1) == edited == replace(made, body="Two.\n")
    world.project.issues[1].title = "As people call it"
    closed = forge.write_issue(SLUG, replace(made, is_open=False), edited)
    assert (closed.is_open, closed.title) == (False, "As people call it")
    assert (list(forge.issues(SLUG)), list(forge.issues(SLUG, closed=True))) == ([], [closed])
    assert forge.write_issue(SLUG, replace(closed, is_open=True), closed).is_open


def test_those_of_others_are_none_of_ours(world, forge):
    world.project.track("Dashboard", author="kim")
    assert list(forge.issues(SLUG)) == []


def test_pages_are_read_as_far_as_they_are_looked_at(world, forge):
    for number in range(150):
        world.project.track(f"{number}", author="basewatch")
    forge.me()
    found = forge.issues(SLUG)
    assert (next(found).title, forge.used) == ("0", Usage(2, 0))
    assert len(list(found)) == 149
    assert len(list(forge.issues(SLUG, closed=True))) == 0


def test_of_too_many_nothing_is_told(world, forge, monkeypatch):
    monkeypatch.setattr("bot.platforms.gitlab.issues._PAGES", 1)
    for number in range(101):
        world.project.track(f"{number}", author="basewatch")
    with pytest.raises(NoIssuesError, match="too many"):
        list(forge.issues(SLUG))


def test_of_closed_ones_it_is_the_latest_that_are_told(world, forge, monkeypatch):
    monkeypatch.setattr("bot.platforms.gitlab.issues._OF_CLOSED", 1)
    for number in range(101):
        world.project.track(f"{number}", author="basewatch").state = "closed"
    found = list(forge.issues(SLUG, closed=True))
    assert (len(found), found[0].title) == (100, "100")


def test_where_issues_are_switched_off_that_is_no_failure(world, forge):
    world.project.tracked = False
    assert list(forge.issues(SLUG)) == []
    with pytest.raises(NoIssuesError, match="403"):
        forge.write_issue(SLUG, Issue("Dashboard", "One."))
    with pytest.raises(NoIssuesError):
        forge.issue(SLUG, 1)


def test_a_project_that_says_so_is_not_asked_for_issues(world, forge):
    world.project.tracked = False
    forge.named(SLUG)
    with pytest.raises(NoIssuesError, match=f"{SLUG}: its issues are switched off"):
        list(forge.issues(SLUG))
    assert (forge.used.reads, forge.used.writes) == (1, 0)


def test_what_is_written_is_no_quick_action(world, forge):
    made = forge.write_issue(SLUG, Issue("Dashboard", "/close \n"))
    assert made.is_open


def test_a_write_that_is_not_answered_may_have_been_done(world, forge):
    world.server.fail(method="POST", status=502, after=True)
    with pytest.raises(UnsureError):
        forge.write_issue(SLUG, Issue("Dashboard", "One."))
    assert len(world.project.issues) == 1


def test_an_answer_that_makes_no_sense_is_said(world, forge):
    forge.me()
    world.server.fail(method="GET", status=200, body=b'[{"author": {"username": "basewatch"}}]')
    with pytest.raises(PlatformError, match="without a number for `iid`") as caught:
        list(forge.issues(SLUG))
    assert str(caught.value).startswith(world.server.url.removeprefix("http://"))


def test_an_outage_is_no_lack_of_issues(world, forge):
    forge.me()
    world.server.fail(method="GET", status=500, times=9)
    with pytest.raises(PlatformError, match="500") as caught:
        list(forge.issues(SLUG))
    assert not isinstance(caught.value, NoIssuesError)
