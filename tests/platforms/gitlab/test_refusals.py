import json
import socket
import time

import pytest

from bot.errors import ConfigError, PlatformError, RepoError, ShutError, UnsureError
from bot.forges import Usage
from bot.platforms.gitlab import GitLab
from bot.platforms.gitlab import wire as wire_module
from bot.platforms.gitlab.complaints import AnswerError, words_of
from bot.pulls.actions import AddComment, CreatePull
from tests.platforms.gitlab.test_pulls import opened
from tests.platforms.gitlab.world import BRANCH, PREFIX, SLUG, state_of
from tests.servers.git_http import host


def said(forge, kind=PlatformError):
    with pytest.raises(kind) as caught:
        forge.pulls(SLUG, PREFIX)
    assert type(caught.value) is not UnsureError
    assert "\n" not in str(caught.value)
    return str(caught.value)


def written(forge):
    with pytest.raises(PlatformError) as caught:
        forge.carry_out(SLUG, AddComment(1, "text"), 0)
    return caught.value


# ---------------------------------------------------------------- tokens


def test_we_are_whose_token_it_is(world, forge):
    assert (forge.me(), forge.me()) == ("basewatch", "basewatch")
    assert forge.used == Usage(1, 0)


def test_a_token_that_is_none_of_this_gitlab_is_said(world):
    forge = world.forge(token="glpat-wrong")
    assert "the token is not accepted" in said(forge)
    assert "401 Unauthorized" in said(forge)
    with pytest.raises(RepoError, match="not accepted"):
        list(forge.reachable())


def test_a_token_that_only_reads_is_said(world):
    opened(world)
    token = world.server.token(world.server.users["basewatch"], ("read_api",))
    forge = world.forge(token=token)
    assert len(forge.pulls(SLUG, PREFIX)) == 1
    assert "the token lacks a scope: give it `api`" in str(written(forge))


def test_a_branch_that_is_protected_is_said_to_be_that(world):
    world.project.members["basewatch"] = 30
    world.project.protected.add(BRANCH)
    with pytest.raises(PlatformError, match=r"the branch is protected.* protect no `basewatch/"):
        world.run(world.wanted())


def test_a_role_that_does_not_suffice_is_said(world, forge):
    opened(world)
    world.project.members["basewatch"] = 20
    with pytest.raises(PlatformError, match="it takes at least the role Developer"):
        forge.carry_out(SLUG, CreatePull(BRANCH, "main", "T", "B"), 0)


def test_a_job_token_reads_and_does_not_write(world):
    world.run(world.wanted())
    token = world.server.token(world.server.users["basewatch"], job=True)
    forge = world.forge(token=token, job_token=True)
    assert forge.me() == "basewatch"
    assert forge.credential(SLUG).header.startswith("Authorization: Basic ")
    assert state_of(forge).branch.ours
    assert "a job token may not do this: give a project" in str(written(forge))
    with pytest.raises(RepoError, match="a job token may not do this"):
        forge.named(SLUG)


@pytest.mark.parametrize("token", ["", "two\nlines", "caf\u00e9"])
def test_what_is_no_token_is_refused_at_once(token):
    with pytest.raises(ConfigError) as caught:
        GitLab(token)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["gitlab.com", "ftp://x", "https://", "https://me:secret@host", "https://host/?a=b",
     "https://host/#x", "https://[", "https://host\n", "https://host:0"],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_once(url):
    with pytest.raises(ConfigError) as caught:
        GitLab("token", url)
    assert "secret" not in str(caught.value)


def test_no_message_and_no_representation_shows_the_token(world):
    forge, seen = world.forge(), []
    echo = json.dumps({"message": f"bad token {world.token} for you"}).encode()
    for status in (400, 401, 403, 404, 409, 422, 500):
        world.server.fail(
            status=status, body=echo, headers={"Content-Type": "application/json"}, times=4
        )
        seen.append(said(forge))
        world.server.http.faults.clear()
    assert "bad token *** for you" in seen[0]
    seen += [repr(vars(each)) for each in (forge, forge._api, forge._pace, forge._people)]
    seen += [str(request) for request in world.server.heard]
    assert not [each for each in seen if world.token in each]


def test_a_redirect_is_not_followed(world):
    with host(lambda _: (200, {"Content-Type": "application/json"}, [b"[]"])) as (address, heard):
        for status in (301, 302, 307, 308):
            world.server.fail(status=status, headers={"Location": f"http://{address}/api"})
            assert "it answers that this lies elsewhere" in said(world.forge())
        assert heard == []


# ---------------------------------------------------------------- no answer, or a wrong one


def test_nobody_at_home_is_said(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        forge = GitLab("token", f"http://127.0.0.1:{held.getsockname()[1]}", patience=0.01, pause=0)
        where = f"127.0.0.1:{held.getsockname()[1]}"
        assert said(forge) == (
            f"{where}: cannot be reached (connection refused): "
            "try again later, or check the address and the network"
        )
        asked = forge.used
        error = written(forge)
    assert type(error) is ShutError  # surely nothing was written
    assert forge.used == asked


def test_a_gitlab_that_does_not_take_the_token_is_asked_once(world):
    forge = world.forge(token="glpat-wrong")
    told = {said(forge), str(written(forge))}
    for slug in (SLUG, "team/other"):
        with pytest.raises(ShutError) as caught:
            forge.named(slug)
        told.add(str(caught.value))
    assert len(told) == 1
    assert f"/{SLUG}: " not in told.pop()
    assert forge.used == Usage(1, 0)


def test_a_write_that_is_answered_so_is_about_itself(world, forge):
    world.server.fail(status=401, times=1)
    assert type(written(forge)) is AnswerError
    assert forge.me() == "basewatch"


def test_a_certificate_that_is_not_believed_is_said(world):
    forge = world.forge()
    forge._api._client._url = forge._api._client._url.replace("http:", "https:")
    assert "no secure connection (wrong version number)" in said(forge)


def test_authorities_that_are_not_there_are_said(world, tmp_path):
    forge = GitLab("token", "https://127.0.0.1:1", authorities=tmp_path / "none", patience=0.01)
    assert "127.0.0.1:1: team/sub/app" in said(forge)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_read_is_repeated_a_few_times(world, forge, status):
    world.server.fail(status=status, times=3)
    assert forge.pulls(SLUG, PREFIX) == ()
    world.server.fail(status=status, times=9)
    assert f"HTTP {status}" in said(forge)
    assert "<html>" not in said(forge)


def test_a_read_that_is_cut_off_is_repeated_once(world, forge):
    world.server.fail(drop=True)
    assert forge.pulls(SLUG, PREFIX) == ()
    world.server.fail(drop=True, times=3)
    assert "the connection was lost" in said(forge)


@pytest.mark.parametrize(
    "fault", [{"status": 502}, {"status": 500}, {"status": 504}, {"drop": True}]
)
@pytest.mark.parametrize("after", [True, False])
def test_a_write_without_an_answer_is_unsure_and_not_repeated(world, forge, fault, after):
    opened(world)
    world.server.fail(method="POST", after=after, **fault)
    error = written(forge)
    assert isinstance(error, UnsureError)
    assert "whether it was done is not known" in str(error)
    assert len(world.server.writes()) == 1
    assert len(world.project.requests[1].notes) == after


def test_a_write_whose_answer_makes_no_sense_is_unsure(world, forge):
    opened(world)
    for body in (b"{", b"[]", b"[" * 100_000):
        world.server.fail(method="POST", status=201, body=body, after=True)
        assert isinstance(written(forge), UnsureError)
    world.server.fail(method="POST", status=400, body=b"[" * 100_000)
    assert isinstance(written(forge), PlatformError)


RUBBISH = [
    b"", b"<html>", b"{", b"null", b"7", b'"text"', b"[7]", b"[[]]", b"[null]", b"\xff\xfe",
    b"[" * 200_000, b"[" + b"9" * 5_000 + b"]", b"[{}]", b'[{"iid": "1"}]', b'[{"iid": true}]',
    b'[{"iid": -1}]', b'[{"iid": 1e400}]', b'{"message": {"a": [1, {}]}}',
]  # fmt: skip


@pytest.mark.parametrize("status", [200, 400])
def test_rubbish_is_said_to_be_rubbish(world, status):
    for body in RUBBISH:
        forge = world.forge()
        asking = [
            lambda: forge.pulls(SLUG, PREFIX),  # noqa: B023 -- called below, in the same round
            lambda: forge.past(SLUG, BRANCH),  # noqa: B023
            lambda: forge.branches(SLUG, PREFIX),  # noqa: B023
            lambda: forge.branch(SLUG, BRANCH, "1" * 40, "main"),  # noqa: B023
            lambda: forge.named(SLUG),  # noqa: B023
            lambda: list(forge.owned_by("team")),  # noqa: B023
            lambda: list(forge.reachable()),  # noqa: B023
            forge.me,
        ]
        headers = {"Content-Type": "application/json"}
        world.server.fail(status=status, body=body, headers=headers, times=99)
        for ask in asking:
            with pytest.raises((PlatformError, RepoError)) as caught:
                ask()
            assert str(caught.value).startswith(f"127.0.0.1:{world.server.http.server_port}: ")
            assert len(str(caught.value)) < 1_000
        world.server.http.faults.clear()


FIELDS = ["title", "description", "state", "source_branch", "labels", "assignees", "author",
          "milestone", "created_at", "sha", "closed_by", "source_project_id"]  # fmt: skip


@pytest.mark.parametrize("value", [None, 7, [], {}, [7], "x", "\ud800"])
def test_a_field_of_a_wrong_kind_says_nothing_about_the_others(world, forge, value):
    shown = opened(world).shown()
    for field in FIELDS:
        world.server.fail(status=200, body=[shown | {field: value}])
        (pull,) = forge.pulls(SLUG, "")
        assert (pull.number, pull.base) == (1, "main")


def test_an_answer_without_end_is_cut_off(world, forge, monkeypatch):
    monkeypatch.setattr(wire_module, "_LARGEST", 1 << 10)
    world.server.fail(status=200, body=b"[" + b" " * (1 << 20) + b"]")
    assert "an answer of more than 0 MB: is this the address of a GitLab?" in said(forge)


def test_an_answer_that_takes_too_long_is_cut_off(world, forge, monkeypatch):
    monkeypatch.setattr(wire_module, "_LONGEST", -1.0)
    assert "an answer that does not end; try again later" in said(forge)


def test_a_list_without_end_is_cut_off(world, forge):
    bodies = [{"name": f"basewatch/{n}", "commit": {"id": "1" * 40}} for n in range(2)]
    world.server.fail(status=200, body=bodies, headers={"X-Next-Page": "2"}, times=99)
    with pytest.raises(PlatformError, match="there is more than can be looked at"):
        forge.branches(SLUG, PREFIX)
    assert forge.used.reads == 50


def test_a_server_that_is_broken_is_not_taken_for_a_missing_thing(world, forge):
    world.run(world.wanted())
    forge.branches(SLUG, PREFIX)
    for path in ("/members/", "/repository/branches/", "/files/"):
        world.server.fail(status=500, path=path, times=20)
    world.project.say(1, "/basewatch rebase")
    with pytest.raises(PlatformError, match="HTTP 500"):
        forge.comments(SLUG, forge.pulls(SLUG, PREFIX))
    with pytest.raises(PlatformError, match="HTTP 500"):
        forge._branches.now(SLUG, BRANCH)
    with pytest.raises(PlatformError, match="HTTP 500"):
        forge._api.there(f"/projects/{world.project.id}/repository/files/x", SLUG, {"ref": "main"})


# ---------------------------------------------------------------- being asked for patience


def test_what_was_one_too_many_is_asked_again(world, forge):
    opened(world)
    for headers in ({"Retry-After": "0"}, {"RateLimit-Reset": "1"}, {}, {"Retry-After": "soon"}):
        world.server.fail(status=429, headers=headers)
        assert len(forge.pulls(SLUG, PREFIX)) == 1
        world.server.fail(status=429, headers=headers, method="POST")
        forge.carry_out(SLUG, AddComment(1, "text"), 0)
    assert len(world.project.requests[1].notes) == 4
    assert forge.used == Usage(8, 8)


def test_limits_that_outlast_the_patience_three_times_in_a_row_are_the_last_thing_asked(
    forge, world
):
    headers = {"Retry-After": "60"}
    world.server.fail(status=429, headers=headers, times=2)
    for _ in range(2):
        assert "left alone for longer" in said(forge)
    assert forge.pulls(SLUG, PREFIX) == ()
    world.server.fail(status=429, headers=headers, times=3)
    kinds = [type(caught(forge)) for _ in range(5)]
    assert kinds == [AnswerError] * 2 + [ShutError] * 3
    assert forge.used.reads == 6


def caught(forge):
    with pytest.raises(PlatformError) as error:
        forge.pulls(SLUG, PREFIX)
    return error.value


def test_longer_than_we_have_patience_is_not_waited(world, forge):
    opened(world)
    later = str(int(time.time()) + 3_600)
    for headers in ({"Retry-After": "60"}, {"RateLimit-Reset": later}):
        world.server.fail(status=429, headers=headers)
        assert "asks to be left alone for longer" in said(forge)
        world.server.fail(status=429, headers=headers, method="POST")
        assert type(written(forge)) is not UnsureError
    assert len(world.project.requests[1].notes) == 0


def test_when_nothing_is_left_the_next_question_waits(world, forge):
    until = str(int(time.time()) + 3_600)
    headers = {"RateLimit-Remaining": "0", "RateLimit-Reset": until}
    world.server.fail(status=200, body=[], headers=headers)
    forge.pulls(SLUG, PREFIX)
    before = time.monotonic()
    forge.pulls(SLUG, PREFIX)
    assert time.monotonic() - before >= 0.04  # its patience


def test_writes_are_spaced(world):
    opened(world)
    forge, before = world.forge(pause=0.03), time.monotonic()
    for _ in range(3):
        forge.carry_out(SLUG, AddComment(1, "text"), 0)
    assert time.monotonic() - before >= 0.06


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (b"plain", "plain"),
        ("two\nlines \x1b[31m", "two lines \ufffd[31m"),
        (["a", 7, "b"], "a, b"),
        ({"title": ["is long", "is bad"], "base": "no"}, "title: is long, is bad; base: no"),
        (None, ""),
        (b"<!DOCTYPE html><p>", ""),
        ("x" * 5_000, "x" * 300),
    ],
)
def test_words_of_gitlab_are_one_short_line(message, told):
    assert words_of(message, ()) == told
