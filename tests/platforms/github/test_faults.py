"""What GitHub refuses, and what becomes of answers that never come, at a server that plays both."""

import pytest

from bot.errors import ConfigError, PlatformError, RepoError, UnsureError
from bot.platforms.github import GitHub, Manners, Site, Token
from bot.pulls.actions import (
    AddComment,
    Close,
    CreatePull,
    Dress,
    EnableAutomerge,
    SetDress,
)
from tests.canaries import canary
from tests.servers.github_world import ROBOT, SLUG

BRANCH = "basewatch/node"
PULL = CreatePull(BRANCH, "main", "Bump node", "Body.")


@pytest.fixture
def waited():
    """The pauses that were to be made, in seconds; none is."""
    return []


@pytest.fixture
def forge(world, waited):
    manners = Manners(between_writes=0, timeout=10, sleep=waited.append)
    return GitHub(Token(world.token), Site(authorities=str(world.authorities)), manners=manners)


def test_the_public_api_through_a_proxy_whose_certificate_is_of_an_authority_of_ones_own(forge):
    assert forge.me() == ROBOT
    said = forge.named(SLUG)
    assert (said.slug, said.clone) == (SLUG, f"https://github.com/{SLUG}.git")
    assert set(forge.branches(SLUG, "basewatch/")) == {BRANCH, "basewatch/locked"}
    assert [each.slug for each in forge.owned_by("team")] == [SLUG]


def test_a_certificate_of_nobody_known_is_not_believed(world, waited):
    forge = GitHub(Token(world.token), manners=Manners(sleep=waited.append))
    with pytest.raises(PlatformError, match=r"no secure connection: .*certificate") as told:
        forge.me()
    assert "authority of your own" in str(told.value)
    assert waited == []


def test_a_file_of_authorities_that_is_none_is_said_at_once(tmp_path):
    for path in (tmp_path / "none.pem", tmp_path):
        with pytest.raises(ConfigError, match="certificates"):
            GitHub(Token("ghp_x"), Site(authorities=str(path)))


def test_a_bad_token_says_which_token_to_look_at(world):
    site = Site(authorities=str(world.authorities))
    forge = GitHub(Token(canary("github-token", "ghp_"), "BASEWATCH_TOKEN"), site)
    with pytest.raises(RepoError, match=r"401 .*look at BASEWATCH_TOKEN: it has expired") as told:
        forge.named(SLUG)
    assert "canary" not in str(told.value)


def test_no_such_repository_is_one_that_the_token_may_not_see(forge):
    with pytest.raises(RepoError, match=r"404 Not Found: .* the token may not see it"):
        forge.named("team/none")


def test_a_second_pull_request_from_a_branch_is_refused(forge):
    assert forge.carry_out(SLUG, PULL, 0).number == 1
    with pytest.raises(PlatformError, match=r"422 .*A pull request already exists") as told:
        forge.carry_out(SLUG, PULL, 0)
    assert not isinstance(told.value, UnsureError)
    assert len(forge.pulls(SLUG, "")) == 1


def test_a_timeout_after_github_did_it_leaves_us_unsure_and_is_not_repeated(forge, world, waited):
    world.fail({"tool": "*", "kind": "timeout_after_commit", "on_call": 1})
    with pytest.raises(UnsureError, match=r"504.*it may have been done: the next run looks"):
        forge.carry_out(SLUG, PULL, 0)
    assert waited == []
    assert [each.branch for each in forge.pulls(SLUG, "basewatch/")] == [BRANCH]


@pytest.mark.parametrize("kind", ["bad_gateway", "server_error", "unavailable", "timeout"])
def test_a_write_without_an_answer_is_not_repeated(forge, world, kind):
    world.fail({"tool": "*", "kind": kind, "on_call": 1})
    with pytest.raises(UnsureError):
        forge.carry_out(SLUG, PULL, 0)
    assert forge.used.writes == 1


@pytest.mark.parametrize("kind", ["bad_gateway", "server_error", "unavailable"])
def test_a_read_without_an_answer_is_repeated(forge, world, waited, kind):
    world.fail({"tool": "*", "kind": kind, "times": 2})
    assert forge.me() == ROBOT
    assert waited == [1, 2]


def test_an_outage_that_lasts_ends_after_five_attempts(forge, world, waited):
    world.fail({"tool": "*", "kind": "unavailable", "times": None})
    with pytest.raises(PlatformError, match="503"):
        forge.pulls(SLUG, "")
    assert (waited, forge.used.reads) == ([1, 2, 4, 8], 5)


def test_a_rate_limit_is_waited_for_and_the_write_is_then_done(forge, world, waited):
    world.fail({"tool": "*", "kind": "rate_limit", "on_call": 1})
    assert forge.carry_out(SLUG, PULL, 0).number == 1
    assert waited == [60]


def test_a_rate_limit_that_lasts_ends_in_a_word_on_it(forge, world, waited):
    world.fail({"tool": "*", "kind": "rate_limit", "times": None})
    with pytest.raises(PlatformError, match="its rate limit is used up; run again later"):
        forge.carry_out(SLUG, PULL, 0)
    assert sum(waited) <= 300


def test_a_reviewer_that_is_refused_stops_no_other(forge, contract):
    forge.carry_out(SLUG, PULL, 0)
    done = forge.carry_out(SLUG, SetDress(1, Dress(("images",), reviewers=("kim", ROBOT))), 0)
    assert done.refused == ("reviewer robot (Review cannot be requested from pull request author.)")
    (pull,) = forge.pulls(SLUG, "")
    assert pull.labels == ("images",)
    assert contract.sent.count(f"POST /repos/{SLUG}/pulls/1/requested_reviewers") == 3


def test_comments_and_closing(forge):
    forge.carry_out(SLUG, PULL, 0)
    forge.carry_out(SLUG, AddComment(1, "It is not used any more."), 0)
    forge.carry_out(SLUG, Close(1, "Closed."), 0)
    (pull,) = forge.past(SLUG, BRANCH)
    assert (pull.state, pull.body) == ("closed", "Closed.")
    assert [each.text for each in forge.comments(SLUG, [pull])] == ["It is not used any more."]


def test_automerge_is_asked_for_by_the_graphql_api(forge, contract):
    forge.carry_out(SLUG, PULL, 0)
    done = forge.carry_out(SLUG, EnableAutomerge(1), 0)
    assert "POST /graphql" in contract.sent
    assert done.refused == (
        "auto-merge (Pull request Auto merge is not allowed for this repository)"
    )


def test_a_protected_branch_is_not_moved(forge, world):
    asker = forge._asker(SLUG)
    tips = forge.branches(SLUG, "basewatch/")
    path = f"/repos/{SLUG}/git/refs/heads/basewatch/locked"
    with pytest.raises(PlatformError, match=r"409 .*Changes must be made through a pull request"):
        asker.write("PATCH", path, {"sha": tips[BRANCH], "force": True})
