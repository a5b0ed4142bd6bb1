"""What did not change is not told again: conditional requests, and answers to them that lie."""

import json

import pytest

from bot.errors import PlatformError, UnsureError
from bot.forges import Usage
from bot.forges.discovery import Wanted
from bot.forges.platform import Hosted
from bot.platforms.github import App, GitHub, Manners, Site, Token
from bot.platforms.github.remembered import Answers, Kept, Memory
from bot.pulls.actions import AddComment
from tests.canaries import canary
from tests.servers.github_emulator import private_key
from tests.servers.github_scripted import Reply

SLUG, PREFIX, SHA = "team/app", "basewatch/", "a" * 40
REFS = f"/repos/{SLUG}/git/matching-refs/heads/basewatch"
UNCHANGED = Reply(None, 304)


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "answers.sqlite"


@pytest.fixture
def run(scripted, kept):
    """The adapter as each run makes it anew."""

    def start(token="ghp_one", answers=kept, auth=None, me="bot"):
        site = Site(scripted.url, insecure=frozenset({scripted.url.removeprefix("http://")}))
        manners = Manners(between_writes=0, sleep=lambda _: None, answers=answers)
        return GitHub(auth or Token(token), site, me=me, manners=manners)

    return start


def ref(name, sha=SHA):
    return {"ref": f"refs/heads/{name}", "object": {"sha": sha, "type": "commit"}}


def refs(*names, etag='"1"', sha=SHA, **headers):
    return Reply([ref(name, sha) for name in names], headers={"ETag": etag, **headers})


def asked_with(scripted):
    return [each.headers.get("if-none-match") for each in scripted.asked]


def test_what_did_not_change_since_the_run_before_is_known(scripted, run):
    scripted.says(refs("basewatch/node"), UNCHANGED)
    assert run().branches(SLUG, PREFIX) == {"basewatch/node": SHA}
    later = run()
    assert later.branches(SLUG, PREFIX) == {"basewatch/node": SHA}
    assert asked_with(scripted) == [None, '"1"']
    assert later.used == Usage(reads=1, unchanged=1)


def test_within_a_run_too(scripted, run):
    scripted.says(refs("basewatch/node"), UNCHANGED)
    forge = run()
    assert forge.branches(SLUG, PREFIX) == forge.branches(SLUG, PREFIX)
    assert forge.used == Usage(reads=2, unchanged=1)


def test_a_report_tells_how_much_was_unchanged_where_something_was(scripted, run):
    scripted.says(refs("basewatch/node"), UNCHANGED)
    hosted = Hosted(run(), None, Wanted(), None)
    hosted.forge.branches(SLUG, PREFIX)
    assert hosted.calls == {"reads": 1, "writes": 0}
    hosted.forge.branches(SLUG, PREFIX)
    assert hosted.calls == {"reads": 2, "writes": 0, "unchanged": 1}


def test_what_changed_is_told_and_asked_for_by_its_new_etag(scripted, run):
    scripted.says(refs("basewatch/node"), refs("basewatch/go", etag='W/"2"'), UNCHANGED)
    for expected in ({"basewatch/node"}, {"basewatch/go"}, {"basewatch/go"}):
        forge = run()
        assert set(forge.branches(SLUG, PREFIX)) == expected
    assert asked_with(scripted) == [None, '"1"', 'W/"2"']
    assert forge.used == Usage(reads=1, unchanged=1)


def test_an_answer_without_an_etag_ends_what_was_known(scripted, run):
    scripted.says(refs("basewatch/node"), Reply([ref("basewatch/go")]), refs("basewatch/go"))
    for _ in range(3):
        run().branches(SLUG, PREFIX)
    assert asked_with(scripted) == [None, '"1"', None]


def test_other_parameters_are_another_question(scripted, run):
    scripted.says(refs("basewatch/node"))
    run().branches(SLUG, PREFIX)
    run().branches(SLUG, "other/")
    assert asked_with(scripted) == [None, None]


def test_another_token_is_told_by_github_alone(scripted, run):
    scripted.says(refs("basewatch/secret"), Reply([], headers={"ETag": '"2"'}), UNCHANGED)
    run("ghp_one").branches(SLUG, PREFIX)
    assert run("ghp_two").branches(SLUG, PREFIX) == {}
    assert asked_with(scripted) == [None, None]
    assert run("ghp_one").branches(SLUG, PREFIX) == {"basewatch/secret": SHA}


def test_the_token_is_not_in_the_file(scripted, run, kept):
    scripted.says(refs("basewatch/node"))
    run(canary("github-token", "ghp_")).branches(SLUG, PREFIX)
    assert b"canary" not in kept.read_bytes()


def test_of_a_token_that_does_not_last_nothing_is_kept(scripted, run, kept):
    scripted.says(refs("basewatch/node"))
    for _ in range(2):
        run("ghs_of-an-action").branches(SLUG, PREFIX)
    assert asked_with(scripted) == [None, None]
    assert not kept.exists()


def test_nor_of_an_app(scripted, run, kept):
    given = {"token": "ghs_1", "expires_at": "2099-01-01T00:00:00Z"}
    installed = [{"id": 5, "account": {"login": "team"}}]
    etag = {"ETag": '"1"'}
    scripted.says(Reply(installed, headers=etag), Reply(given, 201, etag), refs("basewatch/node"))
    forge = run(auth=App("1", private_key()))
    assert forge.branches(SLUG, PREFIX) == forge.branches(SLUG, PREFIX)
    assert asked_with(scripted) == [None] * 4
    assert not kept.exists()


def test_who_we_are_is_not_kept(scripted, run, kept):
    scripted.says(Reply({"login": "bot"}, headers={"ETag": '"1"'}))
    assert run(me="").me() == "bot"
    assert not kept.exists()


def test_without_a_file_nothing_is_kept(scripted, run):
    scripted.says(refs("basewatch/node"))
    forge = run(answers=None)
    assert forge.branches(SLUG, PREFIX) == forge.branches(SLUG, PREFIX)
    assert asked_with(scripted) == [None, None]


def test_a_write_is_never_conditional_and_its_answer_not_kept(scripted, run, kept):
    scripted.says(Reply({"id": 1}, 201, {"ETag": '"1"'}))
    forge = run()
    for _ in range(2):
        forge.carry_out(SLUG, AddComment(1, "Hello."), 0)
    assert asked_with(scripted) == [None, None]
    assert forge.used == Usage(writes=2)
    assert not kept.exists()


def test_a_refusal_is_not_kept(scripted, run, kept):
    scripted.says(Reply({"message": "Not Found"}, 404, {"ETag": '"1"'}))
    with pytest.raises(PlatformError, match="404"):
        run().branches(SLUG, PREFIX)
    assert not kept.exists()


# ---------------------------------------------------------------- pages


def many(first, count):
    return [f"basewatch/{number:03}" for number in range(first, first + count)]


def test_further_pages_are_known_as_well(scripted, run):
    more = {"Link": f'<{scripted.url}{REFS}?page=2>; rel="next"'}
    scripted.says(refs(*many(0, 30), **more), refs(*many(30, 2), etag='"2"'), UNCHANGED)
    assert len(run().branches(SLUG, PREFIX)) == 32
    assert len(run().branches(SLUG, PREFIX)) == 32
    assert asked_with(scripted) == [None, None, '"1"', '"2"']
    assert scripted.paths[2:] == [f"GET {REFS}", f"GET {REFS}?page=2"]


def test_a_last_page_that_is_full_is_not_kept_as_it_would_not_tell_of_the_next_one(scripted, run):
    scripted.says(refs(*many(0, 29)), refs(*many(0, 30), etag='"2"'))
    for _ in range(3):
        run().branches(SLUG, PREFIX)
    assert asked_with(scripted) == [None, '"1"', None]


def test_the_link_of_a_304_counts_more_than_the_one_that_was_kept(scripted, run):
    more = {"Link": f'<{scripted.url}{REFS}?page=2>; rel="next"'}
    scripted.says(refs("basewatch/node"), Reply(None, 304, more), refs("basewatch/go"))
    run().branches(SLUG, PREFIX)
    assert set(run().branches(SLUG, PREFIX)) == {"basewatch/node", "basewatch/go"}


# ---------------------------------------------------------------- lies


def test_a_304_that_nobody_asked_for_is_asked_again_and_then_said(scripted, run):
    scripted.says(UNCHANGED, refs("basewatch/node"))
    assert run().branches(SLUG, PREFIX) == {"basewatch/node": SHA}
    scripted.forget().says(UNCHANGED)
    forge = run("ghp_other")
    with pytest.raises(PlatformError, match="that nothing changed, of what is not known here"):
        forge.branches(SLUG, PREFIX)
    assert asked_with(scripted) == [None] * 5
    assert forge.used == Usage(reads=5)


def test_a_write_that_is_answered_so_may_have_been_done(scripted, run):
    scripted.says(UNCHANGED)
    with pytest.raises(UnsureError, match="nothing changed"):
        run().carry_out(SLUG, AddComment(1, "Hello."), 0)
    assert len(scripted.asked) == 1


def test_a_304_of_another_etag_is_asked_again_without(scripted, run):
    other = Reply(None, 304, {"ETag": '"9"'})
    scripted.says(refs("basewatch/node"), other, refs("basewatch/go", etag='"9"'))
    run().branches(SLUG, PREFIX)
    forge = run()
    assert set(forge.branches(SLUG, PREFIX)) == {"basewatch/go"}
    assert asked_with(scripted) == [None, '"1"', None]
    assert forge.used == Usage(reads=2)


@pytest.mark.parametrize("etag", ['"1"', 'W/"1"'])
def test_a_304_may_name_the_etag_weak_or_strong(scripted, run, etag):
    scripted.says(refs("basewatch/node"), Reply(None, 304, {"ETag": etag}))
    run().branches(SLUG, PREFIX)
    assert set(run().branches(SLUG, PREFIX)) == {"basewatch/node"}


@pytest.mark.parametrize("etag", ["1", '"a" "b"', "W/1", '"' + "x" * 5000 + '"'])
def test_an_etag_that_is_none_is_not_sent_back(scripted, run, kept, etag):
    scripted.says(refs("basewatch/node", etag=etag))
    for _ in range(2):
        assert set(run().branches(SLUG, PREFIX)) == {"basewatch/node"}
    assert asked_with(scripted) == [None, None]
    assert not kept.exists()


def test_rubbish_is_not_kept(scripted, run, kept):
    scripted.says(Reply(b"[", headers={"ETag": '"1"'}), refs("basewatch/node", etag=""))
    assert set(run().branches(SLUG, PREFIX)) == {"basewatch/node"}
    assert not kept.exists()


def test_json_of_another_shape_is_an_error_each_time(scripted, run):
    scripted.says(Reply({"no": "list"}, headers={"ETag": '"1"'}), UNCHANGED)
    for _ in range(2):
        with pytest.raises(PlatformError):
            run().branches(SLUG, PREFIX)


def test_a_damaged_file_is_as_if_it_were_not_there(scripted, run, kept):
    scripted.says(refs("basewatch/node"))
    run().branches(SLUG, PREFIX)
    kept.write_bytes(b"rubbish" * 1000)
    assert set(run().branches(SLUG, PREFIX)) == {"basewatch/node"}
    run().branches(SLUG, PREFIX)
    assert asked_with(scripted) == [None, None, '"1"']


def test_an_answer_that_is_no_json_any_more_is_asked_for_again(scripted, run, kept):
    Memory(Answers(kept), scripted.url, "ghp_one").keep(REFS, Kept('"1"', "", "no JSON"))
    scripted.says(UNCHANGED, refs("basewatch/node"))
    assert set(run().branches(SLUG, PREFIX)) == {"basewatch/node"}
    assert asked_with(scripted) == ['"1"', None]


def test_what_is_said_of_a_repository_is_kept_but_for_what_lets_one_clone(scripted, run, kept):
    found = {"full_name": SLUG, "default_branch": "main", "id": 1, "temp_clone_token": "AB12"}
    scripted.says(Reply(found, headers={"ETag": '"1"'}))
    for _ in range(2):
        assert run().named(SLUG).branch == "main"
    assert asked_with(scripted) == [None, None]
    assert not kept.exists()
    scripted.says(Reply({**found, "temp_clone_token": ""}, headers={"ETag": '"1"'}), UNCHANGED)
    assert run().named(SLUG) == run().named(SLUG)
    assert asked_with(scripted)[-1] == '"1"'
    assert json.dumps("AB12").encode() not in kept.read_bytes()
