"""Issues of ours at GitHub."""

import pytest

from bot.errors import PlatformError, UnsureError
from bot.forges import NoIssuesError, Usage
from bot.model import Issue
from bot.platforms.github import App
from tests.altered import replace
from tests.platforms.github.test_answers import SLUG, refused
from tests.platforms.github.test_answers import github as answering
from tests.platforms.github.test_flow import github
from tests.servers.github_emulator import APP, KIM
from tests.servers.github_scripted import Reply


@pytest.fixture
def forge(emulator):
    return github(emulator)


@pytest.fixture
def slug(emulator):
    return emulator.repository({})[0]


@pytest.mark.parametrize("as_app", [False, True])
def test_one_is_opened_found_edited_closed_and_opened_again(emulator, slug, as_app):
    auth = App(APP, emulator.key) if as_app else None
    forge = github(emulator, auth)
    made = forge.write_issue(slug, Issue("Dashboard", "One.\n"))
    assert made.is_open
    assert made.url
    assert list(github(emulator, auth).issues(slug)) == [made]

    edited = forge.write_issue(slug, replace(made, body="Two.\n"), made)
    assert forge.issue(slug, made.number) == edited == replace(made, body="Two.\n")
    closed = forge.write_issue(slug, replace(made, is_open=False), edited)
    assert (list(forge.issues(slug)), list(forge.issues(slug, closed=True))) == ([], [closed])
    assert forge.write_issue(slug, replace(closed, is_open=True), closed).is_open


def test_those_of_others_are_none_of_ours(emulator, forge, slug):
    emulator.tell(KIM, "POST", f"/repos/{slug}/issues", {"title": "Dashboard"})
    assert list(forge.issues(slug)) == []


def test_the_oldest_is_the_first_and_pages_are_read_as_far_as_they_are_looked_at(
    emulator, forge, slug
):
    for number in range(101):
        forge.write_issue(slug, Issue(f"{number}", "One."))
    reads = forge.used.reads
    found = forge.issues(slug)
    forge.me()
    assert next(found).title == "0"
    assert forge.used.reads - reads == 2  # one of them asks who we are
    assert len(list(found)) == 100


def told(number, **more):
    return {"number": number, "title": f"{number}", "body": None, "state": "open",
            "user": {"login": "bot"}, **more}  # fmt: skip


def test_pull_requests_are_issues_there_and_none_of_these(scripted):
    forge = answering(scripted, [])
    scripted.says([told(1, pull_request={"url": "x"}), told(2), told(3, user=None)])
    assert [issue.number for issue in forge.issues(SLUG)] == [2]
    assert forge.used == Usage(1, 0)


def test_of_too_many_nothing_is_told_and_of_closed_ones_the_latest(scripted):
    forge = answering(scripted, [])
    scripted.says(Reply([], headers={"Link": '<x>; rel="next"'}))
    with pytest.raises(NoIssuesError, match="too many issues"):
        list(forge.issues(SLUG))
    asked = len(scripted.asked)
    assert list(forge.issues(SLUG, closed=True)) == []
    assert len(scripted.asked) - asked == 3
    assert "sort=updated" in scripted.paths[-1]


@pytest.mark.parametrize("status", [403, 404, 410])
def test_where_issues_are_switched_off_or_not_for_us_that_is_no_failure(scripted, status):
    forge = answering(scripted, [])
    scripted.says(refused(status, "Issues are disabled for this repo"))
    with pytest.raises(NoIssuesError, match="disabled"):
        forge.write_issue(SLUG, Issue("Dashboard", "One."))


@pytest.mark.parametrize(("answer", "kind"), [
    (refused(422, "Validation Failed"), PlatformError),
    (refused(502, "Bad Gateway"), UnsureError),
    (Reply(told("1")), PlatformError),
])  # fmt: skip
def test_any_other_refusal_is_one(scripted, answer, kind):
    forge = answering(scripted, [])
    scripted.says(answer)
    with pytest.raises(kind) as caught:
        forge.write_issue(SLUG, Issue("Dashboard", "One."))
    assert not isinstance(caught.value, NoIssuesError)
