"""Answers that no emulator gives: refusals, redirects, limits, rubbish, and much of it."""

import logging
import time

import jwt
import pytest

from bot.errors import ConfigError, PlatformError, RepoError, ShutError, UnsureError
from bot.forges import Usage
from bot.model import NewFile, Pull
from bot.platforms.github import App, GitHub, Manners, Site, Token
from bot.platforms.github.address import Address
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
    SetDress,
)
from tests.canaries import canary
from tests.servers.github_emulator import private_key
from tests.servers.github_scripted import Reply

SLUG, TOKEN = "team/app", canary("github-token", "ghp_", "'+/")
GIVEN = canary("github-installation", "ghs_")
SHA = "a" * 40
WRITE = AddComment(1, "Hello.")
FOUND = {"full_name": SLUG, "default_branch": "main", "id": 1}


@pytest.fixture
def waited():
    return []


@pytest.fixture
def forge(scripted, waited):
    return github(scripted, waited)


def github(scripted, waited, auth=None, **more):
    host = scripted.url.removeprefix("http://")
    site = Site(scripted.url, insecure=frozenset({host}))
    manners = Manners(between_writes=0, sleep=waited.append, **more)
    return GitHub(auth or Token(TOKEN, "GITHUB_TOKEN"), site, me="bot", manners=manners)


def refused(status, message, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"message": message}, status, named)


def pull(number=1, **more):
    repo = {"id": 1, "full_name": SLUG, "owner": {"login": "team"}}
    return {
        "number": number,
        "node_id": f"PR_{number}",
        "state": "open",
        "title": "Bump node",
        "body": "Body.",
        "head": {"ref": "basewatch/node", "sha": SHA, "repo": repo, "label": "team:x"},
        "base": {"ref": "main", "sha": SHA, "repo": repo, "label": "team:main"},
        "user": {"login": "bot"},
        "html_url": f"https://github.com/{SLUG}/pull/{number}",
        "created_at": "2026-11-22T09:00:00Z",
        "auto_merge": None,
        **more,
    }


# ---------------------------------------------------------------- refusals

REFUSALS = {
    "no right": (
        refused(
            403,
            "Resource not accessible by personal access token",
            X_Accepted_GitHub_Permissions="contents=write; pull_requests=write",
        ),
        "GITHUB_TOKEN needs contents=write; pull_requests=write",
    ),
    "no right, no word on which": (
        refused(403, "Must have admin rights"),
        "give GITHUB_TOKEN the permission that is missing",
    ),
    "single sign-on": (
        refused(
            403,
            "Resource protected by organization SAML enforcement.",
            X_GitHub_SSO="required; url=https://github.com/orgs/team/sso?authorization_request=1",
        ),
        "single sign-on at https://github.com/orgs/team/sso",
    ),
    "single sign-on, no word on where": (
        refused(403, "Resource protected by organization SAML enforcement."),
        "authorize GITHUB_TOKEN for the organization's single sign-on$",
    ),
    "archived": (
        refused(403, "Repository was archived so is read-only."),
        "archived so is read-only: nothing can be written there",
    ),
    "an Action that may not": (
        refused(403, "GitHub Actions is not permitted to create or approve pull requests."),
        "approve pull requests: allow it in the settings of the repository",
    ),
    "a rule": (
        refused(422, "Repository rule violations found\n\nCommits must be verified.\n\n"),
        "422 Repository rule violations found Commits must be verified: it refuses this",
    ),
    "nothing there": (refused(404, "Not Found"), "404 Not Found: there is no such thing, or"),
    "a conflict": (refused(409, "Git Repository is empty."), "409 Git Repository is empty: look"),
    "switched off": (refused(410, "Issues are disabled"), "410 .*switched off"),
    "fields": (
        Reply(
            {
                "message": "Validation Failed",
                "errors": [
                    {"field": "head", "code": "invalid"},
                    {"message": "No commits between main and x"},
                    "plain words",
                    3,
                ],
            },
            422,
        ),
        (
            "422 Validation Failed; head invalid; No commits between main and x; plain words:"
            " it refuses this; look at the repository and its rules$"
        ),
    ),
    "a page of a proxy": (Reply(b"<html>blocked</html>", 403), "403: give GITHUB_TOKEN"),
    "a list": (Reply([1], 418), "418$"),
    "a message that is none": (Reply({"message": 5, "errors": 7}, 418), "418$"),
    "deep rubbish": (Reply(b"[" * 100_000, 418), "418$"),
}


@pytest.mark.parametrize(("reply", "words"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_what_and_where_and_what_to_do(scripted, forge, waited, reply, words):
    scripted.says(reply)
    with pytest.raises(PlatformError, match=words) as told:
        forge.carry_out(SLUG, WRITE, 0)
    text = str(told.value)
    assert text.startswith(f"{scripted.url.removeprefix('http://')}: POST /repos/team/app/issues/1")
    assert "\n" not in text
    assert not isinstance(told.value, UnsureError)
    assert waited == []


def test_what_a_terminal_would_obey_is_not_repeated(scripted, forge):
    scripted.says(refused(404, "\x1b[2Jgone\r\n\ud800" + "x" * 5000))
    with pytest.raises(RepoError) as told:
        forge.named(SLUG)
    assert str(told.value).isprintable()
    assert len(str(told.value)) < 700


# ---------------------------------------------------------------- secrets


def test_no_secret_is_ever_said(scripted, forge, caplog):
    caplog.set_level(logging.DEBUG)
    scripted.says(refused(403, f"the token {TOKEN} is bad"))
    with pytest.raises(PlatformError, match=r"the token \*\*\* is bad"):
        forge.carry_out(SLUG, WRITE, 0)
    assert scripted.asked[0].headers["authorization"] == f"token {TOKEN}"
    assert all(TOKEN not in path for path in scripted.paths)
    shown = [caplog.text, repr(Token(TOKEN)), repr(App("1", TOKEN)), repr(forge.credential(SLUG))]
    assert all("canary" not in each for each in shown)


@pytest.mark.parametrize("before", [0, 270, 290, 296])
def test_a_token_that_is_sent_back_is_not_shown_where_it_is_cut_short(scripted, forge, before):
    scripted.says(refused(422, f"{'x' * before} {TOKEN} is bad"))
    with pytest.raises(RepoError) as told:
        forge.named(SLUG)
    assert TOKEN[:8] not in str(told.value)


def test_tokens_that_are_given_are_not_logged(scripted, waited, caplog):
    caplog.set_level(logging.DEBUG)
    given = {"token": GIVEN, "expires_at": "2999-01-01T00:00:00Z"}
    scripted.says(Reply(given, 201), FOUND)
    forge = github(scripted, waited, App("1", private_key(), 7))
    assert forge.named(SLUG).slug == SLUG
    assert scripted.asked[1].headers["authorization"] == f"token {GIVEN}"
    assert "canary" not in caplog.text


# ---------------------------------------------------------------- redirects


def test_a_repository_that_was_renamed_is_found_where_it_is_now(scripted, forge):
    moved = Reply(None, 301, {"Location": f"{scripted.url}/repositories/1"})
    scripted.says(moved, {**FOUND, "full_name": "team/new"})
    assert forge.named(SLUG).slug == "team/new"
    assert scripted.paths == ["GET /repos/team/app", "GET /repositories/1"]


ELSEWHERE = (
    "https://evil.example/repos/team/app",
    "//evil.example/",
    "{url}.evil.example/",
    "{url}@evil.example/",
    "http://127.0.0.1:1/",
    "",
)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("where", ELSEWHERE)
def test_the_token_follows_no_redirect_to_another_host(scripted, forge, status, where):
    scripted.says(Reply(None, status, {"Location": where.format(url=scripted.url)}))
    with pytest.raises(RepoError, match="leads to another host, which is not told the token"):
        forge.named(SLUG)
    assert len(scripted.asked) == 1


def test_redirects_in_a_circle_come_to_an_end(scripted, forge):
    scripted.says(Reply(None, 301, {"Location": f"{scripted.url}/repos/team/app"}))
    with pytest.raises(RepoError, match="round in circles: try again later"):
        forge.named(SLUG)
    assert len(scripted.asked) == 3


def test_no_write_follows_a_redirect(scripted, forge):
    scripted.says(Reply(None, 307, {"Location": f"{scripted.url}/repositories/1/issues/1"}))
    with pytest.raises(PlatformError, match="307: it has moved: name it as it is called now"):
        forge.carry_out(SLUG, WRITE, 0)
    assert len(scripted.asked) == 1


# ---------------------------------------------------------------- limits and outages

LIMITS = {
    "too many": (refused(429, "slow down", Retry_After="3"), 3),
    "secondary": (refused(403, "You have exceeded a secondary rate limit."), 60),
    "secondary, with a word on when": (refused(403, "Please wait", Retry_After="9"), 9),
    "abuse": (refused(403, "You have triggered an abuse detection mechanism."), 60),
    "a limit that makes no sense": (refused(429, "x", Retry_After="soon"), 60),
}


@pytest.mark.parametrize(("limit", "pause"), LIMITS.values(), ids=LIMITS)
def test_a_limit_is_waited_for_by_reads_and_writes(scripted, forge, waited, limit, pause):
    scripted.says(limit, limit, FOUND)
    assert forge.named(SLUG).slug == SLUG
    scripted.says(limit, {"id": 1})
    forge.carry_out(SLUG, WRITE, 0)
    assert waited == [pause] * 3


def test_the_hourly_limit_is_waited_for_until_it_is_renewed(scripted, forge, waited):
    at = str(int(time.time()) + 100)
    limit = refused(403, "API rate limit exceeded", X_RateLimit_Remaining="0", X_RateLimit_Reset=at)
    scripted.says(limit, FOUND)
    forge.named(SLUG)
    assert 98 < waited[0] <= 101


@pytest.mark.parametrize("value", ["inf", "nan", "-1", "x", "9" * 400, ""])
def test_numbers_of_limits_that_are_none_harm_nothing(scripted, forge, value):
    headers = dict.fromkeys(("X-RateLimit-Remaining", "X-RateLimit-Limit"), value)
    scripted.says(Reply(FOUND, headers={**headers, "X-RateLimit-Reset": value}))
    assert forge.named(SLUG).slug == SLUG


def test_a_wait_beyond_the_patience_is_not_begun(scripted, waited):
    scripted.says(refused(429, "slow down", Retry_After="40"))
    with pytest.raises(PlatformError, match="429 slow down: its rate limit is used up"):
        github(scripted, waited, patience=39).carry_out(SLUG, WRITE, 0)
    assert waited == []


def test_limits_that_outlast_the_patience_three_times_in_a_row_are_the_last_thing_asked(
    scripted, waited
):
    limit = refused(403, "You have exceeded a secondary rate limit.", Retry_After="40")
    scripted.says(limit, limit, FOUND, limit)
    forge = github(scripted, waited, patience=39)
    told = [outcome(forge) for _ in range(8)]
    assert told == [RepoError, RepoError, None, RepoError, RepoError, *([ShutError] * 3)]
    assert len(scripted.asked) == 6
    assert waited == []


def test_that_reading_goes_on_does_not_hide_that_writing_is_limited(scripted, waited):
    limit = refused(403, "You have exceeded a secondary rate limit.", Retry_After="40")
    forge = github(scripted, waited, patience=39)
    told = []
    for _ in range(4):
        scripted.says(FOUND, limit)
        told.append(outcome(forge))
        with pytest.raises(PlatformError) as refusal:
            forge.carry_out(SLUG, WRITE, 0)
    assert isinstance(refusal.value, ShutError)
    assert told == [None, None, None, ShutError]


def outcome(forge):
    try:
        forge.named(SLUG)
    except RepoError as error:
        return type(error)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_reads_are_repeated_after_an_outage_and_writes_are_not(scripted, forge, waited, status):
    scripted.says(Reply(b"<html>", status), Reply(None, status, {"Retry-After": "5"}), FOUND)
    assert forge.named(SLUG).slug == SLUG
    assert waited == [1, 5]
    scripted.says(Reply(b"", status))
    with pytest.raises(
        UnsureError, match=f"{status}: try again later; it may have been done: the next run looks"
    ):
        forge.carry_out(SLUG, WRITE, 0)


def test_an_answer_that_is_not_ready_is_asked_for_again(scripted, forge, waited):
    scripted.says(Reply({}, 202), FOUND)
    assert forge.named(SLUG).slug == SLUG
    assert waited == [1]


LOST = {
    "no answer in time": (Reply(hang=0.6), "no answer within 0.2 seconds"),
    "a connection that ends": (Reply(lost=True), "the connection was lost"),
    "less than was promised": (Reply({}, headers={"Content-Length": "50"}), "."),
}


@pytest.mark.parametrize(("reply", "words"), LOST.values(), ids=LOST)
def test_a_write_that_is_lost_leaves_us_unsure(scripted, waited, reply, words):
    forge = github(scripted, waited, timeout=0.2)
    scripted.says(reply)
    with pytest.raises(UnsureError, match=f"{words}.*it may have been done"):
        forge.carry_out(SLUG, WRITE, 0)
    assert len(scripted.asked) == 1


def test_a_read_that_is_lost_is_repeated(scripted, forge, waited):
    scripted.says(Reply(lost=True), FOUND)
    assert forge.named(SLUG).slug == SLUG
    assert waited == [1]


def test_where_nobody_listens_nothing_was_done(waited):
    site = Site("http://127.0.0.1:1", insecure=frozenset({"127.0.0.1"}))
    forge = GitHub(Token(TOKEN), site, manners=Manners(between_writes=0, sleep=waited.append))
    with pytest.raises(ShutError) as told:
        forge.carry_out(SLUG, WRITE, 0)
    assert str(told.value) == (
        "127.0.0.1:1: cannot be reached (connection refused): "
        "try again later, or check the address and the network"
    )
    assert waited == [1, 2, 4, 8]


def test_a_github_that_is_not_reached_is_not_asked_for_the_next_repository(waited):
    site = Site("http://127.0.0.1:1", insecure=frozenset({"127.0.0.1"}))
    forge = GitHub(Token(TOKEN), site, manners=Manners(sleep=waited.append))
    said = {str(refusal(forge.named, slug)) for slug in ("team/a", "team/b", "team/c")}
    said.add(str(refusal(forge.pulls, "team/d", "basewatch/")))
    assert len(said) == 1
    assert (forge.used, waited) == (Usage(reads=5), [1, 2, 4, 8])


def test_nor_is_one_that_does_not_take_the_token(scripted, forge):
    scripted.says(refused(401, "Bad credentials"))
    said = {str(refusal(forge.named, slug)) for slug in ("team/a", "team/b")}
    advice = "look at GITHUB_TOKEN: it has expired, was revoked or is of another GitHub"
    assert said == {f"{scripted.url.removeprefix('http://')}: 401 Bad credentials: {advice}"}
    assert len(scripted.asked) == 1


def refusal(ask, *words):
    with pytest.raises(ShutError) as told:
        ask(*words)
    assert isinstance(told.value, PlatformError)
    assert isinstance(told.value, RepoError)
    return told.value


# ---------------------------------------------------------------- rubbish, and much of it

RUBBISH = (
    b"",
    b"hello",
    b"{",
    b"[" * 50_000,
    b"null",
    b"[]",
    b'"text"',
    b"{}",
    b'{"full_name": 3}',
    b'{"full_name": "a"}',
    b'{"full_name": "../.."}',
    b'{"full_name": "team/app/x"}',
    b'{"full_name": "team/app", "default_branch": []}',
    b'{"full_name": "team/app\\u0000"}',
    b"9" * 5000,
    b"\xff\xfe",
)


@pytest.mark.parametrize("body", RUBBISH, ids=lambda body: repr(body[:30]))
def test_a_repository_that_makes_no_sense_is_an_error_of_ours(scripted, forge, body):
    scripted.says(Reply(body))
    with pytest.raises(RepoError):
        forge.named(SLUG)


WRONG_PULLS = (
    {"number": 0},
    {"number": True},
    {"number": 10**400},
    {"number": "1"},
    {"head": None},
    {"head": {"ref": "basewatch/x", "sha": "not a commit", "repo": {"id": 1}}},
    {"title": 5},
    {"labels": {"name": "x"}},
    {"labels": ["x"]},
    {"labels": [{"name": None}]},
    {"created_at": "yesterday"},
    {"state": None},
    {"base": {"ref": "main", "repo": {"id": None}}},
)


@pytest.mark.parametrize("wrong", WRONG_PULLS, ids=str)
def test_a_pull_request_that_makes_no_sense_is_an_error_of_ours(scripted, forge, wrong):
    scripted.says([pull(**wrong)])
    with pytest.raises(PlatformError, match="makes no sense"):
        forge.pulls(SLUG, "basewatch/")


@pytest.mark.parametrize("body", [{}, "x", [3], None])
def test_a_listing_that_is_none_is_an_error_of_ours(scripted, forge, body):
    scripted.says(body)
    for ask in (
        lambda: forge.pulls(SLUG, ""),
        lambda: forge.branches(SLUG, ""),
        lambda: forge.comments(SLUG, [Pull(1, "b", "main", "t", "b")]),
        lambda: forge.branch(SLUG, "b", SHA, "main"),
    ):
        with pytest.raises(PlatformError):
            ask()


def test_half_a_character_becomes_a_whole_one(scripted, forge):
    scripted.says([pull(title="a\ud800b", html_url="javascript:alert(1)")])
    (found,) = forge.pulls(SLUG, "")
    assert (found.title, found.url) == ("a?b", "")


def test_a_write_that_was_done_and_answered_with_rubbish_leaves_us_unsure(scripted, forge):
    scripted.says(Reply(b"{", 201))
    with pytest.raises(UnsureError, match="no JSON"):
        forge.carry_out(SLUG, CreatePull("b", "main", "t", "b"), 0)


def test_an_answer_without_end_is_not_read_to_its_end(scripted, forge, monkeypatch):
    monkeypatch.setattr("bot.platforms.github.line._LARGEST", 1 << 20)
    scripted.says(Reply(b"[" + b" " * (2 << 20) + b"]"))
    with pytest.raises(PlatformError, match="more than 1 MiB"):
        forge.branches(SLUG, "basewatch/")


def test_an_answer_that_comes_too_slowly_is_not_waited_for(scripted, waited):
    scripted.says(Reply(b"[]", slow=0.05, headers={"Content-Length": "1000"}))
    with pytest.raises(PlatformError, match="the answer does not come to its end"):
        github(scripted, waited, timeout=0.15, patience=0).branches(SLUG, "basewatch/")


@pytest.mark.parametrize("name", ["branches", "pulls", "past"])
def test_pages_without_end_come_to_an_end(scripted, forge, name, monkeypatch):
    monkeypatch.setattr("bot.platforms.github.listing._MOST_PAGES", 5)
    link = {"Link": f'<{scripted.url}/elsewhere?page=2>; rel="next"'}
    ref = {"ref": "refs/heads/x", "object": {"sha": SHA}}
    scripted.says(Reply([ref if name == "branches" else pull()], headers=link))
    with pytest.raises(PlatformError, match="goes on for more than 5 pages"):
        getattr(forge, name)(SLUG, "x")
    assert all("elsewhere" not in path for path in scripted.paths)
    assert "page=5" in scripted.paths[-1]


# ---------------------------------------------------------------- pull requests


def test_open_ones_are_asked_for_apart_where_there_are_more_than_one_page_shows(scripted, forge):
    more = {"Link": f'<{scripted.url}/x>; rel="next"'}
    late = [pull(1, state="closed", closed_at="2026-11-22T09:00:00Z"), pull(2)]
    old = [{"ref": "basewatch/old", "sha": SHA}, {"ref": "main", "sha": SHA}]
    for side, repo in zip(old, ("head", "base"), strict=True):
        side["repo"] = pull()[repo]["repo"]
    scripted.says(Reply(late, headers=more), [pull(2), pull(3, head=old[0])], [pull(9)])
    found = forge.pulls(SLUG, "basewatch/")
    assert [(each.number, each.state) for each in found] == [
        (1, "closed"),
        (2, "open"),
        (3, "open"),
    ]
    assert forge.past(SLUG, "basewatch/node") == ()  # what is told of it is open
    assert "head=team%3Abasewatch%2Fnode" in scripted.paths[2]
    assert "state=closed" in scripted.paths[2]


def test_what_was_told_of_all_is_not_asked_again_until_something_is_written(scripted, forge):
    scripted.says([pull(1, state="closed", merged_at="2026-11-22T09:00:00Z"), pull(2)])
    forge.pulls(SLUG, "")
    assert [each.state for each in forge.past(SLUG, "basewatch/node")] == ["merged"]
    assert forge.past(SLUG, "basewatch/other") == ()
    assert len(scripted.asked) == 1
    scripted.says(pull(), [])
    forge.carry_out(SLUG, Close(2, "b"), 0)
    assert forge.past(SLUG, "basewatch/node") == ()
    assert len(scripted.asked) == 3


FORKS = {
    "ours": (pull(), False),
    "another repository": (
        pull(head={"ref": "b", "sha": SHA, "repo": {"id": 2}, "label": "kim:b"}),
        True,
    ),
    "a fork that was deleted": (
        pull(head={"ref": "b", "sha": SHA, "repo": None, "label": "kim:b"}),
        True,
    ),
}


@pytest.mark.parametrize(("said", "fork"), FORKS.values(), ids=FORKS)
def test_a_fork_is_told(scripted, forge, said, fork):
    scripted.says([said])
    assert [each.fork for each in forge.pulls(SLUG, "")] == [fork]


def test_all_that_a_pull_request_wears_is_read(scripted, forge):
    worn = {
        "labels": [{"name": "images"}],
        "assignees": [{"login": "kim"}],
        "requested_reviewers": [{"login": "lou"}],
        "requested_teams": [{"slug": "owners"}],
        "milestone": {"title": "Winter"},
        "auto_merge": {"merge_method": "squash"},
        "draft": True,
        "body": None,
    }
    scripted.says([pull(**worn)])
    (found,) = forge.pulls(SLUG, "")
    assert (found.labels, found.assignees) == (("images",), ("kim",))
    assert found.reviewers == ("lou", "team/owners")
    assert (found.milestone, found.automerge, found.draft) == ("Winter", True, True)
    assert found.body == ""


def test_people_teams_and_a_milestone(scripted, forge):
    scripted.says(
        {"assignees": [{"login": "Kim"}]},
        Reply(pull(), 201),
        [{"number": 3, "title": "Summer"}, {"number": 4, "title": "Winter"}],
        {"number": 1},
    )
    dress = Dress((), ("kim", "nobody"), ("lou", "team/owners"), "Winter")
    done = forge.carry_out(SLUG, SetDress(0, dress), 1)
    assert done.refused == "assignees nobody (they cannot be assigned)"
    bodies = [each.body for each in scripted.asked]
    assert bodies[0] == {"assignees": ["kim", "nobody"]}
    assert bodies[1] == {"reviewers": ["lou"], "team_reviewers": ["owners"]}
    assert (scripted.paths[3], bodies[3]) == ("PATCH /repos/team/app/issues/1", {"milestone": 4})


def test_all_that_is_refused_is_said_and_stops_nothing(scripted, forge):
    scripted.says(refused(404, "Not Found"))
    dress = Dress(("a", "b"), ("kim",), ("lou", "team/owners"), "Winter")
    done = forge.carry_out(SLUG, SetDress(1, dress), 0)
    assert done.refused == (
        "labels a, b (Not Found); assignees kim (Not Found); reviewer lou (Not Found); "
        "reviewer team/owners (Not Found); milestone Winter (Not Found)"
    )


def test_a_label_that_is_refused_keeps_none_of_the_others_off(scripted, forge):
    long = "x" * 51
    scripted.says(refused(422, "Validation Failed"), [], refused(422, "name is too long"))
    done = forge.carry_out(SLUG, SetDress(1, Dress(("a", long))), 0)
    assert done.refused == f"label {long} (name is too long)"
    assert [each.body["labels"] for each in scripted.asked] == [["a", long], ["a"], [long]]


@pytest.mark.parametrize(
    "dress", [Dress(("a",)), Dress((), ("kim",)), Dress(milestone="x")], ids=str
)
def test_an_outage_is_no_refusal_of_a_dress(scripted, forge, dress):
    scripted.says(Reply(None, 502))
    with pytest.raises(PlatformError, match="502"):
        forge.carry_out(SLUG, SetDress(1, dress), 0)


# ---------------------------------------------------------------- auto-merge


@pytest.mark.parametrize("method", ["", "squash"])
def test_automerge_is_asked_for_as_github_documents_it(scripted, waited, method):
    scripted.says(pull(), {"data": {"enablePullRequestAutoMerge": {"clientMutationId": None}}})
    site = Site(f"{scripted.url}/api/v3", insecure=frozenset({"127.0.0.1"}))
    manners = Manners(between_writes=0, sleep=waited.append)
    forge = GitHub(Token(TOKEN), site, me="bot", merge_method=method, manners=manners)
    done = forge.carry_out(SLUG, EnableAutomerge(1), 0)
    assert (done.number, done.refused) == (1, "")
    assert scripted.paths == ["GET /api/v3/repos/team/app/pulls/1", "POST /api/graphql"]
    asked = scripted.asked[1].body
    wanted = {"pullRequestId": "PR_1", **({"mergeMethod": "SQUASH"} if method else {})}
    assert asked["variables"] == {"input": wanted}
    assert asked["query"] == (
        "mutation($input: EnablePullRequestAutoMergeInput!) "
        "{ enablePullRequestAutoMerge(input: $input) { clientMutationId } }"
    )


def test_automerge_that_has_nothing_to_wait_for_is_refused_and_stops_nothing(scripted, forge):
    scripted.says(
        pull(), {"errors": [{"message": "Pull request is in clean status"}], "data": None}
    )
    done = forge.carry_out(SLUG, EnableAutomerge(0), 1)
    assert done.refused == "auto-merge (Pull request is in clean status)"


def test_a_limit_of_the_graphql_api_is_waited_for(scripted, forge, waited):
    limited = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    scripted.says(pull(), limited, {"data": {}})
    assert forge.carry_out(SLUG, EnableAutomerge(1), 0).refused == ""
    assert waited == [60]


def test_automerge_is_taken_back_once(scripted, forge):
    scripted.says(pull(auto_merge={"merge_method": "merge"}), {"data": {}})
    forge.carry_out(SLUG, DisableAutomerge(1), 0)
    assert "disablePullRequestAutoMerge" in scripted.asked[1].body["query"]
    scripted.says(pull())
    forge.carry_out(SLUG, DisableAutomerge(1), 0)
    assert len(scripted.asked) == 3


@pytest.mark.parametrize("errors", [[{"message": "no"}], ["no"], [{"type": 3}]])
def test_automerge_that_cannot_be_taken_back_stops_what_comes_after(scripted, forge, errors):
    scripted.says(pull(auto_merge={}), {"errors": errors})
    with pytest.raises(PlatformError, match="422"):
        forge.carry_out(SLUG, DisableAutomerge(1), 0)


# ---------------------------------------------------------------- comments


def comment(number, text="Hello", author="kim", id_=1):
    return {
        "id": id_,
        "issue_url": f"https://api.github.com/repos/{SLUG}/issues/{number}",
        "user": {"login": author},
        "body": text,
        "created_at": "2026-11-22T09:00:00Z",
    }


def below(*numbers):
    return [Pull(number, "b", "main", "t", "b") for number in numbers]


def test_where_much_is_said_elsewhere_each_pull_request_is_asked_by_itself(scripted, forge):
    more = Reply([comment(9)], headers={"Link": '<x>; rel="next"'})
    scripted.says(more, more, [comment(1)], [comment(2, id_=2)])
    assert [each.pull for each in forge.comments(SLUG, below(1, 2))] == [1, 2]
    assert [path.split("?")[0] for path in scripted.paths[2:]] == [
        "GET /repos/team/app/issues/1/comments",
        "GET /repos/team/app/issues/2/comments",
    ]


@pytest.mark.parametrize("status", [404, 410])
def test_where_issues_are_switched_off_each_pull_request_is_asked_by_itself(
    scripted, forge, status
):
    scripted.says(refused(status, "Issues are disabled"), [comment(1)], [])
    assert [each.pull for each in forge.comments(SLUG, below(1, 2))] == [1]


def test_no_right_to_read_comments_is_said(scripted, forge):
    scripted.says(refused(403, "no"))
    with pytest.raises(PlatformError, match="403"):
        forge.comments(SLUG, below(1, 2))


@pytest.mark.parametrize("status", [403, 404])
def test_a_stranger_of_whom_github_says_nothing_may_not_write(scripted, forge, status):
    scripted.says([comment(1, "/basewatch rebase", "x/../y")], refused(status, "no"))
    (said,) = forge.comments(SLUG, below(1))
    assert not said.may_write
    assert scripted.paths[1].endswith("/collaborators/x%2F..%2Fy/permission")


def test_an_outage_is_not_taken_for_somebody_who_may_not_write(scripted, forge):
    scripted.says([comment(1, "/basewatch rebase")], Reply(None, 500))
    with pytest.raises(PlatformError, match="500"):
        forge.comments(SLUG, below(1))


def test_a_comment_of_nobody_and_one_below_nothing(scripted, forge):
    ghost = {**comment(1, "/basewatch rebase"), "user": None}
    scripted.says([ghost, {**comment(1, id_=2), "issue_url": "x/y"}])
    assert [(each.id, each.author, each.may_write) for each in forge.comments(SLUG, below(1))] == [
        (1, "", False)
    ]


def happened(event, login, **more):
    return {"event": event, "actor": {"login": login}, **more}


@pytest.mark.parametrize(
    ("events", "given"),
    [
        ([], False),
        ([happened("labeled", "labeler[bot]"), happened("unlabeled", "bot")], False),
        ([happened("labeled", "bot"), happened("unlabeled", "kim")], True),
        ([happened("assigned", "kim", assigner={"login": "bot"})], True),
        ([{"event": "milestoned", "actor": None}], False),
        ([happened("review_requested", "bot")], True),
    ],
)
def test_whether_we_gave_it_its_labels_is_told_by_what_happened_to_it(
    scripted, forge, events, given
):
    scripted.says(Reply(events))
    assert forge.dressed(SLUG, 3) is given
    assert scripted.paths == [f"GET /repos/{SLUG}/issues/3/events?per_page=100"]


def test_where_that_is_not_told_it_is_not_known_that_we_did(scripted, forge):
    scripted.says(refused(404, "Not Found"))
    assert not forge.dressed(SLUG, 3)
    scripted.says(Reply(None, 500))
    with pytest.raises(PlatformError, match="500"):
        forge.dressed(SLUG, 3)


# ---------------------------------------------------------------- whom it is asked as


def test_the_token_of_an_action_is_of_github_actions(scripted, waited):
    scripted.says(refused(403, "Resource not accessible by integration"))
    host = scripted.url.removeprefix("http://")
    site = Site(scripted.url, insecure=frozenset({host}))
    assert GitHub(Token(TOKEN), site).me() == "github-actions[bot]"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"data": {"viewer": {"login": "base-bot[bot]"}}}, "base-bot[bot]"),
        ({"data": {"viewer": None}}, "github-actions[bot]"),
        ({"data": {"viewer": {"login": 7}}}, "github-actions[bot]"),
    ],
)
def test_the_token_of_an_installation_is_of_its_app(scripted, waited, said, name):
    scripted.says(refused(403, "Resource not accessible by integration"), said)
    host = scripted.url.removeprefix("http://")
    site = Site(scripted.url, insecure=frozenset({host}))
    assert GitHub(Token(TOKEN), site).me() == name
    assert scripted.asked[-1].body == {"query": "query { viewer { login } }"}


def test_the_token_of_an_action_reaches_what_it_was_given(scripted, forge):
    scripted.says(refused(403, "Resource not accessible by integration"), {"repositories": [FOUND]})
    assert [each.slug for each in forge.reachable()] == [SLUG]


@pytest.mark.parametrize(
    "ask", [lambda forge: forge.reachable(), lambda forge: forge._account.me()]
)
def test_what_is_no_word_on_rights_is_not_taken_for_one(scripted, forge, ask):
    scripted.says(refused(401, "Bad credentials"))
    with pytest.raises((PlatformError, RepoError), match="401"):
        ask(forge)


def test_only_what_may_be_pushed_to_is_within_reach(scripted, forge):
    mine = {**FOUND, "permissions": {"push": True}, "topics": ["base"], "archived": True}
    scripted.says([mine, {**FOUND, "permissions": {"push": False}}])
    (found,) = forge.reachable()
    assert (found.archived, found.topics) == (True, frozenset({"base"}))


OWNERS = {
    "an organization": ({"type": "Organization"}, "/orgs/team/repos?per_page=100&type=all"),
    "ourselves": ({"login": "bot"}, "/user/repos?affiliation=owner&per_page=100"),
    "a user": ({"login": "kim"}, "/users/team/repos?per_page=100&type=owner"),
}


@pytest.mark.parametrize(("owner", "path"), OWNERS.values(), ids=OWNERS)
def test_all_that_an_owner_has(scripted, forge, owner, path):
    if owner.get("login"):
        scripted.says({"type": "User", **owner}, {"login": "bot"}, [FOUND])
    else:
        scripted.says(owner, [FOUND])
    assert [each.slug for each in forge.owned_by("team")] == [SLUG]
    assert scripted.paths[-1] == f"GET {path}"


@pytest.fixture(scope="module")
def key():
    return private_key()


def installed(id_, owner, **more):
    return {"id": id_, "account": {"login": owner}, **more}


def given(token, until="2999-01-01T00:00:00Z"):
    return Reply({"token": token, "expires_at": until}, 201)


def test_an_app_reaches_all_that_it_is_installed_on(scripted, waited, key):
    installations = [
        installed(7, "Team"),
        installed(8, "kim"),
        installed(9, "gone", suspended_at="2026-01-01T00:00:00Z"),
    ]
    other = {**FOUND, "full_name": "kim/app"}
    scripted.says(
        installations, given("a"), {"repositories": [FOUND]}, given("b"), {"repositories": [other]}
    )
    forge = github(scripted, waited, App("1", key))
    assert [each.slug for each in forge.reachable()] == [SLUG, "kim/app"]
    scripted.says({"repositories": [other]})
    assert [each.slug for each in forge.owned_by("kim")] == ["kim/app"]
    assert scripted.asked[-1].headers["authorization"] == "token b"
    assert (forge.used.reads, forge.used.writes) == (6, 0)
    with pytest.raises(RepoError, match="not installed for gone, or was suspended"):
        forge.owned_by("gone")


def test_a_token_is_renewed_before_it_ends(scripted, waited, key):
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 300))
    scripted.says(given("old", soon), FOUND, given("new"), FOUND)
    forge = github(scripted, waited, App("1", key, 7))
    forge.named(SLUG)
    forge.named(SLUG)
    shown = [each.headers["authorization"] for each in scripted.asked]
    assert (shown[1], shown[3]) == ("token old", "token new")
    assert [each.startswith("Bearer ey") for each in shown] == [True, False, True, False]


def test_signing_in_is_repeated_after_an_outage(scripted, waited, key):
    scripted.says(Reply(None, 502), given("a"), FOUND)
    assert github(scripted, waited, App("1", key, 7)).named(SLUG).slug == SLUG


@pytest.mark.parametrize(
    "wrong", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_a_key_that_is_none_is_said_at_once(wrong):
    with pytest.raises(ConfigError, match=r"give all of its \.pem file") as told:
        GitHub(App("1", wrong))
    assert "AAAA" not in str(told.value)


@pytest.mark.parametrize("wrong", ["", "  ", "two words", "ümlaut", "a\nb"])
def test_a_token_that_is_none_is_said_at_once(wrong):
    with pytest.raises(ConfigError, match="BASEWATCH_TOKEN is empty, or has a character"):
        GitHub(Token(wrong, "BASEWATCH_TOKEN"))


def test_a_way_to_merge_that_is_none_is_said_at_once():
    with pytest.raises(ConfigError, match="'octopus' is none of merge, squash and rebase"):
        GitHub(Token(TOKEN), merge_method="octopus")


# ---------------------------------------------------------------- addresses

PLACES = {
    "https://api.github.com": "https://github.com",
    "https://api.github.com/": "https://github.com",
    "https://api.octo.ghe.com": "https://octo.ghe.com",
    "https://ghe.example.org/api/v3": "https://ghe.example.org",
    "https://ghe.example.org:8443/api/v3/": "https://ghe.example.org:8443",
}


@pytest.mark.parametrize(("api", "web"), PLACES.items())
def test_where_git_clones_is_told_from_the_api(api, web):
    assert Address.of(api).clone(SLUG) == f"{web}/{SLUG}.git"


def test_where_git_clones_may_be_said():
    assert Address.of("https://a.example", web="https://b.example/git").clone("a/b") == (
        "https://b.example/git/a/b.git"
    )


NOWHERE = {
    "http://api.github.com": "over plain HTTP",
    "ftp://api.github.com": "no URL of a GitHub",
    "api.github.com": "no URL of a GitHub",
    "https://": "no URL of a GitHub",
    "https://kim:secret@ghe.example.org": "name or password in it",
    "https://ghe.example.org/api/v3?x=1": "no URL of a GitHub",
    "https://ghe.example.org/#x": "no URL of a GitHub",
    "https://[ghe": "no URL of a GitHub",
    "https://ghe.example.org:x/": "no URL of a GitHub",
    "https://exämple.org": "no URL of a GitHub",
}


@pytest.mark.parametrize(("api", "words"), NOWHERE.items())
def test_an_address_that_is_none_is_said_at_once(api, words):
    with pytest.raises(ConfigError, match=words) as told:
        GitHub(Token(TOKEN), Site(api))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "slug", ["app", "a/b/c", "../x", "x/..", "a/b?c", "a/b#", "a b/c", "", "ä/b"]
)
def test_what_is_no_repository_is_not_asked_about(scripted, forge, slug):
    with pytest.raises(RepoError, match="is no repository of GitHub's"):
        forge.named(slug)
    with pytest.raises(PlatformError, match="is no repository of GitHub's"):
        forge.pulls(slug, "")
    assert scripted.asked == []


def test_a_pull_request_that_has_no_number_is_not_edited(scripted, forge):
    with pytest.raises(PlatformError, match="has no number"):
        forge.carry_out(SLUG, EditPull(0, "t"), 0)
    assert scripted.asked == []


@pytest.mark.parametrize("name", ["", "../x", "a//b", "a/./b"])
def test_what_is_no_branch_is_not_asked_about(scripted, forge, name):
    commit = Commit(SHA, {"a": NewFile(b"b", "100644")}, "m")
    for action in (CreateBranch(name, commit), DeleteBranch(name, SHA)):
        with pytest.raises(PlatformError, match="is no name of a branch"):
            forge.carry_out(SLUG, action, 0)
    assert scripted.asked == []


@pytest.mark.parametrize("name", ["", "."])
def test_what_is_no_part_of_an_address_is_not_asked_about(scripted, forge, name):
    with pytest.raises(RepoError, match="cannot be part of an address"):
        forge.owned_by(name)
    assert scripted.asked == []


@pytest.mark.parametrize(("path", "told"), [(".github/workflows/ci.yml", True), ("ci.yml", False)])
def test_a_workflow_that_may_not_be_changed_is_told_with_the_right_that_it_takes(
    scripted, forge, path, told
):
    scripted.says(refused(404, "Not Found"))
    commit = Commit(SHA, {path: NewFile(b"x", "100644")}, "x", SHA)
    with pytest.raises(PlatformError, match="404 Not Found") as refusal:
        forge.carry_out(SLUG, CreateBranch("b", commit), 0)
    assert ("takes the right to write workflows" in str(refusal.value)) == told


def test_what_is_no_file_is_not_committed(scripted, forge):
    commit = Commit(SHA, {"a": NewFile(b"/etc/passwd", "120000")}, "m")
    with pytest.raises(PlatformError, match="a has the mode 120000"):
        forge.carry_out(SLUG, CreateBranch("b", commit), 0)
    assert scripted.asked == []


DENIED = {
    "a label": (RemoveLabel(1, "a"), []),
    "auto-merge": (EnableAutomerge(1), [pull()]),
    "a branch": (DeleteBranch("b", SHA), []),
}


@pytest.mark.parametrize(("action", "before"), DENIED.values(), ids=DENIED)
def test_no_right_is_not_taken_for_a_thing_that_is_gone(scripted, forge, action, before):
    scripted.says(*before, refused(403, "no"))
    with pytest.raises(PlatformError, match="403 no: give GITHUB_TOKEN"):
        forge.carry_out(SLUG, action, 0)


def test_an_app_signs_in_as_itself_again_when_that_has_ended(scripted, waited, key, monkeypatch):
    now = time.time()
    monkeypatch.setattr("bot.platforms.github.accounts.time.time", lambda: now - 3600)
    forge = GitHub(
        App("1", key),
        Site(scripted.url, insecure=frozenset({"127.0.0.1"})),
        manners=Manners(sleep=waited.append),
    )
    monkeypatch.undo()
    scripted.says({"slug": "basewatch"})
    assert forge.me() == "basewatch[bot]"
    told = jwt.decode(
        scripted.asked[0].headers["authorization"].removeprefix("Bearer "),
        options={"verify_signature": False},
    )
    assert abs(told["iat"] + 60 - now) < 60
    assert told["iss"] == "1"
