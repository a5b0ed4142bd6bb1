import asyncio
import datetime as dt
import email.utils

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import HttpError
from bot.http.patience import Host, retry_after

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC).timestamp()


def asks(text):
    return retry_after(httpx.Headers({b"retry-after": text.encode()}), NOW)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sunday, 22-Nov-26 12:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 30),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    assert asks(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "-5", "1.5", "9" * 10, "Sun, 99 Nov 2026", "1e9", "٣"]
)
def test_a_retry_after_that_says_nothing_is_none(text):
    assert asks(text) is None


def test_no_retry_after_is_none():
    assert retry_after(httpx.Headers(), NOW) is None


@given(st.integers(0, 10**6))
def test_a_date_that_many_seconds_away_is_read_as_such(seconds):
    assert asks(email.utils.formatdate(NOW + seconds, usegmt=True)) == seconds


@given(st.text(max_size=80))
def test_any_retry_after_is_none_or_a_number_from_zero(text):
    seconds = asks(text)
    assert seconds is None or seconds >= 0


def test_a_host_that_is_well_again_is_not_given_up():
    async def ups_and_downs():
        host = Host("a.example", 1)
        host.answered()
        for _ in range(20):
            host.failed("bad")
            host.answered()
        await host.ready()

    asyncio.run(ups_and_downs())


def test_a_host_that_never_answered_is_given_up_at_once():
    async def first():
        host = Host("a.example", 1)
        host.failed("a.example: gone")
        await host.ready()

    with pytest.raises(HttpError, match=r"^a\.example: gone$"):
        asyncio.run(first())


def test_who_waits_for_a_pause_hears_of_a_host_given_up_meanwhile():
    async def wait():
        host = Host("a.example", 1)
        host.pause(0.02)
        waiting = asyncio.create_task(host.ready())
        await asyncio.sleep(0)
        host.give_up("no more")
        await waiting

    with pytest.raises(HttpError, match="no more"):
        asyncio.run(wait())
