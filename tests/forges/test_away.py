"""A forge that is away, or that does not take the token: asked once, told once, never up to date."""

import errno
import ssl

import pytest
import requests.exceptions

from bot.batch import each
from bot.errors import RepoError, ShutError
from bot.forges.discovery import Wanted, discovered
from bot.forges.reading import WhileReached
from bot.forges.silence import silence_of
from bot.git import Clones
from bot.model import Failure, Repo
from tests.forges.memory import forge

AWAY = "forge.test: cannot be reached (connection refused): try again later"


class Reading:
    """Reads what is there; `away` are the numbers of the questions that no host answers."""

    def __init__(self, away=(), error=ShutError):
        self.asked, self.away, self.error = 0, set(away), error

    def __call__(self, repo, _):
        self.asked += 1
        if self.asked in self.away:
            raise self.error(f"{AWAY} ({self.asked})")
        return repo.slug


def read(reading, many):
    reads = WhileReached(reading)
    repos = [Repo(f"team/a{number}", "x", "main") for number in range(many)]
    return each(lambda repo: reads(repo, None), repos, named=lambda repo: repo.slug)


def test_a_forge_that_git_does_not_reach_is_not_asked_for_hundreds():
    reading = Reading(range(1, 1000))
    found = read(reading, 300)
    assert reading.asked == 3
    assert len(found.failed) == 300
    assert {failure.reason for failure in found.failed[3:]} == {f"{AWAY} (1)"}


def test_a_hiccup_keeps_nobody_else_from_being_read():
    found = read(Reading([2, 3, 5, 6]), 10)
    assert len(found.failed) == 4
    assert found.done == tuple(f"team/a{number}" for number in (0, 3, 6, 7, 8, 9))


def test_a_repository_that_cannot_be_read_says_nothing_of_the_forge():
    reading = Reading(range(1, 1000), RepoError)
    read(reading, 20)
    assert reading.asked == 20


def test_each_repository_of_a_forge_that_is_away_is_a_failure_of_the_same_reason():
    there = forge()

    def away(_slug):
        raise ShutError(AWAY)

    there.named = away
    found = list(discovered(there, Wanted(repos=("team/a", "team/b"))))
    assert found == [Failure("team/a", AWAY), Failure("team/b", AWAY)]


def test_git_names_the_host_alone_where_it_is_not_reached(tmp_path):
    clones = Clones(tmp_path)
    said = set()
    for slug in ("a", "b"):
        with pytest.raises(ShutError) as told:
            clones.tree(Repo(slug, f"https://127.0.0.1:1/{slug}", "main"))
        said.add(str(told.value))
    (only,) = said
    assert only.startswith("https://127.0.0.1:1: the host cannot be reached: try again later")


def within(outer, *inner):
    """An error as `requests` nests them."""
    for error in reversed(inner):
        outer_of = type("MaxRetryError", (Exception,), {"reason": error})
        inner_most = outer_of("Max retries exceeded")
    return outer(inner_most) if inner else outer()


UNREACHED = type("NewConnectionError", (Exception,), {})
CERTIFICATE = ssl.SSLCertVerificationError(1, "self-signed certificate")
UNNAMED = type("NameResolutionError", (UNREACHED,), {})("Failed to resolve")
GARBLED = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
UNREACHED_BY = UNREACHED("Failed to establish")
UNREACHED_BY.__cause__ = OSError(errno.EHOSTUNREACH, "No route to host")


@pytest.mark.parametrize(
    ("error", "words", "sent", "unreached"),
    [
        (
            within(requests.exceptions.ConnectionError, UNREACHED_BY),
            "reached (no route to host): ",
            False,
            True,
        ),
        (
            within(requests.exceptions.SSLError, CERTIFICATE),
            "`authorities` in `platform`",
            False,
            True,
        ),
        (within(requests.exceptions.SSLError, GARBLED), "no secure connection", True, True),
        (within(requests.exceptions.ProxyError, UNREACHED_BY), "look at HTTPS_PROXY", False, True),
        (within(requests.exceptions.ConnectionError, UNNAMED), "name is not known", False, True),
        (within(requests.exceptions.ConnectTimeout), "cannot be reached in time", False, True),
        (within(requests.exceptions.ReadTimeout), "no answer in time", True, False),
        (within(requests.exceptions.ConnectionError), "the connection was lost", True, False),
        (within(requests.exceptions.InvalidHeader), "that no token has", False, False),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "the connection was lost", True, False),
    ],
)
def test_why_there_was_no_answer(error, words, sent, unreached):
    found = silence_of(error)
    assert words in found.why
    assert (found.sent, found.unreached) == (sent, unreached)


@pytest.mark.parametrize("said", ["\x1b[31mred", "two\nlines", "x" * 81, "", None])
def test_what_a_system_says_of_it_is_told_in_a_short_line_or_not_at_all(said):
    silent = UNREACHED("Failed to establish")
    silent.__cause__ = OSError(errno.EHOSTUNREACH, said)
    found = silence_of(within(requests.exceptions.ConnectionError, silent))
    assert found.why == "cannot be reached: try again later, or check the address and the network"
    silent.__cause__ = OSError(errno.EHOSTUNREACH, "X" * 80)
    found = silence_of(within(requests.exceptions.ConnectionError, silent))
    assert f"reached ({'x' * 80}): " in found.why


@pytest.mark.parametrize(
    ("error", "lasting"),
    [
        (within(requests.exceptions.SSLError, CERTIFICATE), True),
        (within(requests.exceptions.InvalidURL), True),
        (within(requests.exceptions.InvalidHeader), True),
        (within(requests.exceptions.SSLError, GARBLED), False),
        (within(requests.exceptions.ConnectTimeout), False),
        (ConnectionResetError(errno.ECONNRESET, "reset"), False),
    ],
)
def test_what_would_be_the_same_at_once_is_not_asked_again(error, lasting):
    assert silence_of(error).lasting is lasting
