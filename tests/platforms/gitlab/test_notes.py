import json

import pytest

from bot.errors import PlatformError
from bot.forges import Usage
from bot.forges.there import There
from tests.platforms.gitlab.test_pulls import opened
from tests.platforms.gitlab.world import PREFIX, SLUG
from tests.servers import gitlab_graphql

BRANCHES = [f"basewatch/{number}" for number in range(3)]
JSON = {"Content-Type": "application/json"}
ASKED = "POST /api/graphql"


@pytest.fixture
def three(world):
    """Three merge requests, and one comment of a person below each."""
    for branch in BRANCHES:
        number = opened(world, branch).iid
        world.project.say(number, f"What of {number}?")
        world.project.say(number, "changed the description", system=True)
    return world


def told(forge, since=None):
    found = forge.comments(SLUG, forge.pulls(SLUG, PREFIX), since)
    return sorted((comment.pull, comment.author, comment.text) for comment in found)


SAID = [(number, "kim", f"What of {number}?") for number in (1, 2, 3)]


def asked_about_notes(world):
    return [each for each in world.server.reads() if "graphql" in each or "/notes" in each]


def test_three_that_people_wrote_below_cost_three_reads_and_no_write(three):
    forge = three.forge()
    forge.me()  # once a run
    three.server.forget()
    There(forge, SLUG).hear(BRANCHES)
    assert list(forge.issues(SLUG)) == []
    assert len(three.server.reads()) == 3
    assert three.server.writes() == []
    assert forge.used == Usage(reads=1 + 3)


def test_the_notes_of_all_of_them_are_one_question(three):
    assert told(three.forge()) == SAID
    assert asked_about_notes(three) == [ASKED]


def test_it_is_told_as_it_is_one_by_one(three):
    three.project.say(2, "/basewatch rebase", "kim")
    three.project.say(2, "/basewatch rebase", "robin")
    three.project.say(3, "/basewatch rebase", "basewatch")
    three.project.requests[1].notes[0]["type"] = "DiffNote"
    at_once, other = three.forge(), three.forge()
    pulls = at_once.pulls(SLUG, PREFIX)
    one_by_one = [c for pull in pulls for c in other.comments(SLUG, [pull])]
    assert sorted(at_once.comments(SLUG, pulls), key=lambda c: c.id) == sorted(
        one_by_one, key=lambda c: c.id
    )
    assert {c.author: c.may_write for c in one_by_one if c.text[0] == "/"} == {
        "kim": True,
        "robin": False,
        "basewatch": False,
    }


def test_only_what_changed_since_then_is_told_of_all_of_them(three):
    new = three.project.say(2, "new")
    since = three.project.requests[2].updated
    three.project.requests[3].updated = since  # as by a push
    assert told(three.forge(), since) == [(2, "kim", "new")]
    assert new["body"] == "new"
    assert asked_about_notes(three) == [ASKED]


def test_one_with_more_notes_than_fit_is_read_page_by_page(three):
    for number in range(120):
        three.project.say(2, f"{number}")
    assert len(told(three.forge())) == 123
    paths = [each.partition("?")[0] for each in asked_about_notes(three)]
    assert paths == [ASKED, *[f"GET /api/v4/projects/{SLUG}/merge_requests/2/notes"] * 2]


def test_more_than_fifty_are_two_questions(world):
    for number in range(60):
        opened(world, f"basewatch/{number}")
        world.project.say(number + 1, "x")
    assert len(told(world.forge())) == 60
    assert asked_about_notes(world) == [ASKED, ASKED]


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422, 500, 503])
def test_where_graphql_is_refused_each_is_asked_about_and_it_is_not_asked_again(three, status):
    three.server.fail(status=status, path=gitlab_graphql.PATH, times=99)
    forge = three.forge()
    assert told(forge) == told(forge) == SAID
    attempts = 4 if status >= 500 else 1
    assert asked_about_notes(three).count(ASKED) == attempts
    assert len(asked_about_notes(three)) == attempts + 6
    assert three.server.writes() == []


@pytest.mark.parametrize(
    "errors",
    [
        [{"message": "Field 'notes' doesn't exist on type 'MergeRequest'"}],
        [{"message": "Query has complexity of 346, which exceeds max complexity of 250"}],
        [], None, 7, [7], [{}],
    ],
)  # fmt: skip
def test_an_answer_with_errors_is_a_refusal(three, errors):
    body = json.dumps({"errors": errors, "data": {"project": {}}}).encode()
    three.server.fail(status=200, body=body, headers=JSON, path=gitlab_graphql.PATH)
    assert told(three.forge()) == SAID
    assert len(asked_about_notes(three)) == 4


def test_a_project_that_graphql_does_not_show_is_asked_about_one_by_one(three):
    body = b'{"data": {"project": null}}'
    three.server.fail(status=200, body=body, headers=JSON, path=gitlab_graphql.PATH)
    assert told(three.forge()) == SAID


def test_a_job_asks_nothing_of_graphql(three):
    token = three.server.token(three.server.users["basewatch"], job=True)
    body = [three.project.requests[1].notes[0]]
    three.server.fail(status=200, body=body, path="/notes$", times=3)
    forge = three.forge(token=token, job_token=True)
    assert len(told(forge)) == 3
    assert ASKED not in three.server.reads()


def test_being_asked_for_more_patience_than_there_is_is_said(three):
    headers = {"Retry-After": "60"}
    three.server.fail(status=429, headers=headers, path=gitlab_graphql.PATH)
    with pytest.raises(PlatformError, match="asks to be left alone for longer"):
        told(three.forge())


def test_a_question_that_is_cut_off_is_asked_once_more(three):
    three.server.fail(drop=True, path=gitlab_graphql.PATH)
    assert told(three.forge()) == SAID
    assert asked_about_notes(three) == [ASKED, ASKED]
    three.server.fail(drop=True, path=gitlab_graphql.PATH, times=2)
    with pytest.raises(PlatformError, match="the connection was lost"):
        told(three.forge())


# ---------------------------------------------------------------- answers that make no sense


def request(**more):
    notes = {"nodes": [], "pageInfo": {"hasNextPage": False}}
    return {"iid": "1", "notes": notes, **more}


def note(**more):
    shown = {
        "id": "gid://gitlab/Note/1", "body": "x", "system": False, "createdAt": None,
        "author": {"id": "gid://gitlab/User/2", "username": "kim"}, **more,
    }  # fmt: skip
    return request(notes={"nodes": [shown], "pageInfo": {"hasNextPage": False}})


RUBBISH = [
    b"", b"<html>", b"{", b"[]", b"7", b"null", b"[" * 200_000, b"\xff",
    *(
        json.dumps({"data": {"project": {"mergeRequests": {"nodes": nodes}}}}).encode()
        for nodes in (
            7, {}, "x", [7], [[]],
            [request(notes={"nodes": 7, "pageInfo": {"hasNextPage": False}})],
            [request(notes={"nodes": [7], "pageInfo": {"hasNextPage": False}})],
            [note(id=1)], [note(id="1")], [note(id="gid://gitlab/Note/x")], [note(id=None)],
            [note(id="gid://gitlab/Note/" + "9" * 5_000)],
            [note(author={"id": "kim"})],
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("body", RUBBISH)
def test_rubbish_is_said_to_be_rubbish(three, body):
    three.server.fail(status=200, body=body, headers=JSON, path=gitlab_graphql.PATH)
    with pytest.raises(PlatformError) as caught:
        told(three.forge())
    where = f"127.0.0.1:{three.server.http.server_port}: {SLUG}: "
    assert str(caught.value).startswith(where)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "nodes",
    [
        [], [None], [request(iid=1)], [request(iid="x")], [request(iid="9" * 5_000)],
        [request(iid="99")], [request(notes=None)], [request(notes={"pageInfo": {}})],
    ],
)  # fmt: skip
def test_one_that_is_not_told_whole_is_asked_about(three, nodes):
    body = json.dumps({"data": {"project": {"mergeRequests": {"nodes": nodes}}}}).encode()
    three.server.fail(status=200, body=body, headers=JSON, path=gitlab_graphql.PATH)
    assert told(three.forge()) == SAID


def test_who_wrote_something_need_not_be_there_any_more(three):
    found = [note(author=None), None]
    body = json.dumps({"data": {"project": {"mergeRequests": {"nodes": found}}}}).encode()
    three.server.fail(status=200, body=body, headers=JSON, path=gitlab_graphql.PATH)
    assert told(three.forge()) == [(1, "", "x"), *SAID[1:]]


def test_the_token_goes_to_its_host_alone_and_is_in_no_message(three):
    echo = json.dumps({"errors": [{"message": f"bad {three.token}"}]}).encode()
    three.server.fail(status=429, body=echo, headers={"Retry-After": "60", **JSON}, path="graphql")
    forge = three.forge()
    with pytest.raises(PlatformError) as caught:
        told(forge)
    assert three.token not in str(caught.value)
    assert three.token not in repr([vars(forge._api), vars(forge._pulls._notes)])
    assert not [each for each in three.server.reads() if three.token in each]
    asked = next(each for each in three.server.heard if each.path == gitlab_graphql.PATH)
    assert asked.headers["Authorization"] == f"Bearer {three.token}"
    listed = [each for each in three.server.heard if each.path.startswith("/api/v4/")]
    assert not [each for each in listed if "Authorization" in each.headers]


# ---------------------------------------------------------------- the fake itself


def post(world, question, token=None, **given):
    body = json.dumps({"query": question, "variables": given}).encode()
    request = gitlab_graphql_request(body, token or world.token)
    answer = gitlab_graphql.answer_of(world.server, request)
    return answer.status, answer.body


def gitlab_graphql_request(body, token):
    from tests.servers.gitlab_http import Request

    return Request("POST", gitlab_graphql.PATH, {"Authorization": f"Bearer {token}"}, body)


def test_the_fake_tells_only_what_is_asked_and_refuses_what_it_does_not_know(three):
    one = '{ project(fullPath: "team/sub/app") { mergeRequests(iids: ["2"]) { nodes { iid } } } }'
    shown = {"project": {"mergeRequests": {"nodes": [{"iid": "2"}]}}}
    assert post(three, one) == (200, {"data": shown})
    status, body = post(three, "{ project { name } }")
    assert (status, "errors" in body, body.get("data")) == (200, True, None)
    assert post(three, one, "glpat-wrong")[0] == 401
    assert post(three, " " * 10_001)[0] == 422
    narrow = three.server.token(three.server.users["kim"], ("read_repository",))
    assert post(three, one, narrow)[0] == 403


def test_the_fake_hides_what_may_not_be_seen(three):
    three.server.user("stranger")
    token = three.server.token(three.server.users["stranger"])
    one = '{ project(fullPath: "team/sub/app") { mergeRequests { nodes { iid } } } }'
    assert post(three, one, token) == (200, {"data": {"project": None}})
